import type { Mbuf } from "../../../../../firmware/net/kern/mbuf";
import { Host, NEIGHBOUR, US } from "../../../../lib/host";
import { javascriptOnly } from "../../../../lib/javascript_only";
import type { Config } from "../../../../lib/kernel";
import * as packets from "../../../../lib/packets";
import { exhaustClusters } from "../../../../lib/pools";

const { PROFILES } = require("../../../../../tools/profile") as { PROFILES: { [name: string]: Config } };

/** The byte with a sequence number. */
function byteAt(seq: number): number {
  return (seq * 7 + (seq >> 8)) & 255;
}

/** A peer, written by hand, that has no room for our data and fills our window at one go. */
class Peer {
  /** what we have acknowledged, and how far our window reaches */
  acked = 0;
  edge: number;
  seq = 1001;
  readonly fd: number;
  private readonly ours: number;
  private readonly listener: number;

  constructor(
    readonly host: Host,
    mss: number,
  ) {
    const { net } = host.net;
    host.knows(NEIGHBOUR);
    this.listener = host.closesAtEnd(net.socket(2, 1, 0));
    net.bind(this.listener, { sin_family: 2, sin_addr: 0, sin_port: 80 } as never);
    net.listen(this.listener, 1);
    this.says({ flags: "S", seq: 1000, options: [{ kind: "mss", mss }] });
    const answer = host.said().find(({ tcp }) => tcp)?.tcp as packets.Tcp;
    this.ours = answer.seq + 1;
    this.edge = this.seq + answer.window;
    this.says({ flags: "." });
    this.fd = host.closesAtEnd(net.accept(this.listener, null));
  }

  private says(fields: Partial<packets.TcpFields>): void {
    const ends = { from: NEIGHBOUR.ip, to: US.ip, fromPort: 5000, toPort: 80 };
    const payload = packets.tcp({ ...ends, seq: this.seq, ack: this.ours ?? 0, window: 0, ...fields });
    this.host.hearsIp({ protocol: packets.TCP, payload });
  }

  /** Fills the window with segments of `size` bytes; the last is as long as there is room. */
  fill(size: number, edge = this.edge): void {
    while (this.seq < edge) {
      const length = Math.min(size, edge - this.seq);
      this.says({ flags: ".", payload: Array.from({ length }, (_, i) => byteAt(this.seq + i)) });
      this.seq += length;
    }
    this.listen();
  }

  /** Says for so many seconds that it has no room, as it would when it is probed. */
  staysShut(seconds: number): void {
    for (let s = 0; s < seconds; s += 5) {
      this.host.wait(5000);
      this.says({ flags: "." });
    }
    this.host.said();
  }

  listen(): void {
    this.host.wait(150);
    for (const { tcp } of this.host.said()) {
      this.acked = tcp?.ack ?? this.acked;
      this.edge = Math.max(this.edge, tcp ? tcp.ack + tcp.window : 0);
    }
  }
}

/**
 * A window is a promise: whatever a peer sends within it finds room, in segments of any size, while the program does not read,
 * and while the program's own data waits for the peer.
 */
describe("TCP's window", () => {
  let host: Host;
  let peer: Peer;

  function connect(profile: string, mss: number): void {
    host = new Host({ config: PROFILES[profile] });
    peer = new Peer(host, mss);
  }

  afterEach(() => {
    const { net, SOL_SOCKET, SO_LINGER } = host.net;
    net.setsockopt(peer.fd, SOL_SOCKET, SO_LINGER, 0);
    net.close(peer.fd);
    host.wait(1000);
    host.expectPoolsRestored();
  });

  /** Reads all; the bytes must be those from `from` on. */
  function readAll(from: number): void {
    let at = from;
    for (;;) {
      const data = host.net.net.recv(peer.fd, 4096, 0);
      if (typeof data === "number") break;
      if (!data.every((byte, i) => byte === byteAt(at + i))) fail(`other bytes at ${at}`);
      at += data.length;
    }
    expect(at).toBe(peer.seq);
    peer.listen();
  }

  /** Fills the window and empties it, a few times. */
  function keepsIts(size: number): void {
    for (let round = 0; round < 4; round++) {
      const from = peer.seq;
      expect(peer.edge - from)
        .withContext("window")
        .toBeGreaterThanOrEqual(512);
      peer.fill(size);
      expect(peer.acked).withContext(`acknowledged in round ${round}`).toBe(peer.seq);
      readAll(from);
    }
    expect(host.net.tcpstat[host.net.TCPSTAT_RCVMEMDROP]).toBe(0);
    expect(host.en0.ac.if_iqdrops).toBe(0);
  }

  const SIZES = [1460, 1024, 1000, 768, 536, 300, 100, 60];
  for (const profile of ["full", "small"])
    for (const size of SIZES) {
      it(`has room in the ${profile} profile for segments of ${size} bytes, from a peer that takes no larger ones`, () => {
        connect(profile, size);
        keepsIts(size);
      });

      it(`has room in the ${profile} profile for segments of ${size} bytes, from a peer that takes larger ones`, () => {
        connect(profile, 1460);
        keepsIts(size);
      });

      it(`has room in the ${profile} profile for segments of ${size} bytes, while the program's own data waits`, () => {
        connect(profile, 1460);
        while (host.net.net.send(peer.fd, new Uint8Array(1000), 0) > 0);
        keepsIts(size);
      });
    }

  it("is not kept when a turn breaks off while crumbs are put together: nobody gets other bytes", () => {
    javascriptOnly("machine code breaks no turn off");
    connect("small", 1460);
    const { net } = host;
    peer.fill(60, peer.seq + 60);
    const first = net.getsock(peer.fd)?.so_rcv.sb_mb as Mbuf;
    const { m_data } = first;
    net.turn_begin();
    Object.defineProperty(first, "m_data", {
      configurable: true,
      get: () => m_data,
      set: () => {
        throw new Error("broken off");
      },
    });
    expect(() => peer.fill(60)).toThrowError("broken off");
    Object.defineProperty(first, "m_data", { value: m_data, writable: true, configurable: true, enumerable: true });
    net.turn_begin();
    net.turn_end();
    expect(net.turn_broken).toBe(1);
    expect(net.net.recv(peer.fd, 4096, 0)).toBe(-net.ECONNABORTED);
  });

  it("may be shut for as long as a peer likes, but that of one that lets nothing go for a minute is no right to our memory", () => {
    connect("full", 1460);
    const { net } = host;
    while (net.net.send(peer.fd, new Uint8Array(1000), 0) > 0);
    peer.staysShut(600);
    expect(net.net.recv(peer.fd, 1, 0)).toBe(-net.EAGAIN);
    const restore = exhaustClusters(net, 0);
    peer.staysShut(120);
    expect(net.net.recv(peer.fd, 1, 0)).toBe(-net.ETIMEDOUT);
    restore();
  });

  it("may be shut for less than a minute also when memory is short", () => {
    connect("full", 1460);
    const { net } = host;
    while (net.net.send(peer.fd, new Uint8Array(1000), 0) > 0);
    const restore = exhaustClusters(net, 0);
    peer.staysShut(55);
    restore();
    expect(net.net.recv(peer.fd, 1, 0)).toBe(-net.EAGAIN);
  });

  it("is in the small profile two segments of half its size, where a peer sends those", () => {
    connect("small", 1460);
    expect(peer.edge - peer.seq).toBe(2048);
    peer.fill(1024);
    readAll(1001);
    expect(peer.edge - peer.seq).toBe(2048);
  });
});
