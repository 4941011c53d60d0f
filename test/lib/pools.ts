/**
 * What a test must leave as it found it: mbufs, clusters, files, sockets. And chains of mbufs as plain bytes, read by
 * a second implementation that shares no code with the stack.
 */
import type { Mbuf } from "../../firmware/net/kern/mbuf";
import { bootKernel, type Kernel, type Net } from "./kernel";

export interface Pools {
  mbufs: number;
  clusters: number;
  files: number;
  sockets: number;
}

/** How many of each are free (mbufs, clusters) or in use (files, sockets). */
export function pools(net: Net): Pools {
  const stat = net.mbstat();
  return { mbufs: stat.m_mfree, clusters: stat.m_clfree, files: net.openfiles(), sockets: net.numopensockets() };
}

/** A stack with the Internet and PF_UNIX families. */
export interface SocketKernel extends Kernel {
  /** the system calls */
  sys: Net["net"];
  /** fails unless the pools are as they were at boot */
  expectPoolsRestored(): void;
}

export function bootSockets(seed = 1): SocketKernel {
  const kernel = bootKernel(seed);
  kernel.net.netinit(kernel.net.unixdomain());
  const atBoot = pools(kernel.net);
  return {
    ...kernel,
    sys: kernel.net.net,
    expectPoolsRestored: () => expect(pools(kernel.net)).toEqual(atBoot),
  };
}

/** Bytes as a string of chars 0..255, which compares well. */
export function text(bytes: unknown): string {
  if (typeof bytes === "number") throw new Error(`-errno ${bytes} in place of bytes`);
  return typeof bytes === "string" ? bytes : Buffer.from(bytes as Uint8Array).toString("latin1");
}

/** `length` bytes that tell their place, as a string. */
export function pattern(length: number, from = 0): string {
  let s = "";
  for (let i = 0; i < length; i++) s += String.fromCharCode((from + i + ((from + i) >> 8) * 7) & 255);
  return s;
}

/** The bytes of a chain. */
export function chainText(net: Net, chain: Mbuf | null): string {
  let s = "";
  for (let m = chain; m; m = m.m_next) {
    const buf = m.m_ext ? m.m_ext.ext_buf : net.arena;
    for (let i = 0; i < m.m_len; i++) s += String.fromCharCode((buf as Uint8Array)[m.m_data + i]);
  }
  return s;
}

/** A cluster mbuf of the bytes of `s`, `before` bytes into its array. */
export function clusterMbuf(net: Net, s: string, before = 0): Mbuf {
  const m = net.m_get(net.M_DONTWAIT, net.MT_DATA) as Mbuf;
  net.m_clget(m, net.string_bytes("?".repeat(before) + s), before + s.length);
  m.m_data = before;
  m.m_len = s.length;
  return m;
}

/** An arena mbuf of the bytes of `s`, `before` bytes into it. */
export function arenaMbuf(net: Net, s: string, before = 0): Mbuf {
  const m = net.m_get(net.M_DONTWAIT, net.MT_DATA) as Mbuf;
  m.m_data += before;
  m.m_len = s.length;
  for (let i = 0; i < s.length; i++) net.arena[m.m_data + i] = s.charCodeAt(i);
  return m;
}

/** Makes a packet of mbufs: a chain with a packet header. */
export function packetOf(net: Net, ...mbufs: Mbuf[]): Mbuf {
  mbufs.forEach((m, i) => {
    m.m_next = mbufs[i + 1] ?? null;
  });
  mbufs[0].m_flags |= net.M_PKTHDR;
  mbufs[0].m_pktlen = mbufs.reduce((sum, m) => sum + m.m_len, 0);
  return mbufs[0];
}

/** Takes all mbufs but `left` out of the pool, and answers how to put them back. */
export function exhaustMbufs(net: Net, left: number): () => void {
  const taken: Mbuf[] = [];
  while (net.mbstat().m_mfree > left) taken.push(net.m_get(net.M_DONTWAIT, net.MT_DATA) as Mbuf);
  return () => {
    for (const m of taken.splice(0)) net.m_free(m);
  };
}

/** Takes all clusters but `left` out of the pool (and as many mbufs), and answers how to put them back. */
export function exhaustClusters(net: Net, left: number): () => void {
  const taken: Mbuf[] = [];
  while (net.mbstat().m_clfree > left) taken.push(clusterMbuf(net, "x"));
  return () => {
    for (const m of taken.splice(0)) net.m_free(m);
  };
}
