/**
 * An Ethernet interface without a chip: it attaches to a kernel as a driver does, collects what the stack sends and
 * brings in what a test wants heard.
 */

import type { Arpcom } from "../../firmware/net/if/ether";
import type { Ifnet } from "../../firmware/net/if/ifnet";
import type { Mbuf } from "../../firmware/net/kern/mbuf";
import { arpcom } from "./arpcom";
import type { Net } from "./kernel";
import { type Bytes, decode, enaddr, type Packet } from "./packets";

/** Where a frame begins in its mbuf, so that the IP header is aligned; and how much of a long one the first mbuf has. */
const FRAME_OFFSET = 10;
const HEAD_LENGTH = 64;

export class FakeEthernet {
  readonly ac: Arpcom;
  /** what if_ioctl was asked, and what it is to answer */
  readonly ioctls: number[] = [];
  ioctlError = 0;
  /** how much of a long frame is put into the first mbuf, at least 60 */
  headLength = HEAD_LENGTH;
  /** told of each frame as it is sent */
  onFrame: (frame: Buffer) => void = () => {};
  private frames: Buffer[] = [];

  constructor(
    private readonly net: Net,
    name: string,
    mac: string,
  ) {
    this.ac = arpcom(net, name, enaddr(mac));
    this.ac.if_flags |= net.IFF_LINK;
    this.ac.if_start = (ifp) => this.start(ifp);
    this.ac.if_ioctl = (ifp, cmd) => this.ioctl(ifp, cmd);
    net.ether_ifattach(this.ac);
  }

  /** What the stack has sent since this was last asked, taken apart and found free of errors. */
  said(): Packet[] {
    return this.takeFrames().map(decode);
  }

  /** The same as bytes. */
  takeFrames(): Buffer[] {
    const frames = this.frames;
    this.frames = [];
    return frames;
  }

  /** Brings in a frame; false when the pool has no room for it. */
  hears(frame: Bytes): boolean {
    const m = this.receive(Uint8Array.from(frame));
    if (m) this.net.ether_input(this.ac, m);
    else this.ac.if_iqdrops++;
    return m !== null;
  }

  /** The chip takes no more frames, until `release`. */
  hold(): void {
    this.ac.if_flags |= this.net.IFF_OACTIVE;
  }

  release(): void {
    this.ac.if_flags &= ~this.net.IFF_OACTIVE;
    this.start(this.ac);
  }

  private ioctl(ifp: Ifnet, cmd: number): number {
    this.ioctls.push(cmd);
    if (cmd === this.net.SIOCSIFFLAGS && ifp.if_flags & this.net.IFF_UP) ifp.if_flags |= this.net.IFF_RUNNING;
    return this.ioctlError;
  }

  private start(ifp: Ifnet): void {
    for (;;) {
      const m = this.net.IF_DEQUEUE(ifp.if_snd);
      if (!m) return;
      if (this.net.m_length(m) !== m.m_pktlen) throw new Error("m_pktlen is not the length of the chain");
      const bytes = new Uint8Array(m.m_pktlen);
      this.net.m_copydata(m, 0, m.m_pktlen, bytes, 0);
      this.frames.push(Buffer.from(bytes));
      this.onFrame(Buffer.from(bytes));
      this.net.m_freem(m);
      ifp.if_opackets++;
    }
  }

  /** The frame as a driver reads it: its head in the arena, the rest of a long one in a cluster. */
  private receive(frame: Uint8Array): Mbuf | null {
    const { net } = this;
    const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA);
    if (!m) return null;
    const whole = FRAME_OFFSET + frame.length <= net.MSIZE;
    m.m_data += FRAME_OFFSET;
    m.m_pktlen = frame.length;
    m.m_len = whole ? frame.length : this.headLength;
    net.bcopy(frame, 0, net.arena, m.m_data, m.m_len);
    if (whole || this.receiveRest(m, frame.slice(m.m_len))) return m;
    net.m_freem(m);
    return null;
  }

  /** In clusters, of which longer frames than Ethernet has take several. */
  private receiveRest(m: Mbuf, rest: Uint8Array): boolean {
    const { net } = this;
    const n = net.m_clspare(net.M_DONTWAIT) ? net.m_get(net.M_DONTWAIT, net.MT_DATA) : null;
    if (!n) return false;
    m.m_next = n;
    const bytes = rest.length > net.MCLBYTES ? rest.slice(0, net.MCLBYTES) : rest;
    net.m_clget(n, bytes, bytes.length);
    return bytes.length === rest.length || this.receiveRest(n, rest.slice(net.MCLBYTES));
  }
}
