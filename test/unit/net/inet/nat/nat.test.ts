import { NEIGHBOUR, OTHER_NEIGHBOUR, type Station, US } from "../../../../lib/host";
import { ends, ipFields, NatBench, REMOTE, SERVER, SHARED } from "../../../../lib/nat_bench";
import * as packets from "../../../../lib/packets";
import { ipNumber, pattern } from "../../../../lib/packets";

describe("A shared address", () => {
  let bench: NatBench;
  const counted = (action: () => void) =>
    Object.fromEntries(Object.entries(bench.host.counted(action)).filter(([name]) => name.startsWith("NATS_")));

  beforeEach(() => {
    bench = new NatBench();
  });
  afterEach(() => bench.end());

  for (const [protocol, flags] of [
    ["UDP", undefined],
    ["TCP", "S"],
  ] as [string, string | undefined][])
    describe(`for ${protocol}`, () => {
      const answer = flags && "S.";

      it("stands in packets that go out, and answers come in to who has asked", () => {
        const counts = counted(() => {
          expect(bench.goes({ flags, ip: { ttl: 9, tos: 4 } }).map((p) => [ends(p), p.ip!.ttl, p.ip!.tos])).toEqual([
            [`${SHARED.ip}:5000 > ${REMOTE.ip}:7`, 8, 4],
          ]);
          expect(bench.comes({ flags: answer, fromPort: 7, toPort: 5000 }).map(ends)).toEqual([
            `${REMOTE.ip}:7 > ${NEIGHBOUR.ip}:5000`,
          ]);
        });
        expect(counts).toEqual({ NATS_NEW: 1, NATS_OUT: 1, NATS_IN: 1 });
      });

      it("has another port, as odd or as even, where two have the same (RFC 4787 REQ-4)", () => {
        for (const port of [5000, 5001]) {
          bench.goes({ flags, fromPort: port });
          const [out] = bench.goes({ flags, fromPort: port, from: OTHER_NEIGHBOUR });
          const outside = (out.udp ?? out.tcp)!.fromPort;
          expect(outside).not.toBe(port);
          expect(outside & 1).toBe(port & 1);
          expect(outside >= 1024 && outside < bench.host.net.IPPORT_HIFIRST).toBe(true);
          expect(bench.comes({ flags: answer, fromPort: 7, toPort: outside }).map(ends)).toEqual([
            `${REMOTE.ip}:7 > ${OTHER_NEIGHBOUR.ip}:${port}`,
          ]);
          expect(bench.comes({ flags: answer, fromPort: 7, toPort: port }).map(ends)).toEqual([
            `${REMOTE.ip}:7 > ${NEIGHBOUR.ip}:${port}`,
          ]);
        }
      });

      it("has one port for an endpoint, whoever that talks to (RFC 4787 REQ-1)", () => {
        bench.goes({ flags, from: OTHER_NEIGHBOUR });
        const port = bench.port({ flags });
        expect(bench.port({ flags, to: SERVER.ip })).toBe(port);
        expect(bench.port({ flags, toPort: 8 })).toBe(port);
        expect(bench.host.net.nat_sessions()).toBe(4);
      });

      it("lets anybody outside answer there, and that makes no session (RFC 4787 REQ-8)", () => {
        bench.goes({ flags });
        expect(bench.comes({ flags, from: SERVER, fromPort: 99, toPort: 5000 }).map(ends)).toEqual([
          `${SERVER.ip}:99 > ${NEIGHBOUR.ip}:5000`,
        ]);
        expect(bench.host.net.nat_sessions()).toBe(1);
      });

      it("keeps low ports low (RFC 4787 REQ-3)", () => {
        expect(bench.port({ flags, fromPort: 600 })).toBe(600);
        expect(bench.port({ flags, fromPort: 600, from: OTHER_NEIGHBOUR })).toBeLessThan(1024);
      });

      it("never has a port that a socket of the board's may get, or has", () => {
        const { net } = bench.host;
        expect(bench.port({ flags, fromPort: 50000 })).toBeLessThan(net.IPPORT_HIFIRST);
        const fd = bench.host.closesAtEnd(net.net.socket(net.AF_INET, flags ? net.SOCK_STREAM : net.SOCK_DGRAM, 0));
        net.net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 4000 } as never);
        expect(bench.port({ flags, fromPort: 4000 })).not.toBe(4000);
      });

      it("leads from inside to inside, by both its names (RFC 4787 REQ-9)", () => {
        const there = bench.port({ flags, from: OTHER_NEIGHBOUR, fromPort: 6000 });
        const counts = counted(() => bench.goes({ flags, to: SHARED.ip, toPort: there }));
        expect(counts).toEqual({ NATS_NEW: 1, NATS_HAIRPIN: 1 });
        expect(bench.host.said().map(ends)).toEqual([`${SHARED.ip}:5000 > ${OTHER_NEIGHBOUR.ip}:6000`]);
        bench.goes({ flags: answer, from: OTHER_NEIGHBOUR, fromPort: 6000, to: SHARED.ip, toPort: 5000 });
        expect(bench.host.said().map(ends)).toEqual([`${SHARED.ip}:${there} > ${NEIGHBOUR.ip}:5000`]);
      });

      it("has rules of programs, which hold for all and for ever", () => {
        const { net } = bench.host;
        const number = flags ? packets.TCP : packets.UDP;
        expect(net.nat_rule(number, 80, ipNumber(NEIGHBOUR.ip), 8080)).toBe(0);
        bench.host.wait(net.NAT_TCPTIME);
        expect(bench.comes({ flags, fromPort: 99, toPort: 80 }).map(ends)).toEqual([
          `${REMOTE.ip}:99 > ${NEIGHBOUR.ip}:8080`,
        ]);
        expect(bench.goes({ flags: answer, fromPort: 8080, toPort: 99 }).map(ends)).toEqual([
          `${SHARED.ip}:80 > ${REMOTE.ip}:99`,
        ]);
        bench.goes({ flags, from: OTHER_NEIGHBOUR, to: SHARED.ip, toPort: 80 });
        expect(bench.host.said().map(ends)).toEqual([`${SHARED.ip}:5000 > ${NEIGHBOUR.ip}:8080`]);
        expect(bench.port({ flags, from: OTHER_NEIGHBOUR, fromPort: 80 })).not.toBe(80);
        expect(net.nat_rule(number, 80, 0, 0)).toBe(0);
        expect(bench.comes({ flags, fromPort: 99, toPort: 80 })).toEqual([]);
        bench.en1.said();
      });
    });

  it("keeps no session where a rule takes its port", () => {
    bench.goes({ fromPort: 4000, from: OTHER_NEIGHBOUR });
    bench.host.net.nat_rule(packets.UDP, 4000, ipNumber(NEIGHBOUR.ip), 9);
    expect(bench.host.net.nat_sessions()).toBe(0);
    expect(bench.port({ fromPort: 4000, from: OTHER_NEIGHBOUR })).not.toBe(4000);
  });

  it("refuses rules that make no sense, twice the same, and too many", () => {
    const { net } = bench.host;
    const to = ipNumber(NEIGHBOUR.ip);
    const { EINVAL, EADDRINUSE, ENOBUFS, ENETUNREACH } = net;
    for (const [p, port, addr, lport] of [
      [packets.ICMP, 80, to, 80],
      [packets.TCP, 0, to, 80],
      [packets.TCP, 65536, to, 80],
      [packets.TCP, 80, to, -1],
      [packets.TCP, 80, to, 65536],
      [packets.TCP, 80, ipNumber("224.0.0.1"), 80],
      [packets.TCP, 80, ipNumber(US.ip), 80],
    ])
      expect(net.nat_rule(p, port, addr, lport)).toBe(EINVAL);
    expect(net.nat_rule(packets.TCP, 80, 0, 0)).toBe(ENETUNREACH);
    for (let i = 1; i <= net.NAT_MAXRULES; i++) expect(net.nat_rule(packets.TCP, i, to, i)).toBe(0);
    expect(net.nat_rule(packets.TCP, 1, to, 99)).toBe(EADDRINUSE);
    expect(net.nat_rule(packets.TCP, 99, to, 1)).toBe(EADDRINUSE);
    expect(net.nat_rule(packets.UDP, 99, to, 99)).toBe(ENOBUFS);
  });

  describe("of UDP", () => {
    it("lets a checksum that is none be none", () => {
      const ports = { fromPort: 5000, toPort: 7 };
      const payload = packets.udp({ from: NEIGHBOUR.ip, to: REMOTE.ip, ...ports, checksum: 0 });
      bench.host.hearsIp({ to: REMOTE.ip, protocol: packets.UDP, payload });
      const [{ ip }] = bench.en1.said();
      expect([...(ip!.payload as Buffer).subarray(6, 8)]).toEqual([0, 0]);
    });

    it("has the right checksum for every payload, damaged ones stay damaged (RFC 1624)", () => {
      for (let i = 0; i < 65536; i += 89) {
        const [out] = bench.goes({ payload: packets.word(i) });
        expect(out.udp!.checksum).not.toBe(0);
        bench.comes({ fromPort: 7, toPort: 5000, payload: packets.word(i) });
      }
      const ports = { fromPort: 5000, toPort: 7 };
      const payload = packets.udp({ from: NEIGHBOUR.ip, to: REMOTE.ip, ...ports, checksum: 0x1234 });
      bench.host.hearsIp({ to: REMOTE.ip, protocol: packets.UDP, payload });
      expect(() => bench.en1.said()).toThrowError("bad UDP checksum");
    });

    it("lives five minutes after its last packet, half a minute with a name server", () => {
      const { host } = bench;
      const { NAT_UDPTIME, NAT_DNSTIME, NAT_TICK } = host.net;
      bench.goes({});
      bench.goes({ toPort: 53, fromPort: 6000 });
      host.wait(NAT_DNSTIME + NAT_TICK);
      expect(host.net.nat_sessions()).toBe(1);
      host.wait(NAT_UDPTIME - NAT_DNSTIME - 2 * NAT_TICK);
      expect(bench.comes({ fromPort: 7, toPort: 5000 }).length).toBe(1);
      host.wait(NAT_UDPTIME - NAT_TICK);
      expect(bench.comes({ from: SERVER, fromPort: 7, toPort: 5000 }).length).toBe(1);
      host.wait(2 * NAT_TICK);
      expect(host.net.nat_sessions()).toBe(0);
    });
  });

  describe("of TCP", () => {
    /** How long the one session lives from now on. */
    function lifetime(): number {
      const { host } = bench;
      let ms = 0;
      for (; host.net.nat_sessions() === 1; ms += 10000) host.wait(10000);
      expect(host.net.nat_sessions()).toBe(0);
      return ms;
    }
    const out = (flags: string) => bench.goes({ flags });
    const back = (flags: string) => bench.comes({ flags, fromPort: 7, toPort: 5000 });
    const short = () => [bench.host.net.NAT_TCPSHORT, bench.host.net.NAT_TCPSHORT + bench.host.net.NAT_TICK];
    const long = () => [bench.host.net.NAT_TCPTIME, bench.host.net.NAT_TCPTIME + bench.host.net.NAT_TICK];
    const open = () => {
      out("S");
      back("S.");
      out(".");
    };

    it("is forgotten in four minutes when nobody answers", () => {
      out("S");
      expect(short()).toContain(lifetime());
    });

    it("lives two hours and four minutes once it is established (RFC 5382 REQ-5)", () => {
      open();
      expect(long()).toContain(lifetime());
    });

    it("lives four minutes after both have closed, not after one has", () => {
      open();
      out("F.");
      back(".");
      bench.host.wait(3600000);
      back("F.");
      out(".");
      expect(short()).toContain(lifetime());
    });

    it("lives four minutes after a reset, unless more comes: it may have been forged (RFC 7857 2.2)", () => {
      open();
      back("R");
      bench.host.wait(10000);
      back(".");
      bench.host.wait(3600000);
      expect(bench.host.net.nat_sessions()).toBe(1);
      out("R");
      expect(short()).toContain(lifetime());
    });

    it("is a connection anew when it is opened anew", () => {
      open();
      out("F.");
      back("F.");
      open();
      expect(long()).toContain(lifetime());
    });

    it("is taken up in the middle: the board may have been restarted", () => {
      out(".");
      back(".");
      expect(long()).toContain(lifetime());
    });

    it("carries a simultaneous open (RFC 5382 REQ-2)", () => {
      out("S");
      expect(back("S").map(ends)).toEqual([`${REMOTE.ip}:7 > ${NEIGHBOUR.ip}:5000`]);
      out("S.");
      expect(long()).toContain(lifetime());
    });

    it("does not answer SYNs for nobody, which somebody inside may be about to expect (RFC 5382 REQ-4)", () => {
      expect(counted(() => bench.comes({ flags: "S", toPort: 4321 }))).toEqual({ NATS_SYN: 1 });
      expect(bench.en1.said()).toEqual([]);
    });
  });

  describe("of ICMP", () => {
    it("has queries by their identifiers, each another", () => {
      const ids = [NEIGHBOUR, OTHER_NEIGHBOUR].map((from) => {
        const [{ ip, icmp }] = bench.goesIcmp(packets.echo(packets.ECHO_REQUEST, 77, 3, pattern(40)), from);
        expect([ip!.from, ip!.to, [...icmp!.payload]]).toEqual([SHARED.ip, REMOTE.ip, pattern(40)]);
        return packets.wordAt(icmp!.rest, 0);
      });
      expect(ids[0]).toBe(77);
      expect(ids[1]).not.toBe(77);
      const tos = ids.map((id) => {
        const [{ ip, icmp }] = bench.comesIcmp(packets.echo(packets.ECHO_REPLY, id, 3, pattern(40)));
        expect([...icmp!.rest]).toEqual([0, 77, 0, 3]);
        return ip!.to;
      });
      expect(tos).toEqual([NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip]);
    });

    it("forgets a query after a minute (RFC 5508 REQ-2)", () => {
      const { host } = bench;
      bench.goesIcmp(packets.echo(packets.ECHO_REQUEST, 77, 3));
      host.wait(host.net.NAT_ICMPTIME - 1);
      expect(host.net.nat_sessions()).toBe(1);
      host.wait(host.net.NAT_TICK + 1);
      expect(host.net.nat_sessions()).toBe(0);
    });

    it("answers echoes itself, from outside and from inside", () => {
      bench.hearsOutside({ ...ipFields({ from: REMOTE, to: SHARED.ip }), protocol: packets.ICMP, payload: ping() });
      expect(bench.en1.said().map(({ icmp }) => icmp!.type)).toEqual([packets.ECHO_REPLY]);
      bench.host.hearsIcmp(ping(), { to: SHARED.ip });
      expect(bench.host.said().map(({ ip, icmp }) => [ip!.from, icmp!.type])).toEqual([
        [SHARED.ip, packets.ECHO_REPLY],
      ]);
    });
    const ping = () => packets.echo(packets.ECHO_REQUEST, 1, 2);

    /** An error that returns `packet`, with so many bytes behind its header. */
    const error = (packet: packets.Ipv4Fields, type = packets.UNREACHABLE, code = 3, behind = 8) =>
      packets.icmp({ type, code, payload: packets.ipv4(packet).slice(0, 20 + behind) });
    const returned = (payload: packets.Bytes) => {
      const header = packets.parseIpv4Header(Uint8Array.from(payload));
      const [fromPort, toPort] = [0, 2].map((at) => packets.wordAt(header.payload as Uint8Array, at));
      return `${header.from}:${fromPort} > ${header.to}:${toPort}`;
    };

    for (const flags of [undefined, "S"])
      it(`brings errors about ${flags ? "TCP" : "UDP"} in, as if nothing had been translated (RFC 5508 REQ-4)`, () => {
        const port = bench.port({ flags, fromPort: 50001 });
        const sent = ipFields({ flags, from: SHARED, fromPort: port, to: REMOTE.ip });
        for (const behind of [8, 23]) {
          const [{ ip, icmp }] = bench.comesIcmp(error(sent, packets.TIME_EXCEEDED, 0, behind), SERVER);
          expect([ip!.from, ip!.to, icmp!.type]).toEqual([SERVER.ip, NEIGHBOUR.ip, packets.TIME_EXCEEDED]);
          expect(returned(icmp!.payload)).toBe(`${NEIGHBOUR.ip}:50001 > ${REMOTE.ip}:7`);
        }
        const [{ icmp }] = bench.comesIcmp(error(sent, packets.UNREACHABLE, 3, 23), SERVER);
        const original = ipFields({ flags, from: NEIGHBOUR, fromPort: 50001, to: REMOTE.ip }).payload;
        expect([...(icmp!.payload as Uint8Array).subarray(20)]).toEqual([...original].slice(0, 23));
      });

    it("brings errors about echoes in", () => {
      const [{ icmp }] = bench.goesIcmp(packets.echo(packets.ECHO_REQUEST, 77, 3), OTHER_NEIGHBOUR);
      const sent = { from: SHARED.ip, to: REMOTE.ip, protocol: packets.ICMP, payload: packets.echo(8, 77, 3) };
      expect([...icmp!.rest]).toEqual([0, 77, 0, 3]);
      const [told] = bench.comesIcmp(error(sent, packets.TIME_EXCEEDED, 0), SERVER);
      expect(told.ip!.to).toBe(OTHER_NEIGHBOUR.ip);
      const inner = packets.parseIpv4Header(Uint8Array.from(told.icmp!.payload));
      expect([inner.from, inner.to]).toEqual([OTHER_NEIGHBOUR.ip, REMOTE.ip]);
    });

    it("takes errors out, about what came in", () => {
      bench.goes({ fromPort: 50001 });
      const port = bench.port({ fromPort: 50001 });
      const got = ipFields({ from: REMOTE, fromPort: 7, to: NEIGHBOUR.ip, toPort: 50001 });
      const [{ ip, icmp }] = bench.goesIcmp(error(got));
      expect([ip!.from, ip!.to]).toEqual([SHARED.ip, REMOTE.ip]);
      expect(returned(icmp!.payload)).toBe(`${REMOTE.ip}:7 > ${SHARED.ip}:${port}`);
    });

    it("takes errors from inside to inside, by both names", () => {
      const there = bench.port({ from: OTHER_NEIGHBOUR, fromPort: 6000 });
      bench.goes({ to: SHARED.ip, toPort: there });
      bench.host.said();
      const got = ipFields({ from: SHARED, fromPort: 5000, to: OTHER_NEIGHBOUR.ip, toPort: 6000 });
      bench.goesIcmp(error(got), OTHER_NEIGHBOUR, SHARED.ip);
      const [{ ip, icmp }] = bench.host.said();
      expect([ip!.from, ip!.to]).toEqual([SHARED.ip, NEIGHBOUR.ip]);
      expect(returned(icmp!.payload)).toBe(`${NEIGHBOUR.ip}:5000 > ${SHARED.ip}:${there}`);
    });

    it("believes no error that is damaged, returns nothing of ours, or too little", () => {
      const port = bench.port({});
      const sent = ipFields({ from: SHARED, fromPort: port, to: REMOTE.ip });
      const bad = packets.icmp({ type: 3, code: 3, payload: packets.ipv4(sent).slice(0, 28), checksum: 1 });
      expect(counted(() => bench.comesIcmp(bad, SERVER))).toEqual({ NATS_BADICMP: 1 });
      const damaged = error({ ...sent, checksum: 1 });
      expect(counted(() => bench.comesIcmp(damaged, SERVER))).toEqual({ NATS_BADICMP: 1 });
      for (const message of [
        error({ ...sent, from: SERVER.ip }),
        error({ ...sent, protocol: 253 }),
        error({ ...sent, version: 6 }),
        error({ ...sent, headerWords: 15 }),
        error({ ...sent, headerWords: 3 }),
        error(sent, 3, 3, 7),
        packets.icmp({ type: 3 }),
      ])
        expect(bench.comesIcmp(message, SERVER)).toEqual([]);
      expect(bench.en1.said()).toEqual([]);
    });

    it("tells those inside what becomes of their packets, as they know them", () => {
      const { host, en1 } = bench;
      host.hearsIp({ ...ipFields({ from: NEIGHBOUR, to: REMOTE.ip }), ttl: 1 });
      expect(returned(host.saidOnce().icmp!.payload)).toBe(`${NEIGHBOUR.ip}:5000 > ${REMOTE.ip}:7`);
      host.net.arp_delete(ipNumber(SERVER.ip));
      bench.goes({ fromPort: 50001 });
      host.wait(6000);
      en1.said();
      const { icmp } = host.saidOnce();
      expect([icmp!.type, icmp!.code]).toEqual([packets.UNREACHABLE, 1]);
      expect(returned(icmp!.payload)).toBe(`${NEIGHBOUR.ip}:50001 > ${REMOTE.ip}:7`);
      en1.ac.if_mtu = 600;
      bench.goes({ payload: pattern(700), ip: { dontFragment: true } });
      expect(returned(host.saidOnce().icmp!.payload)).toBe(`${NEIGHBOUR.ip}:5000 > ${REMOTE.ip}:7`);
    });

    it("tells those outside what becomes of theirs, as they know them", () => {
      const { host, en1 } = bench;
      const port = bench.port({ fromPort: 50001 });
      host.net.arp_delete(ipNumber(NEIGHBOUR.ip));
      bench.comes({ fromPort: 7, toPort: port });
      host.wait(6000);
      host.said();
      const [{ icmp }] = en1.said();
      expect([icmp!.type, icmp!.code]).toEqual([packets.UNREACHABLE, 1]);
      expect(returned(icmp!.payload)).toBe(`${REMOTE.ip}:7 > ${SHARED.ip}:${port}`);
      host.en0.ac.if_mtu = 600;
      bench.comes({ fromPort: 7, toPort: port, payload: pattern(700), ip: { dontFragment: true } });
      const [{ icmp: tooLong }] = en1.said();
      expect([tooLong!.code, returned(tooLong!.payload)]).toEqual([4, `${REMOTE.ip}:7 > ${SHARED.ip}:${port}`]);
    });
  });

  describe("of fragments", () => {
    const fragments = (fields: packets.Ipv4Fields, size = 512) =>
      packets.fragmentsOf(fields.payload!, size).map((fragment) => ({ ...fields, id: 4711, ...fragment }));

    for (const order of ["in order", "in reverse"])
      it(`takes them out and in, ${order} (RFC 4787 REQ-14)`, () => {
        const out = fragments(ipFields({ from: NEIGHBOUR, to: REMOTE.ip, fromPort: 50001, payload: pattern(1800) }));
        for (const fields of order === "in order" ? out : out.reverse()) bench.host.hearsIp(fields);
        const went = bench.en1.said().map(({ ip }) => ip!);
        expect(went.length).toBe(2);
        expect([...packets.joined(went)].slice(8)).toEqual(pattern(1800));
        expect(new Set(went.map(({ from, id }) => `${from} ${id}`)).size).toBe(1);
        const port = packets.wordAt(Uint8Array.from(packets.joined(went)), 0);
        const back = fragments(
          ipFields({ from: REMOTE, fromPort: 7, to: SHARED.ip, toPort: port, payload: pattern(900) }),
        );
        for (const fields of order === "in order" ? back : back.reverse()) bench.hearsOutside(fields);
        expect(bench.host.said().map(ends)).toEqual([`${REMOTE.ip}:7 > ${NEIGHBOUR.ip}:50001`]);
      });

    it("gives those of two inside identifications of our own (RFC 6864)", () => {
      const ids = [NEIGHBOUR, OTHER_NEIGHBOUR].map((from) => bench.goes({ from, ip: { id: 7 } })[0].ip!.id);
      expect(ids[0]).not.toBe(ids[1]);
      expect(bench.goes({ ip: { id: 7, dontFragment: true } })[0].ip!.id).toBe(7);
    });

    it("keeps ours: a datagram for the board is not taken inside", () => {
      const { net } = bench.host;
      const fd = bench.host.closesAtEnd(net.net.socket(net.AF_INET, net.SOCK_DGRAM, 0));
      net.net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 4000 } as never);
      for (const fields of fragments(ipFields({ from: REMOTE, to: SHARED.ip, toPort: 4000, payload: pattern(900) })))
        bench.hearsOutside(fields);
      expect((net.net.recvstring(fd, 1000, 0, null) as string).length).toBe(900);
    });
  });

  it("lets nobody outside in who was not asked", () => {
    for (const to of [NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip])
      expect(counted(() => expect(bench.comes({ to })).toEqual([]))).toEqual({ NATS_UNASKED: 1 });
    expect(bench.comes({ toPort: 5000 })).toEqual([]);
    expect(bench.en1.said().map(({ icmp }) => icmp!.code)).toEqual([packets.PORT_UNREACHABLE]);
  });

  it("is not for protocols without ports, nor for answers to what nobody asked", () => {
    const counts = counted(() => bench.host.hearsIp({ to: REMOTE.ip, protocol: 47, payload: pattern(30) }));
    expect(counts).toEqual({ NATS_PROTO: 1 });
    expect(bench.host.saidOnce().icmp!.code).toBe(13);
    expect(counted(() => bench.goesIcmp(packets.echo(packets.ECHO_REPLY, 1, 2)))).toEqual({ NATS_UNASKED: 1 });
    expect(bench.en1.said()).toEqual([]);
  });

  it("drops what is too short to have ports", () => {
    for (const [protocol, least] of [
      [packets.TCP, 20],
      [packets.UDP, 8],
      [packets.ICMP, 8],
    ]) {
      const payload = pattern(least - 1);
      expect(counted(() => bench.host.hearsIp({ to: REMOTE.ip, protocol, payload }))).toEqual({ NATS_SHORT: 1 });
      bench.hearsOutside({ from: REMOTE.ip, to: SHARED.ip, protocol, payload });
    }
    expect([...bench.en1.said(), ...bench.host.said()]).toEqual([]);
  });

  it("says so when it has no address to share", () => {
    const { net } = bench.host;
    net.in_ifscrub(bench.en1.ac);
    net.rtadd(0, 0, 0, 0, net.in_ifaddr_of(bench.host.en0.ac)!, bench.en1.ac);
    expect(counted(() => bench.goes({}))).toEqual({ NATS_NOADDR: 1 });
    expect(bench.host.saidOnce().icmp!.code).toBe(13);
    net.rtdelete(0, 0);
  });

  it("forwards as ever where no interface has it", () => {
    bench.host.net.if_setflags(bench.en1.ac, 0, bench.host.net.IFF_NAT);
    expect(bench.goes({}).map(ends)).toEqual([`${NEIGHBOUR.ip}:5000 > ${REMOTE.ip}:7`]);
    expect(bench.comes({ to: NEIGHBOUR.ip }).map(ends)).toEqual([`${REMOTE.ip}:5000 > ${NEIGHBOUR.ip}:7`]);
  });

  describe("when its table is full", () => {
    it("takes the session that is nearest its end, of whoever has most", () => {
      const { net } = bench.host;
      const quiet: Station = OTHER_NEIGHBOUR;
      bench.goes({ from: quiet, flags: "S", fromPort: 4000 });
      bench.host.wait(1000);
      const counts = counted(() => {
        for (let i = 0; i < 10 * net.NAT_MAX; i++) bench.goes({ fromPort: 5000 + i });
      });
      expect(counts["NATS_EVICTED"]).toBe(9 * net.NAT_MAX + 1);
      expect(net.nat_sessions()).toBe(net.NAT_MAX);
      expect(bench.comes({ flags: "S.", fromPort: 7, toPort: 4000 }).map(ends)).toEqual([
        `${REMOTE.ip}:7 > ${quiet.ip}:4000`,
      ]);
    });

    it("keeps connections that stand, before what needs not be answered", () => {
      const { net } = bench.host;
      bench.goes({ flags: "S" });
      bench.comes({ flags: "S.", fromPort: 7, toPort: 5000 });
      for (let i = 0; i < 3 * net.NAT_MAX; i++) bench.goes({ fromPort: 6000 + i });
      expect(bench.comes({ flags: ".", fromPort: 7, toPort: 5000 }).length).toBe(1);
    });
  });

  it("loses nothing when there is no memory", () => {
    const { host } = bench;
    const first = fragmentOf(0, true);
    for (let left = 0; left < 8; left++)
      host.withMbufsLeft(left + 2, () => {
        host.hearsIp(first);
        host.hearsIp(fragmentOf(64, false));
        bench.goes({ payload: pattern(left * 100), fromPort: 7000 + left });
        bench.comes({ fromPort: 7, toPort: 7000 + left, payload: pattern(left * 100) });
      });
    host.wait(60000);
    host.said();
    bench.en1.said();
  });
  const fragmentOf = (offset: number, moreFragments: boolean) => ({
    ...ipFields({ from: NEIGHBOUR, to: REMOTE.ip, payload: pattern(504) }),
    offset,
    moreFragments,
  });

  it("is put in order after a turn that was broken off", () => {
    const { net } = bench.host;
    bench.goes({ fromPort: 4000 });
    bench.goes({ fromPort: 4001 });
    net.nat_mend();
    expect(net.nat_sessions()).toBe(2);
    expect(bench.comes({ fromPort: 7, toPort: 4001 }).map(ends)).toEqual([`${REMOTE.ip}:7 > ${NEIGHBOUR.ip}:4001`]);
  });

  it("is not in a build without it", () => {
    const other = new NatBench({ INET_NAT: false });
    expect(other.goes({}).map(ends)).toEqual([`${NEIGHBOUR.ip}:5000 > ${REMOTE.ip}:7`]);
    other.host.net.in_ifscrub(other.en1.ac);
    other.host.net.if_detach(other.en1.ac);
    other.host.expectPoolsRestored();
  });
});
