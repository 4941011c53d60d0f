/**
 * What the page keeps of a recording (lab/src/store.ts): a flood that does not end costs no more memory than a part of it, and what
 * stands is known all the same.
 */
import { broadcastFrame } from "../../host-sim/faults/common_faults";
import { base64 } from "../../host-sim/lab/recorder";
import type { LabRecord } from "../../host-sim/lab/records";
import { standing } from "../../host-sim/lab/standing";
import { Store } from "../../lab/src/store";

const MOST = 9000;
const FRAME = base64(broadcastFrame(60));
const READ = { mosi: base64(Uint8Array.of(0x05, 0)), miso: base64(Uint8Array.of(0, 7)) };
/** ECON1 = 1: bank 1 */
const BANK = { mosi: base64(Uint8Array.of(0x5f, 1)), miso: base64(Uint8Array.of(0, 0)) };

const BEGUN: LabRecord[] = [
  { k: "board", t: 0, board: "board", chip: "enc28j60", core: "javascript", app: "", mac: "" },
  { k: "pin", t: 1, board: "board", name: "LED1", level: false },
  { k: "pin", t: 2, board: "board", name: "LED1", level: true },
  { k: "state", t: 3, board: "board", part: "arp", value: [] },
  { k: "spi", t: 4, board: "board", ...BANK, length: 2, ns: 1 },
];

function packet(id: number): LabRecord {
  return { k: "packet", t: 10 + id, id, from: "a", frame: FRAME };
}

function flooded(store: Store, from: number, n: number): void {
  for (let id = from; id < from + n; id += 25)
    store.add(Array.from({ length: 25 }, (_, i) => [packet(id + i), fate(id + i), read(id + i)]).flat());
}

function fate(id: number): LabRecord {
  return { k: "fate", t: 10 + id, id, at: "b", where: "chip", what: "", bad: false };
}

function read(id: number): LabRecord {
  return { k: "spi", t: 10 + id, board: "board", ...READ, length: 2, ns: 1 };
}

describe("The page's store", () => {
  it("keeps the last records of a flood, in order and by their numbers, and no more", () => {
    const store = new Store(MOST);
    store.add(BEGUN);
    flooded(store, 0, 10_000);
    const { length } = store.records;
    flooded(store, 10_000, 50_000);
    expect(length).toBeLessThanOrEqual(MOST);
    expect(store.records.length).toBeLessThanOrEqual(MOST);
    const { packets } = store;
    expect(packets.at(-1)?.record.id).toBe(59_999);
    expect(packets.map(({ record }) => record.id)).toEqual(packets.map((_, i) => 60_000 - packets.length + i));
    for (const { at, record } of [...packets, ...store.spi]) if (store.record(at) !== record) fail(`another at ${at}`);
    expect(packets.at(-1)?.fates.length).toBe(1);
    expect(store.cursor).toBe(store.end);
  });

  it("knows how things stand when the records that said so have gone", () => {
    const store = new Store(MOST);
    store.add(BEGUN);
    flooded(store, 0, 20_000);
    expect(store.boardNames).toEqual(["board"]);
    expect(store.state("board", "arp").now).toEqual([]);
    expect(store.pins.map(({ record }) => record.level)).toEqual([true]);
    expect(store.spi.at(-1)?.text).toBe("RCR  EHT5 -> 0x07"); // of bank 1, chosen long ago
    expect(store.past().slice(0, 3)).toEqual([BEGUN[0], BEGUN[2], BEGUN[3]]);
  });

  it("stays where somebody looks, as long as that is there", () => {
    const store = new Store(MOST);
    store.add(BEGUN);
    flooded(store, 0, 2000);
    store.moveTo(3000);
    flooded(store, 2000, 500);
    expect([store.cursor, store.live]).toEqual([3000, false]);
    flooded(store, 2500, 20_000);
    expect(store.cursor).toBe(store.begin);
  });
});

describe("What stands of records", () => {
  it("is the last of each that the next of its kind puts out of date", () => {
    expect(standing([...BEGUN, packet(1)])).toEqual([BEGUN[0], BEGUN[2], BEGUN[3]]);
  });
});
