/**
 * What a frame costs on the SPI bus with the W5500, counted: transactions (chip select periods) and bytes, in steady state,
 * one frame at a time and four at once.
 */
import type { W5500 } from "../../host-sim/chips/w5500";
import { MS } from "../../host-sim/clock";
import { Bench, BOARD, PEER } from "../lib/bench";
import * as packets from "../lib/packets";

interface Cost {
  transactions: number;
  bytes: number;
}

const LENGTHS = [60, 1514];
const BURST = 4;

/**
 * Other drivers' costs for a frame of 60 and 1514 bytes received and sent, counted from their sources in steady state
 * (success path, no retries, each status read once), and per frame in a burst of four received, where they differ.
 */
const OTHERS: [string, ...Cost[]][] = [
  ["Linux", cost(12, 112), cost(12, 1566), cost(7, 89), cost(7, 1543), cost(8.25, 96.25), cost(8.25, 1550.25)],
  ["mongoose", cost(7, 92), cost(7, 1546), cost(7, 90), cost(7, 1544)],
  ["embassy", cost(8, 96), cost(8, 1550), cost(5, 82), cost(5, 1536)],
  ["kellerkindt", cost(7, 92), cost(7, 1546), cost(7, 90), cost(7, 1544)],
  ["esp-eth-drivers", cost(10, 104), cost(10, 1558), cost(10, 103), cost(10, 1557)],
  ["minimum", cost(4, 79), cost(4, 1533), cost(5, 80), cost(5, 1534), cost(1, 66.25), cost(1, 1520.25)],
];

function cost(transactions: number, bytes: number): Cost {
  return { transactions, bytes };
}

function measured(bench: Bench<W5500>, action: () => void): Cost {
  bench.machine.spi.reset();
  action();
  bench.clock.runFor(20 * MS);
  return cost(bench.machine.spi.transactions, bench.machine.spi.bytes);
}

/**
 * Receives frames of `length` bytes that the board drops above the driver: no protocol is of their type. It is busy with
 * something else while they arrive, as an interpreter nearly always is.
 */
function receive(bench: Bench<W5500>, length: number, count: number): Cost {
  const payload = packets.pattern(length - 14);
  const frame = packets.ethernet({ to: BOARD.mac, from: PEER.mac, type: 0x88b5, payload });
  return measured(bench, () => {
    bench.machine.call(() => bench.clock.advance(2 * MS));
    for (let n = 0; n < count; n++) bench.sendFrame(frame);
  });
}

/** Sends datagrams that make frames of `length` bytes. */
function transmit(bench: Bench<W5500>, length: number, count: number): Cost {
  const to = `{sin_family: 2, sin_addr: ${packets.ipNumber(PEER.ip) | 0}, sin_port: 9}`;
  const send = `eth.net.sendto(fd, new Uint8Array(${length - 42}), 0, ${to});`;
  return measured(bench, () => bench.machine.run(send.repeat(count)));
}

/** Costs by "rx 60", "rx 60 x 4" and so on; those of bursts are of all frames together. */
function measureAll(int: boolean): Record<string, Cost> {
  const bench = new Bench<W5500>({ chip: "w5500-raw", connect: int ? {} : { int: false } });
  bench.sendDatagram(100); // the board learns the peer's address
  bench.clock.runFor(20 * MS);
  const costs: Record<string, Cost> = {};
  for (const length of LENGTHS)
    for (const count of [1, BURST]) {
      const name = `${length}${count > 1 ? ` x ${count}` : ""}`;
      receive(bench, length, count);
      costs[`rx ${name}`] = receive(bench, length, count);
      transmit(bench, length, count);
      costs[`tx ${name}`] = transmit(bench, length, count);
    }
  expect(bench.chip.violations).toEqual([]);
  return costs;
}

describe("the W5500 driver's use of the SPI bus", () => {
  let ours: Record<string, Cost>;

  beforeAll(() => {
    ours = measureAll(true);
  });

  it("receives a frame in four transactions, the least there can be, and one to clear the interrupt", () => {
    expect(ours["rx 60"]).toEqual(cost(4 + 1, 79 + 4));
    expect(ours["rx 1514"]).toEqual(cost(4 + 1, 1533 + 4));
  });

  it("receives four at once in as many", () => {
    expect(ours["rx 60 x 4"]).toEqual(cost(4 + 1, 4 * 62 + 17 + 4));
    expect(ours["rx 1514 x 4"]).toEqual(cost(4 + 1, 4 * 1516 + 17 + 4));
  });

  it("sends in three transactions, and one to see that the frame before has gone", () => {
    expect(ours["tx 60"]).toEqual(cost(3 + 1, 72 + 5));
    expect(ours["tx 1514"]).toEqual(cost(3 + 1, 1526 + 5));
    expect(ours["tx 60 x 4"]).toEqual(cost(4 * 4, 4 * 77));
    expect(ours["tx 1514 x 4"]).toEqual(cost(4 * 4, 4 * 1531));
  });

  it("asks in one transaction whether a frame has come where there is no interrupt line", () => {
    const bench = new Bench<W5500>({ chip: "w5500-raw", connect: { int: false } });
    bench.clock.runFor(400 * MS);
    expect(measured(bench, () => undefined)).toEqual(cost(4, 20)); // every 5 ms
  });

  afterAll(() => {
    const names = [...["rx 60", "rx 1514", "tx 60", "tx 1514"], ...["rx 60 x 4", "rx 1514 x 4"]];
    const cell = (c: Cost | undefined) => (c ? `${c.transactions} txn ${c.bytes} B` : "").padStart(18);
    const row = (name: string, costs: (Cost | undefined)[]) => name.padEnd(20) + costs.map(cell).join("");
    const perFrame = (name: string) =>
      name.includes(" x ") ? cost(ours[name].transactions / BURST, ours[name].bytes / BURST) : ours[name];
    const head = "W5500, per frame".padEnd(20) + names.map((name) => name.padStart(18)).join("");
    const table = OTHERS.map(([name, ...costs]) => row(name, costs));
    console.log([head, row("ours, interrupt", names.map(perFrame)), ...table].join("\n"));
  });
});
