/**
 * The tour of the book: each scene shows what it says it shows.
 */

import { segmentOf } from "../../host-sim/decode/tcp_fields";
import type { LabRecord, MbufView, Parts, Recording } from "../../host-sim/lab/records";
import { SCENES } from "../../host-sim/lab/scenes";

type Kind<K extends LabRecord["k"]> = Extract<LabRecord, { k: K }>;

function all<K extends LabRecord["k"]>({ records }: Recording, kind: K): Kind<K>[] {
  return records.filter((record): record is Kind<K> => record.k === kind);
}

function states<P extends keyof Parts>(recording: Recording, part: P): Parts[P][] {
  return all(recording, "state").flatMap((state) => (state.part === part ? [state.value as Parts[P]] : []));
}

function segments(recording: Recording, from: string) {
  return all(recording, "packet").flatMap(({ frame, from: port }) => {
    const segment = port === from ? segmentOf(Buffer.from(frame, "base64")) : undefined;
    return segment ? [segment] : [];
  });
}

/** At its end no packet is left in the stack, and the cable has carried all that the fates tell of. */
function expectRest(recording: Recording): void {
  const memory = states(recording, "memory").at(-1);
  expect([memory?.mfree, memory?.clfree, memory?.elsewhere]).toEqual([memory?.mbufs, memory?.clusters, 0]);
}

describe("The tour of the book", () => {
  const recordings = new Map<string, Recording>();
  const recording = (name: string) => recordings.get(name) as Recording;

  beforeAll(async () => {
    for (const scene of SCENES) recordings.set(scene.name, await scene.record());
  }, 60_000);

  it("has eight scenes, each with notes, in the order of time", () => {
    expect(SCENES.length).toBe(8);
    for (const { name, title } of SCENES) {
      const { records, title: recorded } = recording(name);
      expect(recorded).withContext(name).toBe(title);
      expect(all(recording(name), "note").length)
        .withContext(name)
        .toBeGreaterThan(1);
      const times = records.map(({ t }) => t);
      expect(times)
        .withContext(name)
        .toEqual([...times].sort((a, b) => a - b));
    }
  });

  it("is the same each time", async () => {
    const again = await SCENES[0].record();
    expect(again.records).toEqual(recording("mbuf").records);
  });

  it("mbuf: headers go in front of the data in one mbuf, long data stay in a cluster, all of it comes back", () => {
    const chainIn = (name: string, pick: (chain: MbufView[]) => boolean) =>
      all(recording("mbuf"), "call").find((call) => call.name === name && call.chain && pick(call.chain))?.chain;
    const short = ["sosend", "ip_output", "chip_put"].map((name) =>
      chainIn(name, (chain) => chain.length === 1 && [60, 88, 102].includes(chain[0].len)),
    );
    expect(short.map((chain) => chain?.[0].len)).toEqual([60, 88, 102]);
    expect(new Set(short.map((chain) => chain?.[0].no)).size).toBe(1);
    const long = chainIn("chip_put", (chain) => chain[0].pktlen === 1242);
    expect(long?.map(({ len }) => len)).toEqual([42, 1200]);
    expect(long?.[1].ext).toBeGreaterThanOrEqual(0);
    expectRest(recording("mbuf"));
  });

  it("arp: the datagram waits for the reply, then the entry is complete", () => {
    const tables = states(recording("arp"), "arp").map((table) => table.find(({ ip }) => ip === "10.0.0.2"));
    expect(tables.some((entry) => entry?.state === "asking" && entry.held === 1)).toBeTrue();
    expect(tables.at(-1)).toEqual(jasmine.objectContaining({ state: "complete", held: 0 }));
    expectRest(recording("arp"));
  });

  it("handshake: SYN, SYN ACK, ACK; from so_q0 to so_q to a descriptor", () => {
    const first = all(recording("handshake"), "packet").flatMap(
      ({ frame }) => segmentOf(Buffer.from(frame, "base64")) ?? [],
    );
    expect(first.slice(0, 3).map(({ flags }) => flags & 0x12)).toEqual([0x02, 0x12, 0x10]);
    const listener = states(recording("handshake"), "sockets").flatMap(
      (sockets) => sockets.find(({ queue }) => queue)?.queue ?? [],
    );
    expect(listener.map(({ q0, q }) => `${q0} ${q}`)).toEqual(jasmine.arrayContaining(["0 0", "1 0", "0 1"]));
    expectRest(recording("handshake"));
  });

  it("slowstart: cwnd more than doubles, one segment is lost, it is sent again without a timeout, and nothing that had arrived", () => {
    const samples = all(recording("slowstart"), "tcp");
    const lost = all(recording("slowstart"), "fate").filter(({ bad }) => bad);
    expect(lost.map(({ what }) => what)).toContain("lost on the cable");
    const at = lost.find(({ what }) => what === "lost on the cable")?.t ?? 0;
    const before = samples.filter(({ t }) => t < at).map(({ cwnd }) => cwnd);
    const peak = Math.max(...samples.map(({ cwnd }) => cwnd));
    expect(peak).toBeGreaterThan(2 * before[before.length >> 1]);
    const after = samples.filter(({ t, cwnd, ssthresh }) => t > at && cwnd === ssthresh);
    expect(after[0].cwnd).toBeLessThan(0.6 * peak);
    const sent = segments(recording("slowstart"), "board").filter(({ length }) => length);
    const again = sent.filter(({ seq }, i) => sent.slice(0, i).some((one) => one.seq === seq));
    const missing = all(recording("slowstart"), "packet").find(
      ({ id }) => id === lost.find(({ what }) => what === "lost on the cable")?.id,
    );
    expect(again[0].seq).toBe(segmentOf(Buffer.from(missing?.frame ?? "", "base64"))?.seq as number);
    const blocks = segments(recording("slowstart"), "neighbour").flatMap(({ sack }) => sack);
    expect(blocks.length).toBeGreaterThan(3);
    const known = again.slice(1).filter(({ seq }) => blocks.some(([start, end]) => seq - start >= 0 && seq - end < 0));
    expect(known).toEqual([]);
    const counters = states(recording("slowstart"), "counters").at(-1)?.["tcp"];
    expect([counters?.["fast recoveries"], counters?.["retransmission timeouts"]]).toEqual([1, undefined]);
    expectRest(recording("slowstart"));
  });

  it("zerowindow: the window closes, probes go out at growing distances, and then it goes on", () => {
    const closed = segments(recording("zerowindow"), "neighbour").filter(({ win, flags }) => !win && !(flags & 2));
    expect(closed.length).toBeGreaterThan(1);
    const persist = states(recording("zerowindow"), "timers").flatMap((timers) =>
      timers.filter(({ name }) => name === "TCPT_PERSIST"),
    );
    expect(persist.length).toBeGreaterThan(0);
    const counters = states(recording("zerowindow"), "counters").at(-1)?.["tcp"];
    expect(counters?.["window probes sent"]).toBeGreaterThan(1);
    const bytes = segments(recording("zerowindow"), "board").reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeGreaterThanOrEqual(30_000);
    expectRest(recording("zerowindow"));
  });

  it("fragments: IP keeps two parts while the third is missing, the socket gets the whole of them, nothing stays", () => {
    const one = recording("fragments");
    const ip = states(one, "counters").at(-1)?.["ip"];
    expect([ip?.["fragments"], ip?.["datagrams put together"]]).toEqual([3, 1]);
    const held = (owner: string) => (memory: Parts["memory"]) =>
      memory.chains
        .filter((chain) => chain.owner.includes(owner))
        .flatMap(({ mbufs }) => mbufs)
        .reduce((sum, { len }) => sum + len, 0);
    const most = (owner: string) => Math.max(...states(one, "memory").map(held(owner)));
    expect(most("10.0.0.2 ipq_frags")).toBe(1500 + 20 + 4008 - 2960); // IP headers and all
    expect(most("udp *:9 so_rcv")).toBeGreaterThanOrEqual(4000);
    expect(all(one, "note").map(({ title }) => title)).toContain("Put together");
    expectRest(one);
  });

  it("erratum: a pointer that strays is counted, and the next datagram is heard", () => {
    const counters = states(recording("erratum"), "counters").at(-1) ?? {};
    const chip = Object.entries(counters).find(([name]) => name.startsWith("en"))?.[1] ?? {};
    expect((chip["bad headers"] ?? 0) + (chip["stray pointers"] ?? 0)).toBeGreaterThan(0);
    const heard = all(recording("erratum"), "fate").filter(
      ({ where, socket }) => where === "stack" && socket?.includes(":9"),
    );
    const reset = all(recording("erratum"), "note").at(-2)?.t ?? 0;
    expect(heard.some(({ t }) => t > reset)).toBeTrue();
    expect(all(recording("erratum"), "spi").length).toBeGreaterThan(50);
  });

  it("http: a request in, an answer out, both ends closed", () => {
    const { records } = recording("http");
    const texts = records.flatMap((record) =>
      record.k === "packet" ? [Buffer.from(record.frame, "base64").toString("latin1")] : [],
    );
    expect(texts.some((text) => text.includes("GET / HTTP/1.0"))).toBeTrue();
    expect(texts.some((text) => text.includes("HTTP/1.1 200") || text.includes("HTTP/1.0 200"))).toBeTrue();
    expectRest(recording("http"));
  });
});
