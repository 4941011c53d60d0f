/**
 * What a frame costs on the SPI bus, counted: transactions (chip select periods) and bytes, in steady state.
 */
import { MS } from "../../host-sim/clock";
import { Bench, BOARD, PEER } from "../lib/bench";
import * as packets from "../lib/packets";

interface Cost {
  transactions: number;
  bytes: number;
}

/**
 * Other drivers' costs for frames of 60 and 1514 bytes, counted from their sources in steady state (success path, no
 * retries, each status read once).
 */
const OTHERS: [string, Cost, Cost, Cost, Cost][] = [
  ["Linux", cost(17, 102), cost(17, 1556), cost(18, 95), cost(18, 1549)],
  ["EtherCard", cost(12, 88), cost(12, 1542), cost(11, 81), cost(11, 1535)],
  ["embassy", cost(11, 86), cost(11, 1540), cost(7, 73), cost(7, 1527)],
  ["Contiki", cost(15, 93), cost(15, 1547), cost(13, 85), cost(13, 1539)],
  ["micropy-ENC28J60", cost(11, 90), cost(11, 1544), cost(23, 109), cost(23, 1563)],
  ["minimum", cost(4, 77), cost(4, 1531), cost(6, 72), cost(6, 1526)],
];

/** Receives a frame of `length` bytes that the board drops above the driver: no socket is at the port, none is told. */
function receive(bench: Bench, length: number): Cost {
  const payload = packets.pattern(length - 14);
  const frame = packets.ethernet({ to: BOARD.mac, from: PEER.mac, type: 0x88b5, payload });
  return measured(bench, () => bench.sendFrame(frame));
}

/** Sends a datagram that makes a frame of `length` bytes. */
function transmit(bench: Bench, length: number): Cost {
  const program = `eth.net.sendto(fd, new Uint8Array(${length - 42}), 0, {sin_family: 2, sin_addr: ${packets.ipNumber(PEER.ip) | 0}, sin_port: 9});`;
  return measured(bench, () => bench.machine.run(program));
}

function measured(bench: Bench, action: () => void): Cost {
  bench.machine.spi.reset();
  action();
  bench.clock.runFor(20 * MS);
  return cost(bench.machine.spi.transactions, bench.machine.spi.bytes);
}

function cost(transactions: number, bytes: number): Cost {
  return { transactions, bytes };
}

describe("the ENC28J60 driver's use of the SPI bus", () => {
  let ours: Record<string, Cost>;
  let full: Record<string, Cost>;

  function measureAll(fullDuplex: boolean): Record<string, Cost> {
    const bench = new Bench({ chip: "enc28j60", connect: { fullDuplex } });
    bench.sendDatagram(100); // the board learns the peer's address
    bench.clock.runFor(20 * MS);
    const costs: Record<string, Cost> = {};
    for (const length of [60, 1514]) {
      receive(bench, length);
      costs[`rx ${length}`] = receive(bench, length);
      transmit(bench, length);
      costs[`tx ${length}`] = transmit(bench, length);
    }
    expect(bench.chip.violations).toEqual([]);
    return costs;
  }

  beforeAll(() => {
    ours = measureAll(false);
    full = measureAll(true);
  });

  it("receives a frame in four transactions, the least there can be", () => {
    expect(ours["rx 60"]).toEqual(cost(4, 77));
    expect(ours["rx 1514"]).toEqual(cost(4, 1531));
  });

  it("sends in fewer transactions than any other driver, the check of the frame before included", () => {
    expect(full["tx 60"]).toEqual(cost(5, 70));
    expect(full["tx 1514"]).toEqual(cost(6, 1526));
    expect(ours["tx 60"]).toEqual(cost(6, 72));
    expect(ours["tx 1514"]).toEqual(cost(7, 1528));
  });

  afterAll(() => {
    const row = (name: string, costs: Cost[]) =>
      name.padEnd(26) + costs.map((c) => `${c.transactions} txn ${c.bytes} B`.padStart(15)).join("");
    const of = (c: Record<string, Cost>) => [c["rx 60"], c["rx 1514"], c["tx 60"], c["tx 1514"]];
    const table = OTHERS.map(([name, ...costs]) => row(name, costs));
    const head =
      "SPI per frame".padEnd(26) + ["rx 60", "rx 1514", "tx 60", "tx 1514"].map((t) => t.padStart(15)).join("");
    console.log([head, row("ours, half duplex", of(ours)), row("ours, full duplex", of(full)), ...table].join("\n"));
  });
});
