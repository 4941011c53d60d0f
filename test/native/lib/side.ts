/**
 * One of two hosts that live through the same: a stack, what runs on it, and a log of all that it says and answers.
 */
import { MS } from "../../../host-sim/clock";
import { Host } from "../../lib/host";
import type { Config, Core, Net } from "../../lib/kernel";
import { exhaustClusters, exhaustMbufs } from "../../lib/pools";

/** What a program does when its socket has something to tell. */
export const QUIET = 0;
export const ECHO = 1;
export const SINK = 2;
const HABITS = 3;

/** An echo says no more at one moment: one that has been connected with itself would have no end. */
const MOST_ECHOES = 50;

/** An address of a program's. */
interface Name {
  sin_family: number;
  sin_addr: number;
  sin_port: number;
}

export class Side {
  readonly host: Host;
  readonly net: Net;
  readonly sys: Net["net"];
  /** frames as they were sent, since they were last taken */
  frames: Buffer[] = [];
  private lines: string[] = [];
  /** gives back what is withheld of the pools */
  private readonly hoards: (() => void)[] = [];
  private readonly echoed = { at: 0, times: 0 };

  constructor(core: Core, seed: number, config: Config) {
    this.host = new Host({ gateway: true, seed, core, config });
    this.net = this.host.net;
    this.sys = this.net.net;
    this.host.en0.onFrame = (frame) => {
      this.frames.push(frame);
      this.log(`says ${frame.toString("hex")}`);
    };
  }

  log(what: string): void {
    this.lines.push(`${this.host.kernel.clock.now() / MS} ms: ${what}`);
  }

  /** What has been logged since this was last asked. */
  takeLog(): string[] {
    this.host.en0.takeFrames();
    return this.lines.splice(0);
  }

  takeFrames(): Buffer[] {
    return this.frames.splice(0);
  }

  /** A system call, with its answer in the log. */
  call(name: string, answer: unknown, about?: object): unknown {
    this.log(`${name} = ${spelled(answer)}${about ? ` ${JSON.stringify(about)}` : ""}`);
    return answer;
  }

  name(sin_addr: number, sin_port: number): Name {
    return { sin_family: this.sys.AF_INET, sin_addr, sin_port };
  }

  receive(fd: number, len: number, flags: number, asString: boolean): unknown {
    const from = this.name(0, 0);
    const recv = asString ? this.sys.recvstring : this.sys.recvfrom;
    return this.call(`recvfrom(${fd}, ${len}, ${flags})`, recv(fd, len, flags, from as never), from);
  }

  /** The program listens to a socket from now on. */
  attend(fd: number, habit: number): void {
    this.call(
      `setupcall(${fd})`,
      this.sys.setupcall(fd, (told) => this.upcall(told, habit)),
    );
  }

  private upcall(fd: number, habit: number): void {
    this.log(`upcall ${fd}`);
    if (habit === QUIET) return;
    if (this.sys.getsockopt(fd, this.sys.SOL_SOCKET, this.net.SO_ACCEPTCONN) > 0) this.accept(fd);
    else this.read(fd, habit);
  }

  accept(listener: number): number {
    const peer = this.name(0, 0);
    const fd = this.call(`accept(${listener})`, this.sys.accept(listener, peer as never), peer) as number;
    if (fd >= 0) this.attend(fd, fd % HABITS);
    return fd;
  }

  /** Reads what there is, and says it back. */
  private read(fd: number, habit: number): void {
    for (let n = 0; n < 8; n++) {
      const from = this.name(0, 0);
      const data = this.call(`recvfrom(${fd})`, this.sys.recvfrom(fd, 1500, 0, from as never), from);
      if (typeof data === "number") return;
      if (!(data as Uint8Array).length && this.sys.getsockopt(fd, this.sys.SOL_SOCKET, this.net.SO_TYPE) === 1) {
        this.call(`close(${fd})`, this.sys.close(fd));
        return;
      }
      if (habit === ECHO && this.mayEcho()) {
        const to = from.sin_port ? from : null;
        this.call(`sendto(${fd})`, this.sys.sendto(fd, data as Uint8Array, 0, to as never));
      }
    }
  }

  private mayEcho(): boolean {
    const { echoed } = this;
    const now = this.host.kernel.clock.now();
    if (now !== echoed.at) echoed.times = 0;
    echoed.at = now;
    return echoed.times++ < MOST_ECHOES;
  }

  /** Withholds memory, unless some is withheld already: leaves so many mbufs and clusters of what there is. */
  hoard(mbufs: number, clusters: number): void {
    const { m_mfree, m_clfree } = this.net.mbstat();
    if (this.hoards.length) return;
    this.hoards.push(exhaustClusters(this.net, Math.max(clusters, m_clfree - m_mfree)), exhaustMbufs(this.net, mbufs));
  }

  giveBack(): void {
    for (const back of this.hoards.splice(0)) back();
  }
}

/** An answer as text: data as its bytes. */
function spelled(answer: unknown): string {
  if (typeof answer === "string") return `string ${Buffer.from(answer, "latin1").toString("hex")}`;
  if (ArrayBuffer.isView(answer)) return `bytes ${Buffer.from(answer as Uint8Array).toString("hex")}`;
  return typeof answer === "object" ? JSON.stringify(answer) : String(answer);
}
