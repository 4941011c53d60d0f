/**
 * Two stacks and a line between them: a delay, loss in each direction, and nothing else in the way, neither a chip nor a limit
 * of bandwidth. Both run the test bundle in contexts of their own, on one virtual clock; the pool is as large as the test
 * wants it.
 */

import type { Arpcom } from "../../firmware/net/if/ether";
import type { Ifnet } from "../../firmware/net/if/ifnet";
import type { Mbuf } from "../../firmware/net/kern/mbuf";
import { MS, VirtualClock } from "../../host-sim/clock";
import { Random } from "../../host-sim/random";
import { arpcom } from "./arpcom";
import { bootKernel, type Config, type Net } from "./kernel";

export interface LineOptions {
  /** one way, ms */
  delay?: number;
  /** probability that a frame is lost, in each direction */
  loss?: number;
  /** further delay of each frame at most, ms: more than the distance of two reorders them */
  jitter?: number;
  /** probability that a frame comes twice */
  dup?: number;
  seed?: number;
  /** mbufs and clusters of each stack, instead of what config.ts says */
  mbufs?: number;
  clusters?: number;
  /** other constants of config.ts */
  config?: Config;
}

export interface Station {
  net: Net;
  /** the system calls */
  sys: Net["net"];
  addr: number;
  printed: string[];
  /** sees each frame that this station sends; true: it is lost */
  filter: ((frame: Uint8Array) => boolean) | null;
}

export interface Line {
  clock: VirtualClock;
  a: Station;
  b: Station;
  options: Required<Pick<LineOptions, "delay" | "loss" | "jitter" | "dup">>;
  /** frames sent, in both directions */
  frames: number;
  /** lets virtual time pass */
  run(ms: number): void;
  /** false if `done` does not hold within `ms` */
  until(done: () => boolean, ms: number): boolean;
}

const FRAME_OFFSET = 10;
const HEAD_LENGTH = 64;

/** A stack of its own on `clock`, not initialised yet. */
export function bootStack(clock: VirtualClock, seed: number, config: Config): { net: Net; printed: string[] } {
  const random = new Random(seed);
  return bootKernel(seed, config, { clock, random: () => random.word() | 0 });
}

/** A stack with the address 192.0.2.n on interface en0. */
function station(clock: VirtualClock, n: number, seed: number, config: Config): [Station, Arpcom] {
  const { net, printed } = bootStack(clock, seed * 2 + n, config);
  net.netinit(null as never);
  const ac = arpcom(net, "en0", Uint8Array.of(2, 0, 0, 0, 0, n));
  ac.if_flags |= net.IFF_LINK;
  ac.if_ioctl = (ifp: Ifnet) => {
    if (ifp.if_flags & net.IFF_UP) ifp.if_flags |= net.IFF_RUNNING;
    return 0;
  };
  net.ether_ifattach(ac);
  const addr = net.inet_addr(`192.0.2.${n}`);
  net.in_ifinit(ac, addr, net.inet_addr("255.255.255.0"));
  net.arp_set(ac, net.inet_addr(`192.0.2.${3 - n}`), Uint8Array.of(2, 0, 0, 0, 0, 3 - n));
  return [{ net, sys: net.net, addr, printed, filter: null }, ac];
}

/** Brings a frame in, as a driver does; dropped when there is no memory. */
export function deliver(to: Net, ac: Arpcom, frame: Uint8Array): void {
  const m = to.m_gethdr(to.M_DONTWAIT, to.MT_DATA);
  if (!m) return;
  const whole = FRAME_OFFSET + frame.length <= to.MSIZE;
  m.m_data += FRAME_OFFSET;
  m.m_pktlen = frame.length;
  m.m_len = whole ? frame.length : HEAD_LENGTH;
  to.arena.set(frame.subarray(0, m.m_len), m.m_data);
  if (!whole && !rest(to, m, frame.slice(HEAD_LENGTH))) {
    to.m_freem(m);
    return;
  }
  to.ether_input(ac, m);
}

function rest(net: Net, m: Mbuf, bytes: Uint8Array): boolean {
  const n = net.m_clspare(net.M_DONTWAIT) ? net.m_get(net.M_DONTWAIT, net.MT_DATA) : null;
  if (!n) return false;
  net.m_clget(n, bytes, bytes.length);
  m.m_next = n;
  return true;
}

export function tcpLine(given: LineOptions = {}): Line {
  const options = {
    delay: given.delay ?? 0,
    loss: given.loss ?? 0,
    jitter: given.jitter ?? 0,
    dup: given.dup ?? 0,
  };
  const seed = given.seed ?? 1;
  const clock = new VirtualClock();
  const random = new Random(seed * 7919 + 17);
  const config = { ...given.config };
  if (given.mbufs) config.NMBUFS = given.mbufs;
  if (given.clusters) config.NMBCLUSTERS = given.clusters;
  const [a, acA] = station(clock, 1, seed, config);
  const [b, acB] = station(clock, 2, seed, config);
  const line: Line = {
    clock,
    a,
    b,
    options,
    frames: 0,
    run: (ms) => clock.runFor(ms * MS),
    until: (done, ms) => clock.runUntil(done, ms * MS),
  };
  const carry = (from: Station, ac: Arpcom, to: Station, toAc: Arpcom): void => {
    ac.if_start = (ifp: Ifnet) => {
      for (let m = from.net.IF_DEQUEUE(ifp.if_snd); m; m = from.net.IF_DEQUEUE(ifp.if_snd)) {
        const frame = new Uint8Array(m.m_pktlen);
        from.net.m_copydata(m, 0, m.m_pktlen, frame, 0);
        from.net.m_freem(m);
        line.frames++;
        if (from.filter?.(frame)) continue;
        if (random.chance(options.loss)) continue;
        const times = random.chance(options.dup) ? 2 : 1;
        for (let i = 0; i < times; i++) {
          const delay = options.delay + (options.jitter ? options.jitter * random.fraction() : 0);
          clock.after(delay * MS, () => clock.defer(() => deliver(to.net, toAc, frame)));
        }
      }
    };
  };
  carry(a, acA, b, acB);
  carry(b, acB, a, acA);
  line.run(3000); // the announcements
  line.frames = 0;
  return line;
}

export interface Transfer {
  /** bytes received */
  received: number;
  /** ms from the SYN to the last byte */
  elapsed: number;
  done: boolean;
}

/** Sends `bytes` from a to b over one connection, both with buffers of `buf` bytes. */
export function transfer(line: Line, bytes: number, buf: number, limit: number): Transfer {
  const { a, b, clock } = line;
  const listener = b.sys.socket(2, 1, 0);
  const chunk = "abcdefghijklmnopqrstuvwxyz012345".repeat(Math.ceil(buf / 32)).slice(0, buf);
  let received = 0;
  let left = bytes;
  let conn = -1;
  b.sys.setsockopt(listener, 0xffff, b.net.SO_RCVBUF, buf);
  b.sys.bind(listener, { sin_family: 2, sin_addr: 0, sin_port: 9 } as object);
  b.sys.listen(listener, 2);
  const reading = (fd: number): void => {
    for (;;) {
      const data = b.sys.recv(fd, 65536, 0);
      if (typeof data === "number" || !data.length) return;
      received += data.length;
    }
  };
  b.sys.setupcall(listener, () => {
    conn = b.sys.accept(listener, null);
    if (conn >= 0) b.sys.setupcall(conn, reading);
  });
  const fd = a.sys.socket(2, 1, 0);
  a.sys.setsockopt(fd, 0xffff, a.net.SO_SNDBUF, buf);
  a.sys.setsockopt(fd, 0xffff, a.net.SO_SNDLOWAT, 1);
  a.sys.setupcall(fd, () => {
    while (left > 0) {
      const n = a.sys.send(fd, left < buf ? chunk.slice(0, left) : chunk, 0);
      if (n <= 0) return;
      left -= n;
    }
  });
  const start = clock.now();
  a.sys.connect(fd, { sin_family: 2, sin_addr: b.addr, sin_port: 9 } as object);
  const done = line.until(() => received >= bytes, limit);
  const elapsed = (clock.now() - start) / MS;
  a.sys.close(fd);
  if (conn >= 0) b.sys.close(conn);
  b.sys.close(listener);
  return { received, elapsed, done };
}
