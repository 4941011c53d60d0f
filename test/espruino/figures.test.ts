/**
 * What the stack takes of a board's memory, measured on the interpreter with its code in Storage, as on a board. The table
 * is printed; `npm run figures:espruino` prints it alone.
 */
import { profile } from "./interpreter";
import { describeLive, type LiveBoard } from "./live_board";
import { programText } from "./programs";

/** Fewer free cells than this are not enough for a server and its connections. */
const ROOM = 700;
/** Cells that may differ between two moments that should be alike. */
const SLACK = 30;

describeLive("the stack's memory, on a real Espruino,", { program: programText("figures") }, (live, board) => {
  const now = async (open = 0) =>
    (await board().settledCells(open)) - (await board().console.evaluate<number>("start"));

  live("is what this table says, and comes back", "ab", async () => {
    const step = (name: string) =>
      Number(
        board()
          .console.lines("CELLS")
          .find((line) => line.startsWith(name))
          ?.split(" ")[1],
      );
    const table: [string, number][] = [
      ["module loaded", step("loaded")],
      ["connected, address set", step("connected")],
      ["link up", await now()],
    ];
    const total = await board().console.evaluate<number>("process.memory().total");
    if (total - (await board().cells()) < ROOM) {
      print(board(), table, total);
      console.log("skipped: the rest of it, because this Espruino's memory has no room for a server");
      return;
    }
    const add = async (name: string, open = 0) => table.push([name, await now(open)]);
    const last = () => table[table.length - 1][1];

    await board().console.evaluate("listenWithHttp()");
    await add("Espruino's http server");
    await board().requests(12);
    await add("after 12 requests, 4 at a time");
    const full = last();
    await board().requests(24);
    table.push(["during 24 requests more, at most", await board().console.evaluate<number>("most")]);
    await add("after them");
    expect(last() - full).toBeLessThan(SLACK);
    await board().console.evaluate("listenWithNet()");
    await add("Espruino's net server as well");
    if (profile !== "full") {
      print(board(), table, total);
      console.log("skipped: four connections at once, for which a board with little memory has no room");
      return;
    }
    const stream = await withFour(board(), 7, 4, () => add("4 connections to it", 4));
    const echoes = await Promise.all([4000, 8000, 12000, 16000].map((bytes) => board().peer("echo", bytes)));
    expect(echoes).toEqual(["4000", "8000", "12000", "16000"].map((bytes) => `${bytes} bytes intact`));
    await add("after 40,000 bytes sent back on 4 at once");
    await board().console.evaluate("listenOnSockets()");
    await add("a listening socket of the system calls as well");
    const socket = await withFour(board(), 8, 0, () => add("4 connections to it"));
    await board().console.evaluate("closeSockets()");
    await add("when they have gone");
    table.push(
      ["(a connection of Espruino's net, each)", stream],
      ["(a connection of the system calls, each)", socket],
    );
    print(board(), table, total);
  });
});

/**
 * Holds four connections to `port` while `measure` runs, `open` of which are Espruino's; the cells that each of them takes.
 */
async function withFour(
  board: LiveBoard,
  port: number,
  open: number,
  measure: () => Promise<unknown>,
): Promise<number> {
  const before = await board.settledCells();
  const holder = board.spawn("node", "test/espruino/peers.js", "hold", "4", `${port}`);
  await new Promise((resolve) => holder.stdout?.once("data", resolve));
  await measure();
  const each = ((await board.settledCells(open)) - before) / 4;
  holder.kill("SIGKILL");
  await new Promise((resolve) => holder.once("close", resolve));
  return each;
}

function print(board: LiveBoard, table: [string, number][], total: number): void {
  const lines = table.map(([name, cells]) => `  ${name.padEnd(46)} ${String(cells).padStart(6)}`);
  console.log(
    `cells in use, of ${total} (code in ${board.options.inMemory ? "memory" : "Storage"}):\n${lines.join("\n")}`,
  );
}
