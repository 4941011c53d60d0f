import { BROADCAST, FAR_AWAY, GATEWAY, Host, NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import {
  ECHO_REPLY,
  ECHO_REQUEST,
  EVERYBODY,
  echo,
  icmp,
  ipNumber,
  long,
  longAt,
  MASK_REQUEST,
  pattern,
  REDIRECT,
  TIMESTAMP,
  TIMESTAMP_REPLY,
  word,
} from "../../../../lib/packets";

describe("An echo request", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
  });
  afterEach(() => host.expectPoolsRestored());

  it("is answered with the same identifier, sequence number and data", () => {
    const counts = host.counted(() => host.hearsIcmp(echo(ECHO_REQUEST, 0x1234, 7, pattern(56))));
    expect(counts).toEqual({
      IPS_TOTAL: 1,
      IPS_DELIVERED: 1,
      ICMP_IN_8: 1,
      ICPS_REFLECT: 1,
      ICMP_OUT_0: 1,
      IPS_LOCALOUT: 1,
    });
    const { ethernet, ip, icmp: reply } = host.saidOnce();
    expect([ethernet.to, ip!.from, ip!.to, ip!.ttl]).toEqual([NEIGHBOUR.mac, US.ip, NEIGHBOUR.ip, 64]);
    expect([reply!.type, reply!.code]).toEqual([ECHO_REPLY, 0]);
    expect([...reply!.rest]).toEqual([...word(0x1234), ...word(7)]);
    expect([...reply!.payload]).toEqual(pattern(56));
  });

  it("is answered whatever its length, odd or even, up to the longest that fits a frame", () => {
    for (const length of [0, 1, 2, 17, 18, 19, 20, 71, 72, 73, 99, 100, 101, 500, 1471, 1472]) {
      host.hearsIcmp(echo(ECHO_REQUEST, 1, length, pattern(length)));
      expect([...host.saidOnce().icmp!.payload]).toEqual(pattern(length));
    }
  });

  it("is answered wherever the driver cuts the frame", () => {
    for (let headLength = 60; headLength <= 118; headLength++) {
      host.en0.headLength = headLength;
      host.hearsIcmp(echo(ECHO_REQUEST, 1, headLength, pattern(200)), { options: pattern(headLength % 5, 1).fill(1) });
      expect([...host.saidOnce().icmp!.payload]).toEqual(pattern(200));
    }
  });

  it("is answered with a checksum that is right for any data, none of it even", () => {
    const tails = [[], [0], [0, 0], [0xff, 0xff], [0xf7, 0xff], [0x08, 0], [0, 1], [0xff, 0xfe], [0x80, 0x80, 0x80]];
    for (const id of [0, 1, 0x00ff, 0x0800, 0x7fff, 0xf7fe, 0xf7ff, 0xf800, 0xffff])
      for (const payload of tails) {
        host.hearsIcmp(echo(ECHO_REQUEST, id, 0, payload));
        expect([...host.saidOnce().icmp!.payload])
          .withContext(`identifier ${id}, data ${payload}`)
          .toEqual(payload);
      }
  });

  it("is answered to a host far away by the gateway", () => {
    host.hearsIcmp(echo(ECHO_REQUEST, 1, 1), {}, FAR_AWAY);
    const { ethernet, ip } = host.saidOnce();
    expect([ethernet.to, ip!.to]).toEqual([GATEWAY.mac, FAR_AWAY.ip]);
  });

  it("is answered with its own type of service (RFC 1122 3.2.2.6), and without its options", () => {
    host.hearsIcmp(echo(ECHO_REQUEST, 1, 1, pattern(33)), { tos: 0x10, ttl: 1, options: Array(40).fill(1) });
    const { ip } = host.saidOnce();
    expect([ip!.tos, ip!.ttl, ip!.options.length]).toEqual([0x10, 64, 0]);
  });

  it("is answered in the mbufs that it came in, when there are no others", () => {
    host.withMbufsLeft(2, () => host.hearsIcmp(echo(ECHO_REQUEST, 1, 1, pattern(1472))));
    expect(host.saidOnce().icmp!.payload.length).toBe(1472);
  });

  it("to a broadcast or a group is not answered, but counted", () => {
    for (const [to, mac] of [
      [BROADCAST, EVERYBODY],
      [SUBNET_BROADCAST, EVERYBODY],
      ["224.0.0.1", "01:00:5e:00:00:01"],
    ]) {
      const counts = host.counted(() =>
        host.hearsIp({ to, protocol: 1, payload: echo(ECHO_REQUEST, 1, 1) }, NEIGHBOUR, mac),
      );
      expect(counts["ICPS_BMCAST"]).toBe(1);
    }
    expect(host.said()).toEqual([]);
  });

  it("to a broadcast address in a frame to us alone is not answered either", () => {
    host.hearsIcmp(echo(ECHO_REQUEST, 1, 1), { to: SUBNET_BROADCAST });
    expect(host.said()).toEqual([]);
  });

  it("from nobody in particular is not answered", () => {
    const counts = host.counted(() => host.hearsIcmp(echo(ECHO_REQUEST, 1, 1), { from: "0.0.0.0" }));
    expect(counts["IPS_BADSRC"]).toBe(1);
    expect(host.said()).toEqual([]);
  });

  it("from 127.0.0.1 to itself is answered on the loopback interface", () => {
    const { net } = host;
    const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
    m.m_data += 16;
    net.arena.set(echo(ECHO_REQUEST, 1, 1), m.m_data + 20);
    m.m_len = m.m_pktlen = 28;
    net.arena[m.m_data + 9] = 1;
    net.put32(m.m_data + 12, net.INADDR_LOOPBACK);
    net.put32(m.m_data + 16, net.INADDR_LOOPBACK);
    expect(net.ip_output(m, 0, null)).toBe(0);
    const counts = host.counted(() => host.wait(0));
    expect([counts["ICMP_IN_8"], counts["ICMP_IN_0"]]).toEqual([1, 1]);
  });
});

describe("A timestamp request", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
  });
  afterEach(() => host.expectPoolsRestored());

  it("is answered with the time of day in ms, twice, behind the sender's own", () => {
    host.wait(12345);
    const now = host.kernel.clock.now() / 1e6;
    host.hearsIcmp(icmp({ type: TIMESTAMP, rest: [0, 1, 0, 2], payload: [...long(1111), ...long(0), ...long(0)] }));
    const { icmp: reply } = host.saidOnce();
    expect([reply!.type, [...reply!.rest].join()]).toEqual([TIMESTAMP_REPLY, "0,1,0,2"]);
    expect([0, 4, 8].map((at) => longAt(reply!.payload, at))).toEqual([1111, now, now]);
  });

  it("that is too short is counted and dropped", () => {
    const counts = host.counted(() => host.hearsIcmp(icmp({ type: TIMESTAMP, payload: pattern(11) })));
    expect(counts["ICPS_BADLEN"]).toBe(1);
    expect(host.said()).toEqual([]);
  });

  it("to many is not answered", () => {
    const message = icmp({ type: TIMESTAMP, payload: pattern(12) });
    const counts = host.counted(() =>
      host.hearsIp({ to: BROADCAST, protocol: 1, payload: message }, NEIGHBOUR, EVERYBODY),
    );
    expect(counts["ICPS_BMCAST"]).toBe(1);
  });
});

describe("ICMP input", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
  });
  afterEach(() => host.expectPoolsRestored());

  it("counts and drops what is shorter than a message", () => {
    for (const length of [0, 4, 7])
      expect(host.counted(() => host.hearsIcmp(pattern(length)))["ICPS_TOOSHORT"]).toBe(1);
  });

  it("counts and drops a checksum that is wrong", () => {
    for (const length of [0, 1, 100, 1400]) {
      const message = icmp({ type: ECHO_REQUEST, payload: pattern(length), checksum: 0xbad });
      expect(host.counted(() => host.hearsIcmp(message))["ICPS_CHECKSUM"]).toBe(1);
    }
    expect(host.said()).toEqual([]);
  });

  it("does not answer address mask requests, which an authority has to (RFC 1122 3.2.2.9)", () => {
    expect(host.net.ICMP_MASKREPL).toBe(false);
    const counts = host.counted(() => host.hearsIcmp(icmp({ type: MASK_REQUEST, payload: [0, 0, 0, 0] })));
    expect(counts["ICMP_IN_17"]).toBe(1);
    expect(host.said()).toEqual([]);
  });

  it("counts and ignores replies, and types that it does not know", () => {
    for (const type of [ECHO_REPLY, REDIRECT, 9, 10, 15, 18, 19, 40, 255]) {
      const counts = host.counted(() => host.hearsIcmp(icmp({ type, payload: pattern(40) })));
      expect(counts[`ICMP_IN_${type}`] ?? 0).toBe(type <= 18 ? 1 : 0);
    }
    expect(host.said()).toEqual([]);
  });

  it("does not follow redirects, in a build without routes of others", () => {
    host.expectPoolsRestored();
    host = new Host({ config: { INET_ROUTE: false } });
    host.hearsIcmp(icmp({ type: REDIRECT, code: 1, rest: [192, 0, 2, 9], payload: pattern(28) }));
    expect(host.net.rtlookup(ipNumber("198.51.100.1"))).toBeNull();
  });
});
