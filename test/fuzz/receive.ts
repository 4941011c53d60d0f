/**
 * A fuzzer of the receive path: mutated frames come in by a fake interface, seeded, in virtual time. Nothing may be
 * thrown, no frame may take long or bring forth many others, whatever is said must be well-formed, and afterwards all
 * memory must be back.
 *
 *     npm run fuzz -- --frames 1000000 --segments 100000 --seed 1
 *
 * Run so, it goes on with the fuzzer of a connection (connection.ts). On machine code with everything checked that a compiler
 * can check:
 *
 *     CORE=native CORE_FLAGS="-DCHECKED -fsanitize=undefined,bounds" npm run fuzz -- --frames 1000000
 */
import { parseArgs } from "node:util";
import { faultsIn } from "../../host-sim/native/core";
import { Random } from "../../host-sim/random";
import { type Counts, interfaceCounts, protocolCounts } from "../lib/counters";
import { FAR_AWAY, Host, NEIGHBOUR } from "../lib/host";
import { decode, type Packet } from "../lib/packets";
import { type Pools, pools } from "../lib/pools";
import { ConnectionFuzzer } from "./connection";
import { MUTATIONS, pick } from "./mutations";
import { repair } from "./repair";
import { type Conversation, PEER_PORT, SEEDS } from "./seeds";
import { Services } from "./services";

/** Frames after which all sockets are closed and the pools counted. */
const EPOCH = 10000;
/**
 * What the stack may say because of one frame, how many turns it may take, and how long it may think about it (ms of
 * processor time).
 */
const MOST_SAID = 40;
const MOST_TURNS = 400;
const LONGEST = 1000;
/** How long connections may take to come to their end (ms of virtual time). */
const SETTLING = 1200000;

/** The seeds that are always the same, ready made. */
const FRAMES = SEEDS.map((seed) => (seed.length ? undefined : Uint8Array.from(seed({ seq: 0, ack: 0, fromPort: 0 }))));

export interface FuzzResult {
  frames: number;
  said: number;
  counts: Counts;
  seconds: number;
  slowest: number;
}

export class Fuzzer {
  private readonly random: Random;
  private readonly host = new Host({ gateway: true });
  private readonly atBoot: Pools;
  private services: Services;
  private talk: Conversation = { seq: 0, ack: 1001, fromPort: PEER_PORT };
  private frames = 0;
  private said = 0;
  private slowest = 0;
  private turns = 0;

  constructor(private readonly seed: number) {
    this.random = new Random(seed);
    this.atBoot = pools(this.host.net);
    this.services = new Services(this.host);
    this.countTurns();
  }

  run(frames: number): FuzzResult {
    const start = performance.now();
    while (this.frames < frames) {
      this.hear();
      if (this.frames % EPOCH === 0) this.settle();
    }
    this.settle();
    const seconds = (performance.now() - start) / 1000;
    const counts = { ...interfaceCounts(this.host.en0.ac), ...protocolCounts(this.host.net) };
    return { frames: this.frames, said: this.said, counts, seconds, slowest: this.slowest };
  }

  /** A turn that always leads to another would never end, since no time goes by: it is stopped. */
  private countTurns(): void {
    const { clock } = this.host.kernel;
    const defer = clock.defer.bind(clock);
    clock.defer = (turn) => {
      if (++this.turns > MOST_TURNS) throw new Error(`${MOST_TURNS} turns, and no end`);
      defer(turn);
    };
  }

  /** One frame, sometimes twice, sometimes with little memory left, and some time. */
  private hear(): void {
    const { random, host } = this;
    const frame = this.mutated();
    const left = random.chance(0.02) ? 1 + random.below(6) : host.net.NMBUFS;
    const copies = random.chance(0.05) ? 2 : 1;
    host.en0.headLength = 60 + random.below(random.chance(0.2) ? 59 : 5);
    this.checked(frame, () => {
      host.withMbufsLeft(left, () => {
        for (let n = copies; n; n--) host.hears(frame);
      });
      if (random.chance(0.05)) this.services.readAll();
      host.wait(random.chance(0.01) ? random.below(20000) : random.below(40));
      this.listen(host.en0.takeFrames());
    });
    this.frames += copies;
  }

  private mutated(): Uint8Array {
    const { random } = this;
    let frame = this.seedFrame();
    for (let n = random.below(5); n; n--) frame = pick(random, MUTATIONS)(frame, random, this.seedFrame());
    if (random.chance(0.8)) repair(frame);
    return frame;
  }

  private seedFrame(): Uint8Array {
    const index = this.random.below(SEEDS.length);
    return FRAMES[index]?.slice() ?? SEEDS[index](this.talk);
  }

  /** Runs what `frame` leads to; an error tells how to see it again. */
  private checked(frame: Uint8Array, action: () => void): void {
    const start = processorTime();
    this.turns = 0;
    try {
      action();
      const faults = faultsIn(this.host.net);
      if (faults) throw new Error(faults);
      if (this.host.kernel.printed.length) throw new Error(`printed: ${this.host.kernel.printed}`);
      const took = processorTime() - start;
      if (took > LONGEST) throw new Error(`took ${took} ms`);
      this.slowest = Math.max(this.slowest, took);
    } catch (error) {
      const hex = Buffer.from(frame).toString("hex");
      throw new Error(`--seed ${this.seed}, frame ${this.frames}: ${hex}`, { cause: error });
    }
  }

  /** Takes apart what was said, which fails unless it is well-formed. */
  private listen(frames: Buffer[]): void {
    if (frames.length > MOST_SAID) throw new Error(`${frames.length} frames were said at once`);
    this.said += frames.length;
    for (const frame of frames) this.follow(decode(frame));
  }

  /** The next segment of ours is to fit this one of theirs. */
  private follow({ ip, tcp }: Packet): void {
    if (!ip || !tcp || (ip.to !== NEIGHBOUR.ip && ip.to !== FAR_AWAY.ip)) return;
    const length = tcp.payload.length + (/[SF]/.test(tcp.flags) ? 1 : 0);
    this.talk = { seq: (tcp.seq + length) >>> 0, ack: tcp.ack, fromPort: tcp.toPort };
  }

  /** Closes everything, lets time pass until it is over, and counts the pools. */
  private settle(): void {
    this.checked(new Uint8Array(), () => {
      this.services.close();
      for (let waited = 0; waited < SETTLING && !this.settled(); waited += 1000) {
        this.turns = 0;
        this.host.wait(1000);
        this.listen(this.host.en0.takeFrames());
      }
      const now = JSON.stringify(pools(this.host.net));
      if (now !== JSON.stringify(this.atBoot)) throw new Error(`pools are ${now}, not ${JSON.stringify(this.atBoot)}`);
    });
    this.services = new Services(this.host);
  }

  private settled(): boolean {
    return JSON.stringify(pools(this.host.net)) === JSON.stringify(this.atBoot);
  }
}

/** Milliseconds that this process has had; how busy the machine is otherwise does not matter. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function report({ frames, said, counts, seconds, slowest }: FuzzResult): void {
  const rate = Math.round(frames / seconds);
  console.log(`${frames} frames in ${seconds.toFixed(1)} s (${rate} a second), the slowest ${slowest.toFixed(1)} ms`);
  console.log(`${said} frames said in answer, each of them well-formed; no exception; pools as they were`);
  for (const [name, count] of Object.entries(counts)) if (count) console.log(`${name.padEnd(26)}${count}`);
}

if (require.main === module) {
  const number = { type: "string" } as const;
  const { values } = parseArgs({ options: { frames: number, segments: number, seed: number } });
  const seed = Number(values.seed ?? 1);
  report(new Fuzzer(seed).run(Number(values.frames ?? 1000000)));
  const { segments, answers, echoed, seconds } = new ConnectionFuzzer(seed).run(Number(values.segments ?? 100000));
  console.log(
    `${segments} segments near the window of a connection in ${seconds.toFixed(1)} s, ${answers} of them answered;`,
  );
  console.log(`none changed anything, and ${echoed} bytes went to and fro between them; pools as they were`);
}
