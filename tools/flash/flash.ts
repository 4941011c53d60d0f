/**
 * Puts a bundle, and what goes with it, into a board's Storage, by Espruino's own command line and without the Internet.
 *
 *     npm run flash -- --board PICO_R1_3 --port /dev/ttyACM0 --app my-program.js --boot
 *
 * Ends with 0 when the board says that all is there, 1 when it does not, 2 when the call cannot be carried out.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BoardFacts, boardJson, boards, storageBytes } from "./boards";
import { FlashError, flashBytes, makePlan, type Plan } from "./plan";
import { DONE, uploadProgram } from "./upload";

const USAGE = `usage: npm run flash -- --board BOARD --port PORT [options]

  --board BOARD     ${boards.map(({ name }) => name).join(", ")}
  --port PORT       /dev/ttyACM0, COM3, tcp://192.168.1.20:23 ...
  --chip CHIP       enc28j60 (default) or w5500-raw: the module that the program requires
  --bundle NAME     a bundle in dist/, such as enc28j60-udp; default: the most complete one that fits
  --with NAMES      optional modules, with commas between: telnet,update
  --app FILE.js     the program
  --boot            the program starts with the board; otherwise it just runs
  --modules FOLDER  where to find further modules that the program requires (MQTT.js ...)
  --baud N          of a serial port that has one
  --dry-run         shows what would be sent, and whether it fits; no board is needed`;

interface Settings {
  plan: Plan;
  port: string | undefined;
  baud: string | undefined;
  dryRun: boolean;
}

function settingsFrom(args: string[]): Settings {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      board: text,
      port: text,
      chip: { ...text, default: "enc28j60" },
      bundle: text,
      with: text,
      app: text,
      boot: flag,
      modules: text,
      baud: text,
      "dry-run": flag,
    },
  });
  const { chip, bundle, app, boot, modules, port, baud } = values;
  const extras = values.with ? values.with.split(",") : [];
  const plan = makePlan({ board: boardNamed(values.board), module: chip, bundle, extras, app, boot, modules });
  if (!port && !values["dry-run"]) throw new FlashError("--port is needed, or --dry-run");
  return { plan, port, baud, dryRun: values["dry-run"] };
}

function boardNamed(name: string | undefined): BoardFacts {
  const board = boards.find((one) => one.name === name);
  if (!board) throw new FlashError(name ? `No board ${name} is known here` : "--board is needed");
  return board;
}

/** What goes where, a line a file. */
export function summary({ board, files, program, restarts }: Plan): string {
  const room = storageBytes(board);
  const lines = files.map(({ name, content }) => `  ${String(content.length).padStart(7)}  ${name}`);
  lines.push(`  ${String(flashBytes(files)).padStart(7)}  of ${room} bytes of Storage, ${board.title}`);
  if (program !== undefined) lines.push(`The program (${program.length} bytes) runs from RAM, until the next reset.`);
  if (restarts) lines.push("The board starts anew, with the program.");
  return lines.join("\n");
}

/** Sends it; resolves with what the board printed. */
export function send(
  plan: Plan,
  port: string,
  baud: string | undefined,
  show: (text: string) => void,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "espruino-flash-"));
  const program = join(folder, "upload.js");
  const board = join(folder, "board.json");
  writeFileSync(program, uploadProgram(plan), "latin1");
  writeFileSync(
    board,
    JSON.stringify(
      boardJson(
        plan.board,
        plan.files.map(({ name }) => name),
      ),
    ),
  );
  const cli = require.resolve("espruino/bin/espruino-cli.js");
  const args = [cli, "--no-ble", "--board", board, "--port", port, ...(baud ? ["-b", baud] : []), program];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    const hear = (data: Buffer) => {
      printed += data.toString("latin1");
      show(data.toString("latin1"));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("close", () => {
      rmSync(folder, { recursive: true, force: true });
      resolve(printed);
    });
  });
}

async function main(args: string[]): Promise<number> {
  const { plan, port, baud, dryRun } = settingsFrom(args);
  console.log(summary(plan));
  if (dryRun) return 0;
  const printed = await send(plan, port as string, baud, (text) => process.stdout.write(text));
  const damaged = /flash: \S+ DAMAGED/.test(printed);
  if (printed.includes(DONE) && !damaged) return 0;
  console.error(damaged ? "A file did not arrive whole; try again." : "The board did not say that all is there.");
  return 1;
}

if (require.main === module)
  main(process.argv.slice(2)).then(
    (status) => process.exit(status),
    (error) => {
      const isForUser = error instanceof FlashError || error.code?.startsWith("ERR_PARSE_ARGS");
      console.error(isForUser ? `${error.message}\n\n${USAGE}` : error);
      process.exit(2);
    },
  );
