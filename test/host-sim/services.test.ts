import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";

const SERVICES = readFileSync(join(__dirname, "../../host-sim/apps/services.js"), "latin1");

interface Datagram {
  port: number;
  data: string;
}

/** The default app on a board whose sockets are scripted: `arrive` is a datagram for one of its ports. */
function services() {
  const clock = new VirtualClock();
  const board = new Board(clock);
  const ports: number[] = [];
  const waiting: Datagram[][] = [];
  const upcalls: (() => void)[] = [];
  const answers: { from: number; port: number; data: string }[] = [];
  const net = {
    AF_INET: 2,
    SOCK_DGRAM: 2,
    SOCK_STREAM: 1,
    socket: () => waiting.push([]) - 1,
    setsockopt: () => 0,
    listen: () => 0,
    accept: () => -11,
    bind: (fd: number, name: { sin_port: number }) => {
      ports[fd] = name.sin_port;
      return 0;
    },
    setupcall: (fd: number, upcall: () => void) => {
      upcalls[fd] = upcall;
      return 0;
    },
    recvfrom: (fd: number, _max: number, _flags: number, from: { sin_port: number }) => {
      const datagram = waiting[fd].shift();
      if (!datagram) return -11;
      from.sin_port = datagram.port;
      return board.realm.bytes(Buffer.from(datagram.data, "latin1"));
    },
    sendto: (fd: number, data: string | Uint8Array, _flags: number, to: { sin_port: number }) => {
      const text = typeof data === "string" ? data : Buffer.from(data).toString("latin1");
      answers.push({ from: ports[fd], port: to.sin_port, data: text });
      return text.length;
    },
  };
  const create = (_host: unknown, port: number) => ports.push(port) - 1;
  board.realm.define({ eth: { net }, driver: { create, accept: () => -1 } });
  board.run('require("NetworkJS").create(driver)');
  board.run(SERVICES);
  clock.runFor(0);
  const arrive = (service: number, port: number, data: string) => {
    const fd = ports.indexOf(service);
    waiting[fd].push({ port, data });
    board.call(upcalls[fd]);
  };
  return { clock, board, ports, answers, arrive };
}

describe("The default app", () => {
  it("opens echo, discard and chargen over UDP and TCP, and a page", () => {
    expect(services().ports).toEqual([7, 9, 19, 7, 9, 19, 80]);
  });

  it("echoes what it gets, also nothing, however much comes at once", () => {
    const { clock, board, answers, arrive } = services();
    for (let i = 0; i < 30; i++) arrive(7, 5000 + i, "x".repeat(i));
    clock.runFor(SECOND);
    expect(answers.map(({ port, data }) => [port, data.length])).toEqual(
      Array.from({ length: 30 }, (_, i) => [5000 + i, i]),
    );
    expect(board.errors).toEqual([]);
  });

  it("answers nothing from the discard port", () => {
    const { clock, answers, arrive } = services();
    arrive(9, 5000, "x");
    clock.runFor(SECOND);
    expect(answers).toEqual([]);
  });

  it("generates characters of the ring, hardly more than it was asked with", () => {
    const { clock, answers, arrive } = services();
    for (let i = 0; i < 40; i++) {
      arrive(19, 5000, "x");
      clock.runFor(0.2 * SECOND);
    }
    expect(answers.length).toBe(40);
    const lengths = answers.map(({ data }) => data.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(75);
    expect(new Set(lengths).size).toBeGreaterThan(3);
    expect(answers.every(({ data }) => /^[ -~]*$/.test(data))).toBe(true);
  });

  it("generates at most twenty times a second", () => {
    const { clock, answers, arrive } = services();
    for (let i = 0; i < 500; i++) {
      arrive(19, 5000, "x".repeat(1000));
      clock.runFor(0.01 * SECOND);
    }
    expect(answers.length).toBeLessThanOrEqual(6 * 20);
    expect(Math.max(...answers.map(({ data }) => data.length))).toBeLessThanOrEqual(512);
  });

  it("never answers a well-known port, lest two services talk for ever", () => {
    const { clock, answers, arrive } = services();
    for (const port of [7, 19, 53, 1023]) {
      arrive(7, port, "x");
      arrive(19, port, "x");
    }
    clock.runFor(SECOND);
    expect(answers).toEqual([]);
  });
});
