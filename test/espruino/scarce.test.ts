/**
 * A real Espruino that is asked for more than its memory holds, or runs out of it in the middle of things: it may refuse, it may
 * lose a connection, but seconds later it serves again. With PROFILE=small on an interpreter of 5,100 cells this is what a
 * Pico has.
 */
import { BOARD, House } from "../lib/house";
import { ethernet, ipv4, TCP, TYPE_IP, tcp } from "../lib/packets";
import { InterpreterBoard } from "./house_board";
import { thumb, whyNoInterpreter } from "./interpreter";
import { programText } from "./programs";

const TEST_MS = 240000;
/** How soon it serves again, s: the rig reads code out of a file, eight times slower than a board's flash. */
const SOON = 20;
/** Bytes of a cell of a board's at most. */
const BOARDS_CELL = 16;
const PAGE = "Hello from Espruino\n";
const CONNECT = `var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
eth.setIP();
`;

describe("A real Espruino that is short of memory", () => {
  let board: InterpreterBoard;
  let house: House;
  let why = whyNoInterpreter();

  beforeAll(async () => {
    if (!why) {
      board = new InterpreterBoard(CONNECT + programText("scarce"), [], {}, false);
      if (!(await board.boots())) why = "this Espruino's memory is too small for it";
      else if (((await board.value("process.memory().blocksize")) as number) > BOARDS_CELL)
        why = "this Espruino is no board's: it takes more cells when there are no more";
    }
    if (why) {
      console.log(`skipped: a real Espruino that is short of memory, because ${why}`);
      return;
    }
    house = new House(board);
    await house.online();
  }, TEST_MS);

  beforeEach(() => {
    if (why) pending(why);
  });

  afterAll(() => board?.stop(), TEST_MS);

  /** A page comes soon; whoever hears nothing for a while asks again, as people do. */
  async function isServed(): Promise<void> {
    const start = Date.now();
    for (;;) {
      const call = house.call(80);
      call.say("GET / HTTP/1.0\r\n\r\n");
      await board.until(() => call.ended || Date.now() - start > 1000 * SOON, SOON + 5, "a page");
      call.end();
      if (call.heard.endsWith(PAGE)) break;
      if (Date.now() - start > 1000 * SOON) throw new Error(`no page: ${board.printed.slice(-12).join("\n")}`);
      await wait(500);
    }
    console.log(`served ${((Date.now() - start) / 1000).toFixed(1)} s later; ${await free()} cells free`);
  }

  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const free = () => board.value("process.memory().free");

  /** `count` streams of `length` bytes at once through the echo: how many came back whole. */
  async function echoed(count: number, length: number): Promise<number> {
    const data = Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i + (i >> 8)) % 90))).join("");
    const calls = Array.from({ length: count }, () => house.call(7));
    for (const call of calls) call.say(data);
    const whole = () => calls.filter((call) => call.heard === data).length;
    const start = Date.now();
    for (const open = new Set(calls); open.size && Date.now() - start < 150000; await wait(100))
      for (const call of [...open].filter(({ heard }) => heard === data)) {
        open.delete(call);
        call.end(); // who has what he wanted does not stay
      }
    console.log(`${whole()} of ${count} echoes of ${length} bytes in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    const intact = whole();
    for (const call of calls) call.end();
    return intact;
  }

  it("serves a page", () => isServed(), TEST_MS);

  it(
    "answers eight at once, or makes them wait, and serves again",
    async () => {
      const calls = Array.from({ length: 8 }, () => house.call(80));
      for (const call of calls) call.say("GET / HTTP/1.0\r\n\r\n");
      const start = Date.now();
      await board.until(() => calls.every((call) => call.ended) || Date.now() - start > 90000, 95, "eight pages");
      const answered = calls.filter((call) => call.heard.endsWith(PAGE)).length;
      console.log(`${answered} of 8 pages at once in ${((Date.now() - start) / 1000).toFixed(1)} s`);
      for (const call of calls) call.end();
      expect(answered).toBeGreaterThan(3);
      await isServed();
    },
    TEST_MS,
  );

  it(
    "serves while ten connections are half open",
    async () => {
      const port = board.segments[0].attach("attacker", () => {});
      const mac = (await board.value("eth.getIP().mac")) as string;
      for (let i = 0; i < 10; i++) {
        const from = `192.168.1.${100 + i}`;
        const segment = tcp({
          fromPort: 5000 + i,
          toPort: 80,
          seq: 1000 * i,
          ack: 0,
          flags: "S",
          from,
          to: BOARD,
          window: 5000,
        } as never);
        const payload = ipv4({ from, to: BOARD, protocol: TCP, payload: segment } as never);
        board.inject(() =>
          port.send(ethernet({ from: "02:00:00:00:00:66", to: mac, type: TYPE_IP, payload } as never)),
        );
        await wait(100);
      }
      await isServed();
    },
    TEST_MS,
  );

  it(
    "runs out of memory in a program's turn, three times, and serves again",
    async () => {
      for (let i = 0; i < 3; i++) {
        await board.value("runOut()");
        await wait(300);
      }
      await isServed();
    },
    TEST_MS,
  );

  it("echoes 16 kB on one connection", async () => expect(await echoed(1, 16000)).toBe(1), TEST_MS);

  it("echoes 16 kB on each of four connections", async () => expect(await echoed(4, 16000)).toBe(4), TEST_MS);

  // With 80 and 40 cells left the interpreter failed itself: ASSERT(jsvIsString(var)) in jsvar.c. A build without asserts, as boards
  // have it, does so with 150: it defines a function and has no cell for its text (jsvNewWritableStringFromStringVar).
  for (const cells of thumb ? [300, 220] : [300, 150])
    it(
      `has ${cells} cells left while it is asked for pages and datagrams, and serves again`,
      async () => {
        await board.value(`runShort(${cells}, 4000)`);
        const calls = Array.from({ length: 3 }, () => house.call(80));
        for (const call of calls) call.say("GET / HTTP/1.0\r\n\r\n");
        await wait(6000);
        for (const call of calls) call.end();
        await isServed();
      },
      TEST_MS,
    );
});
