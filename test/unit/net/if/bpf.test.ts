/**
 * The packet tap as descriptors: what is seen, what is kept of it, and what is left behind.
 */

import type { FilesApi } from "../../../../firmware/lib/files";
import type { SocketsApi } from "../../../../firmware/lib/sockets";
import { Host, NEIGHBOUR, US } from "../../../lib/host";
import { javascriptOnly } from "../../../lib/javascript_only";
import { insnsOf, libpcap, tcpdumpCode } from "../../../lib/libpcap";
import * as packets from "../../../lib/packets";

const EAGAIN = -11;
const EINVAL = -22;
const ENXIO = -6;

interface Record {
  stamp: number;
  caplen: number;
  length: number;
  out: number;
  data: Buffer;
}

/** The records of what was read. */
function recordsOf(text: string): Record[] {
  const bytes = Buffer.from(text, "latin1");
  const records: Record[] = [];
  for (let at = 0; at < bytes.length; ) {
    const caplen = bytes.readUInt32BE(at + 4);
    const hdrlen = bytes.readUInt16BE(at + 12);
    records.push({
      stamp: bytes.readUInt32BE(at),
      caplen,
      length: bytes.readUInt32BE(at + 8),
      out: bytes.readUInt16BE(at + 14),
      data: bytes.subarray(at + hdrlen, at + hdrlen + caplen),
    });
    at += (hdrlen + caplen + 3) & ~3;
  }
  return records;
}

describe("A packet tap", () => {
  let host: Host;
  let net: SocketsApi & FilesApi;
  let fd: number;

  beforeEach(() => {
    host = new Host();
    net = host.net.net as SocketsApi & FilesApi;
    host.knows(NEIGHBOUR);
    fd = host.closesAtEnd(net.open("/dev/bpf"));
    expect(net.ioctl(fd, net.BIOCSETIF, "en0")).toBe(0);
  });
  afterEach(() => {
    host.said();
    host.expectPoolsRestored();
  });

  const read = (len = 4000) => {
    const text = net.readstring(fd, len);
    return typeof text === "number" ? [] : recordsOf(text);
  };
  const frame = (length: number) => [
    ...packets.enaddr(US.mac),
    2,
    0,
    0,
    0,
    0,
    2,
    0x88,
    0xb5,
    ...new Array(length - 14).fill(7),
  ];

  it("sees what comes and what goes, whole, with the time and the direction", () => {
    host.wait(250);
    host.hearsIcmp(packets.icmp({ type: 8, code: 0, rest: [0, 1, 0, 2], payload: [1, 2, 3] }));
    const [reply] = host.en0.takeFrames();
    const [came, went] = read();
    expect([came.out, went.out]).toEqual([0, 1]);
    expect(went.data.equals(reply)).toBeTrue();
    expect(came.data.readUInt16BE(12)).toBe(0x800);
    expect([came.length, went.length]).toEqual([came.data.length, reply.length]);
    expect(came.stamp).toBe(net.ioctl(fd, net.BIOCGUPTIME));
    expect(net.readstring(fd, 4000)).toBe(EAGAIN);
    expect([net.ioctl(fd, net.BIOCGSTATS, 0), net.ioctl(fd, net.BIOCGSTATS, 1)]).toEqual([2, 0]);
  });

  it("sees frames of all lengths in their pieces", () => {
    for (let length = 60; length <= 1514; length += 97) {
      host.hears(frame(length));
      const [only] = read();
      expect([...only.data]).toEqual(frame(length));
    }
  });

  it("sees what a host says to itself on lo0, from its IP header on", () => {
    expect(net.ioctl(fd, net.BIOCGDLT)).toBe(1);
    expect(net.ioctl(fd, net.BIOCSETIF, "lo0")).toBe(0);
    expect(net.ioctl(fd, net.BIOCGDLT)).toBe(12);
    const socket = host.closesAtEnd(net.socket(net.AF_INET, net.SOCK_DGRAM, 0));
    net.sendto(socket, "self", 0, { sin_family: net.AF_INET, sin_addr: 0x7f000001, sin_port: 9 });
    host.wait(0);
    const records = read();
    expect(records.length).toBe(2); // and that nobody listens there
    expect(records[0].data.subarray(28).toString()).toBe("self");
  });

  it("keeps no more of a packet than the filter says, or the snap length", () => {
    net.ioctl(fd, net.BIOCSETF, [[6, 0, 0, 20]]);
    host.hears(frame(100));
    net.ioctl(fd, net.BIOCSSNAP, 17);
    host.hears(frame(100));
    const [first, second] = read();
    expect([first.caplen, first.length, second.caplen, second.length]).toEqual([20, 100, 17, 100]);
    expect([0, -1, 65536].map((snap) => net.ioctl(fd, net.BIOCSSNAP, snap))).toEqual([EINVAL, EINVAL, EINVAL]);
  });

  it("takes a filter away again, and keeps the one it has when another is none", () => {
    net.ioctl(fd, net.BIOCSETF, [[6, 0, 0, 0]]);
    for (const none of [
      [[7, 0, 0, 0]],
      [
        [0x15, 1, 0, 0],
        [6, 0, 0, 0],
      ],
      new Array(129).fill([6, 0, 0, 1]),
      undefined,
      "x",
    ] as number[][][])
      expect(net.ioctl(fd, net.BIOCSETF, none)).toBe(EINVAL);
    host.hears(frame(100));
    expect(read()).toEqual([]);
    expect(net.ioctl(fd, net.BIOCSETF, [])).toBe(0);
    host.hears(frame(100));
    expect(read().length).toBe(1);
  });

  it("counts what has no room, gives whole packets, as many as are asked for, and none twice", () => {
    const sizes = Array.from({ length: 400 }, (_, i) => 60 + ((i * 193) % 1200));
    const seen: number[] = [];
    for (const [i, size] of sizes.entries()) {
      host.hears([...frame(size).slice(0, -2), i >> 8, i & 255]);
      if (i % 7 !== 6) continue;
      for (let text = net.readstring(fd, 1300); typeof text === "string"; text = net.readstring(fd, 1300)) {
        expect(text.length).toBeLessThanOrEqual(1300);
        for (const { data } of recordsOf(text)) {
          const number = data.readUInt16BE(data.length - 2);
          expect(data.length).toBe(sizes[number]);
          seen.push(number);
        }
      }
    }
    const dropped = net.ioctl(fd, net.BIOCGSTATS, 1);
    expect(seen.length + dropped + read(9000).length).toBe(400);
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(seen.length).toBeGreaterThan(200);
    expect(net.ioctl(fd, net.BIOCFLUSH)).toBe(0);
    expect([net.ioctl(fd, net.BIOCGSTATS, 0), net.ioctl(fd, net.BIOCGSTATS, 1)]).toEqual([0, 0]);
  });

  it("refuses a read that not even the first packet fits", () => {
    host.hears(frame(100));
    expect([0, 16, 115].map((len) => net.readstring(fd, len))).toEqual([EINVAL, EINVAL, EINVAL]);
    expect(net.readstring(fd, -1)).toBe(EINVAL);
    expect(read(116).length).toBe(1);
  });

  it("calls when there is something, once for what is read in one go, and not when nobody wants to know", () => {
    let calls = 0;
    net.setupcall(fd, () => calls++);
    expect(net.poll(fd, 5)).toBe(4);
    host.hears(frame(100));
    host.hears(frame(100));
    expect(net.poll(fd, 5)).toBe(5);
    host.wait(0);
    expect(calls).toBe(1);
    net.setupcall(fd, null);
    host.hears(frame(100));
    host.wait(0);
    expect(calls).toBe(1);
    net.setupcall(fd, () => calls++); // something is there already
    host.wait(0);
    expect(calls).toBe(2);
  });

  it("sends frames as they are, and sees them", () => {
    const bytes = String.fromCharCode(...frame(200));
    expect(net.write(fd, bytes)).toBe(200);
    expect([...host.en0.takeFrames()[0]]).toEqual(frame(200));
    expect(read()[0].out).toBe(1);
    expect(net.write(fd, "too short")).toBe(EINVAL);
    expect(net.write(fd, "x".repeat(1515))).toBe(-90);
    expect(net.write(fd, "x".repeat(1514))).toBe(1514);
    expect(host.en0.takeFrames().length).toBe(1);
  });

  it("has the chip receive what is for others while one wants it, and no longer", () => {
    const promiscuous = () => (host.en0.ac.if_flags & host.net.IFF_PROMISC) !== 0;
    const second = net.open("/dev/bpf");
    net.ioctl(second, net.BIOCSETIF, "en0");
    expect(net.ioctl(fd, net.BIOCPROMISC, 1)).toBe(0);
    net.ioctl(second, net.BIOCPROMISC, 1);
    net.close(fd);
    expect(promiscuous()).toBeTrue();
    const others = frame(100);
    others[5] = 99;
    host.hears(others);
    expect(recordsOf(net.readstring(second, 200) as string).length).toBe(1);
    net.close(second);
    expect(promiscuous()).toBeFalse();
  });

  it("is told when its interface is no more, after what was captured has been read", () => {
    host.hears(frame(100));
    let calls = 0;
    net.setupcall(fd, () => calls++);
    host.net.bpf_ifdetach(host.en0.ac);
    host.wait(0);
    expect(calls).toBe(1);
    expect(read().length).toBe(1);
    expect(net.readstring(fd, 4000)).toBe(ENXIO);
    expect(net.write(fd, "x".repeat(100))).toBe(ENXIO);
    expect(net.poll(fd, 5)).toBe(1);
    expect(net.ioctl(fd, net.BIOCPROMISC, 1)).toBe(ENXIO);
    expect(host.net.bpf_peers()).toBeFalse();
    expect(net.ioctl(fd, net.BIOCSETIF, "en0")).toBe(0);
    host.hears(frame(100));
    expect(read().length).toBe(1);
  });

  it("are NBPF at most, and no descriptor is lost by asking for more", () => {
    const files = host.net.openfiles();
    const second = net.open("/dev/bpf");
    expect(second).toBeGreaterThan(0);
    expect(net.open("/dev/bpf")).toBe(-105);
    expect(host.net.openfiles()).toBe(files + 1);
    net.close(second);
    expect(net.open("/dev/null")).toBe(-2);
  });

  it("goes on after a turn that was broken off", () => {
    javascriptOnly("machine code breaks off nowhere");
    let calls = 0;
    net.setupcall(fd, () => calls++);
    host.hears(frame(100));
    host.net.net_mend(true);
    host.hears(frame(120));
    host.wait(2000);
    expect(calls).toBeGreaterThan(0);
    expect(read().map(({ length }) => length)).toEqual([100, 120]);
  });

  it("lives while one descriptor means it", () => {
    const second = net.dup(fd);
    net.close(fd);
    host.hears(frame(100));
    expect(recordsOf(net.readstring(second, 200) as string).length).toBe(1);
    net.close(second);
    expect(host.net.bpf_peers()).toBeFalse();
  });

  it("answers requests that are none, and those on no tap, with an error", () => {
    const socket = host.closesAtEnd(net.socket(net.AF_INET, net.SOCK_DGRAM, 0));
    const odd = [0, 4, 15, 99, -1, 0.5, Number.NaN, "x", null, undefined] as number[];
    expect(odd.map((request) => net.ioctl(fd, request, 1))).toEqual(odd.map(() => EINVAL));
    expect(net.ioctl(socket, net.BIOCGDLT)).toBe(EINVAL);
    expect(net.ioctl(socket, net.BIOCSETIF, "en0")).toBe(-9);
    expect(net.ioctl(socket, net.BIOCSETF, [[6, 0, 0, 1]])).toBe(-9);
    expect([7.5, 99, -1].map((none) => net.ioctl(none, net.BIOCGDLT))).toEqual([-9, -9, -9]);
    expect(["en9", "", undefined, null].map((none) => net.ioctl(fd, net.BIOCSETIF, none as string))).toEqual([
      ENXIO,
      ENXIO,
      ENXIO,
      ENXIO,
    ]);
  });

  it("wants what tcpdump's expressions say, as libpcap does", () => {
    const pcap = libpcap();
    if (!pcap || !tcpdumpCode("ip")) return pending("no tcpdump, or no libpcap");
    const expressions = [
      "arp or icmp",
      "udp port 7",
      "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
      "not host 192.0.2.2",
      "ip[2:2] % 7 == 3",
      "greater 200",
      "ether broadcast",
      "net 192.0.2.0/24 and udp[8] = 7",
      "tcp and dst portrange 80-90",
      "ip[0] & 0xf > 5",
      "ip6 or vlan 7",
      "udp and (ip[8] ^ 3) != 61",
    ];
    const traffic = [...someTraffic()];
    for (const expression of expressions) {
      const insns = insnsOf(tcpdumpCode(expression)!);
      expect(
        net.ioctl(
          fd,
          net.BIOCSETF,
          insns.map(({ code, jt, jf, k }) => [code, jt, jf, k]),
        ),
      )
        .withContext(expression)
        .toBe(0);
      for (const one of traffic) {
        host.hears(one);
        const wanted = Math.min(pcap.filter(insns, Uint8Array.from(one)), one.length);
        expect(read().find(({ out }) => !out)?.caplen ?? 0)
          .withContext(`${expression}: ${one}`)
          .toBe(wanted);
      }
    }
  });

  function* someTraffic(): Generator<number[]> {
    const ether = (type: number, payload: packets.Bytes, to = US.mac) => [
      ...packets.ethernet({ to, from: NEIGHBOUR.mac, type, payload }),
    ];
    const ip = (fields: object) =>
      ether(packets.TYPE_IP, packets.ipv4({ from: NEIGHBOUR.ip, to: US.ip, protocol: 253, ...fields }));
    yield ether(
      packets.TYPE_ARP,
      packets.arp({ op: 2, senderMac: NEIGHBOUR.mac, senderIp: NEIGHBOUR.ip, targetMac: US.mac, targetIp: US.ip }),
    );
    yield ether(0x86dd, new Array(60).fill(6));
    yield ether(0x8100, [0, 7, 8, 6, ...new Array(50).fill(0)]);
    yield ether(0x88b5, new Array(300).fill(1), packets.EVERYBODY);
    yield ip({ payload: new Array(300).fill(2), options: [1, 1, 1, 0] });
    for (const toPort of [7, 80, 99]) {
      yield ip({
        protocol: packets.UDP,
        payload: packets.udp({ fromPort: 7, toPort, from: NEIGHBOUR.ip, to: US.ip, payload: [7, toPort] }),
      });
      yield ip({
        protocol: packets.TCP,
        payload: packets.tcp({ fromPort: 9, toPort, from: NEIGHBOUR.ip, to: US.ip, flags: toPort & 31 } as never),
      });
    }
  }
});
