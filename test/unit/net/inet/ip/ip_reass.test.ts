import { BROADCAST, Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station, US } from "../../../../lib/host";
import * as packets from "../../../../lib/packets";
import { type Fragment, fragmentsOf, pattern } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

const TTL = 30000;
const PORT = 7;

describe("Reassembly", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host();
    for (const station of [NEIGHBOUR, OTHER_NEIGHBOUR]) host.knows(station);
    socket = new UdpSocket(host);
    socket.bind(PORT);
  });
  afterEach(() => host.expectPoolsRestored());

  /** A UDP datagram with so many bytes of data, in fragments. */
  function datagram(length: number, size = 1480, from: Station = NEIGHBOUR): Fragment[] {
    const payload = packets.udp({ from: from.ip, to: US.ip, fromPort: 2000, toPort: PORT, payload: pattern(length) });
    return fragmentsOf(payload, size);
  }

  function hears(fragment: Fragment, fields: Partial<packets.Ipv4Fields> = {}, from: Station = NEIGHBOUR): void {
    host.hearsIp({ protocol: packets.UDP, id: 77, ...fragment, ...fields }, from);
  }

  const hearsAll = (fragments: Fragment[], fields = {}, from = NEIGHBOUR) =>
    fragments.forEach((fragment) => {
      hears(fragment, fields, from);
    });

  function expectReceived(length: number): void {
    expect(socket.receive(10000)).toEqual({ from: NEIGHBOUR.ip, port: 2000, data: pattern(length) });
  }

  const expectNothing = () => expect(socket.receive()).toBe(-host.net.EAGAIN);

  /** The order of `n` things, shuffled by a seed. */
  function shuffled(n: number, seed: number): number[] {
    let random = seed;
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const j = (random >>> 8) % (i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  it("puts a datagram of 8000 bytes together", () => {
    const counts = host.counted(() => hearsAll(datagram(8000)));
    expect(counts).toEqual(jasmine.objectContaining({ IPS_FRAGMENTS: 6, IPS_REASSEMBLED: 1, IPS_DELIVERED: 1 }));
    expectReceived(8000);
  });

  it("fills holes in any order, with every fragment twice", () => {
    const fragments = datagram(1000, 200);
    for (let seed = 1; seed <= 60; seed++) {
      for (const i of shuffled(fragments.length, seed).flatMap((i) => [i, i])) hears(fragments[i], { id: seed });
      expect(socket.receive())
        .withContext(`seed ${seed}`)
        .toEqual(jasmine.objectContaining({ data: pattern(1000) }));
      host.wait(TTL + 1); // the last one, that came once more, waits in vain
      host.said();
    }
  });

  it("takes fragments of eight bytes, also the first", () => {
    hearsAll(datagram(100, 8));
    expectReceived(100);
  });

  it("answers a ping of 4000 bytes", () => {
    const echo = packets.echo(packets.ECHO_REQUEST, 5, 6, pattern(4000));
    hearsAll(fragmentsOf(echo, 1480), { protocol: packets.ICMP });
    const said = host.said().map(({ ip }) => ip!);
    expect(said.map(({ payload }) => payload.length)).toEqual([1480, 1480, 1048]);
    const reply = packets.parseIcmp(Uint8Array.from(packets.joined(said)));
    expect([reply.type, ...reply.payload]).toEqual([0, ...pattern(4000)]);
  });

  it("keeps apart what differs in source, destination, protocol or identification", () => {
    const [first, second] = datagram(2000);
    hears(first);
    hears(second, { id: 78 });
    hears(second, { protocol: 254 });
    hears(second, { from: OTHER_NEIGHBOUR.ip }, OTHER_NEIGHBOUR);
    expectNothing();
    hears(second);
    expectReceived(2000);
    host.wait(TTL);
  });

  it("has the header of the first fragment, whose options the others need not have", () => {
    const [first, second] = datagram(2000, 1456);
    hears(second);
    hears(first, { options: [1, 1, 1, 1] });
    expectReceived(2000);
  });

  it("gives back all memory when the interface goes", () => {
    hears(datagram(2000)[0]);
    expect(host.net.mbstat().m_mfree).toBeLessThan(host.net.mbstat().m_mbufs);
    host.net.in_ifscrub(host.en0.ac);
    expect(host.net.mbstat().m_mfree).toBe(host.net.mbstat().m_mbufs);
  });

  describe("of what cannot be", () => {
    /** Fragments that overlap the three of a datagram of 600 bytes in pieces of 200, or say something else of its end. */
    const LIARS: [what: string, liar: Fragment][] = [
      ["one that reaches into the next", { offset: 10, moreFragments: true, payload: pattern(200) }],
      ["one within another", { offset: 2, moreFragments: true, payload: pattern(8) }],
      ["one around another", { offset: 0, moreFragments: true, payload: pattern(400) }],
      ["one that begins before another", { offset: 24, moreFragments: true, payload: pattern(16) }],
    ];
    for (const [what, liar] of LIARS)
      it(`drops the whole datagram, and what comes of it later (RFC 5722): ${what}`, () => {
        const fragments = datagram(592, 200);
        hears(fragments[0]);
        hears(fragments[1]);
        const counts = host.counted(() => hears(liar));
        expect(counts["IPS_FRAGDROPPED"]).toBe(3);
        expect(host.net.mbstat().m_mfree).toBe(host.net.mbstat().m_mbufs);
        hearsAll(fragments);
        expectNothing();
        host.wait(TTL);
        expect(host.said()).withContext("nobody is told").toEqual([]);
        hearsAll(fragments);
        expectReceived(592);
      });

    it("drops it when its end is told in two ways", () => {
      const [first, second, last] = datagram(592, 200);
      hears(last);
      hears({ ...second, moreFragments: false });
      hears(first);
      hears(second);
      expectNothing();
      host.wait(TTL);
    });

    it("drops it when something lies behind its end", () => {
      const [first, second, last] = datagram(592, 200);
      for (const order of [
        [last, { ...last, offset: last.offset + 25, moreFragments: true, payload: pattern(8) }],
        [last, { ...second, moreFragments: false }],
      ]) {
        hearsAll(order);
        hearsAll([first, second]);
        expectNothing();
        host.wait(TTL);
        host.said();
      }
    });

    it("drops fragments of no bytes, and those but the last that are no multiple of eight", () => {
      for (const fragment of [
        { offset: 3, moreFragments: false, payload: [] },
        { offset: 3, moreFragments: true, payload: [] },
        { offset: 3, moreFragments: true, payload: pattern(9) },
      ])
        expect(host.counted(() => hears(fragment))["IPS_FRAGDROPPED"]).toBe(1);
    });

    it("drops a ping of death", () => {
      for (let off = 0; off + 1480 < 65536; off += 1480)
        hears({ offset: off / 8, moreFragments: true, payload: pattern(1480) }, { protocol: packets.ICMP });
      const last = { offset: 8189, moreFragments: false, payload: pattern(100) };
      expect(host.counted(() => hears(last, { protocol: packets.ICMP }))["IPS_TOOLONG"]).toBe(1);
      host.wait(TTL);
      host.said();
    });
  });

  describe("when something is missing", () => {
    it("tells the sender after half a minute, if the beginning is there (RFC 1122 3.3.2)", () => {
      const [first] = datagram(2000);
      hears(first);
      host.wait(TTL - 1);
      expect(host.said()).toEqual([]);
      const counts = host.counted(() => host.wait(1));
      expect(counts["IPS_FRAGTIMEOUT"]).toBe(1);
      const { icmp } = host.saidOnce();
      expect([icmp!.type, icmp!.code]).toEqual([11, 1]);
    });

    it("does not wait longer because more has come", () => {
      const fragments = datagram(4000);
      hears(fragments[0]);
      host.wait(TTL - 1);
      hears(fragments[1]);
      expect(host.counted(() => host.wait(1))["IPS_FRAGTIMEOUT"]).toBe(1);
      expect(host.saidOnce().icmp!.code).toBe(1);
    });

    it("tells nobody when the beginning is missing, or it went to many", () => {
      hears(datagram(2000)[1]);
      const toMany = { from: NEIGHBOUR.ip, to: BROADCAST, protocol: packets.UDP, ...datagram(2000)[0] };
      host.hears(
        packets.ethernet({
          to: packets.EVERYBODY,
          from: NEIGHBOUR.mac,
          type: packets.TYPE_IP,
          payload: packets.ipv4(toMany),
        }),
      );
      expect(host.counted(() => host.wait(TTL))["IPS_FRAGTIMEOUT"]).toBe(2);
      expect(host.said()).toEqual([]);
    });

    it("waits for each as long as for any other", () => {
      hears(datagram(2000)[0], { id: 1 });
      host.wait(10000);
      hears(datagram(2000)[0], { id: 2 });
      expect(host.counted(() => host.wait(TTL - 10000))["IPS_FRAGTIMEOUT"]).toBe(1);
      expect(host.counted(() => host.wait(9999))["IPS_FRAGTIMEOUT"]).toBeUndefined();
      expect(host.counted(() => host.wait(1))["IPS_FRAGTIMEOUT"]).toBe(1);
    });
  });

  describe("of too much", () => {
    it("does not let one source keep others out by first fragments", () => {
      hears(datagram(2000)[0]);
      for (let id = 1000; id < 1100; id++) hears(datagram(2000)[0], { from: OTHER_NEIGHBOUR.ip, id }, OTHER_NEIGHBOUR);
      hears(datagram(2000)[1]);
      expectReceived(2000);
      host.wait(TTL);
      host.said();
    });

    it("does not let one source keep others out by large ones", () => {
      const large = { from: OTHER_NEIGHBOUR.ip };
      for (let id = 1; id <= 2; id++)
        for (const fragment of datagram(8000).slice(0, 5)) hears(fragment, { ...large, id }, OTHER_NEIGHBOUR);
      hearsAll(datagram(4000));
      expectReceived(4000);
      host.wait(TTL);
      host.said();
    });

    it("leaves the reserve of the pool alone, whoever sends", () => {
      const { net } = host;
      for (let source = 4; source < 30; source++) {
        const who = { mac: "02:00:00:00:00:33", ip: `192.0.2.${source}` };
        for (const fragment of datagram(9000).slice(0, 6)) hears(fragment, { id: source }, who);
        expect(net.mbstat().m_mfree).withContext(`${source} sources`).not.toBeLessThan(net.MRESERVE);
        expect(net.mbstat().m_clfree).not.toBeLessThan(2);
      }
      host.wait(TTL);
      host.said();
    });

    it("gives a datagram up that alone is too much", () => {
      const counts = host.counted(() => hearsAll(datagram(20000)));
      expect(counts["IPS_REASSEMBLED"]).toBeUndefined();
      expect(counts["IPS_FRAGDROPPED"]).toBeGreaterThan(5);
      host.wait(TTL);
      host.said();
    });

    it("gives way to what a program sends, which is not told that there is no room", () => {
      for (let id = 1; id <= 4; id++) for (const fragment of datagram(8000).slice(0, 3)) hears(fragment, { id });
      expect(host.net.mbstat().m_clfree).toBeLessThan(5);
      expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(8000))).toBe(8000);
      expect(host.said().length).toBe(6);
      expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(9000))).toBe(9000);
      expect(host.said().length).toBe(7);
      host.wait(TTL);
      host.said();
    });

    it("hears the rest of the world while it is flooded", () => {
      for (let id = 0; id < 50; id++) hears(datagram(2000)[0], { id });
      hears({ offset: 0, moreFragments: false, payload: datagram(10)[0].payload });
      expectReceived(10);
      host.wait(TTL);
      host.said();
    });
  });

  describe("with ECN (RFC 3168 5.3)", () => {
    it("is marked when one of its fragments is", () => {
      const echo = fragmentsOf(packets.echo(packets.ECHO_REQUEST, 5, 6, pattern(2000)), 1480);
      hears(echo[0], { protocol: packets.ICMP, tos: 2 });
      hears(echo[1], { protocol: packets.ICMP, tos: 3 });
      expect(host.said()[0].ip!.tos).toBe(3);
    });

    it("is dropped when others of its fragments do not know ECN", () => {
      const [first, second] = datagram(2000);
      hears(first, { tos: 3 });
      hears(second, { tos: 0 });
      expectNothing();
    });
  });
});
