/**
 * The same happens to two whole boards, one with all of the stack in JavaScript, one with it in the machine code that is shipped:
 * frames, right, odd and mutated; what programs ask for; time. After each step both have said the same at the same time.
 *
 * Both have as much memory, the same random numbers, and time stands still in their turns (turn_clock.ts): so the same means each byte.
 */
import { MS } from "../../../host-sim/clock";
import { createMachine, type Machine } from "../../../host-sim/machine";
import { twinText } from "../../../host-sim/native/shell";
import { Random } from "../../../host-sim/random";
import { Segment, type SegmentPort } from "../../../host-sim/segment";
import { MUTATIONS, pick } from "../../fuzz/mutations";
import { repair } from "../../fuzz/repair";
import { PEER_PORT, SEEDS } from "../../fuzz/seeds";
import { CHIP } from "../../lib/chip";
import { FAR_AWAY, GATEWAY, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET, US } from "../../lib/host";
import { TYPE_IP, wordAt } from "../../lib/packets";
import { Peer } from "./peer";
import { HardwareClock, TurnClock } from "./turn_clock";

/** Both chips on a cable of 10 Mbit/s, and as fast an SPI as they can do: what a turn does is over before its first frame has been sent. */
const WIRED: { [chip: string]: { baud: number; chipOptions: object } } = {
  "w5500-raw": { baud: 80_000_000, chipOptions: { partner: "10 full" } },
  enc28j60: { baud: 20_000_000, chipOptions: {} },
};
/** ns: longer than a board takes to read, or say, the longest frame. */
const HALF = 2 * MS;

const BOOT = `var chance = 1;
E.hwRand = function () { chance = (chance * 69069 + 1) % 4294967296; return chance | 0; };
SPI1.setup({ sck: A5, miso: A6, mosi: A7, baud: ${WIRED[CHIP].baud} });
var eth = require("${CHIP}").connect({ spi: SPI1, cs: B1, int: B10, rst: B13, mac: "${US.mac}", fullDuplex: true });
eth.setIP({ ip: "${US.ip}", subnet: "${SUBNET}", gateway: "${GATEWAY.ip}" });`;

/**
 * Echoes by datagrams and connections, and a socket that is never read; `dial` connects to somebody, while there are descriptors that
 * both have.
 */
const APP = `var net = eth.net;
function serve(type, port, heard) {
  var fd = net.socket(2, type, 0);
  net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: port });
  if (type === 1) net.listen(fd, 4);
  if (heard) net.setupcall(fd, heard);
}
function talk(fd) {
  var d;
  while (typeof (d = net.recvfrom(fd, 1500, 0, null)) !== "number") {
    if (!d.length) { net.close(fd); return; }
    net.send(fd, d, 0);
  }
  if (d !== -11 && d !== -107) net.close(fd);
}
serve(2, 7, function (fd) {
  var from = {}, d;
  while (typeof (d = net.recvstring(fd, 1472, 0, from)) !== "number") net.sendto(fd, d, 0, from);
});
serve(2, 9, null);
serve(1, 80, function (fd) { var c; while ((c = net.accept(fd, {})) >= 0) { net.setupcall(c, talk); talk(c); } });
function dial(addr, port) {
  var fd = net.socket(2, 1, 0), r;
  if (fd < 0 || fd > 12) { net.close(fd); return 0; }
  r = net.connect(fd, { sin_family: 2, sin_addr: net.inet_addr(addr), sin_port: port });
  net.setupcall(fd, talk);
  return r;
}`;

class Side {
  readonly machine: Machine;
  private readonly clock: TurnClock;
  private readonly port: SegmentPort;
  private readonly said: Said[] = [];

  constructor(
    readonly core: "javascript" | "thumb",
    profile: string,
  ) {
    const real = new HardwareClock();
    const segment = new Segment(real);
    this.clock = new TurnClock(real, HALF);
    this.port = segment.attach("peer", (frame) =>
      this.said.push({ half: Math.floor(real.now() / HALF), frame: Buffer.from(frame) }),
    );
    this.machine = createMachine({
      clock: this.clock,
      segment,
      chip: CHIP,
      core,
      bundle: core === "thumb" ? `${CHIP}-${profile}.js` : twinText(CHIP, profile),
      bare: true,
      epoch: 100_000,
      chipOptions: WIRED[CHIP].chipOptions,
    });
    this.clock.listens(this.machine);
    this.machine.run(BOOT);
    this.wait(8000); // link, and the announcements
    this.machine.run(APP);
    this.wait(100);
  }

  wait(ms: number): void {
    this.clock.wait(ms * MS);
  }

  hears(frame: Uint8Array): void {
    this.port.send(frame);
    this.wait(5);
  }

  /** Frames that have been said since, as they are. */
  take(): Said[] {
    return this.said.splice(0);
  }
}

/** A frame of a board's, and in which half period of its clock. */
interface Said {
  half: number;
  frame: Buffer;
}

export class Boards {
  readonly counted = { steps: 0, frames: 0 };
  readonly sides: readonly [Side, Side];
  private readonly random: Random;
  private readonly peer: Peer;

  constructor(
    private readonly seed: number,
    private readonly profile: "full" | "small" = "full",
  ) {
    this.random = new Random(seed);
    this.peer = new Peer(this.random);
    this.sides = [new Side("javascript", profile), new Side("thumb", profile)];
    this.compare("boot");
    if (!this.counted.frames) throw this.error("boot: nobody has announced itself");
  }

  run(steps: number): Boards["counted"] {
    while (this.counted.steps < steps) this.step();
    for (const { machine } of this.sides) machine.stop();
    return this.counted;
  }

  private step(): void {
    const { random } = this;
    const n = random.below(100);
    this.counted.steps++;
    if (n < 15) this.hears(this.mutated());
    else if (n < 75) this.hears(this.peer.answersArp() ?? this.peer.says());
    else if (n < 82) this.dials();
    else this.both("time", (side, ms) => side.wait(ms), random.below(random.chance(0.1) ? 20000 : 100));
  }

  private both<T>(label: string, step: (side: Side, what: T) => unknown, what: T): void {
    const [a, b] = this.sides.map((side) => JSON.stringify(step(side, what)));
    const spelled = what instanceof Uint8Array ? Buffer.from(what).toString("hex") : String(what);
    if (a !== b) throw this.error(`${label} ${spelled}`, a, b);
    this.compare(`${label} ${spelled}`);
  }

  private compare(label: string): void {
    const said = this.sides.map((side) => side.take());
    const [x, y] = said.map((all) =>
      all.map(({ half, frame }) => `${(half * HALF) / MS} ms: ${frame.toString("hex")}`),
    );
    for (let i = 0; i < x.length || i < y.length; i++) if (x[i] !== y[i]) throw this.error(label, x[i], y[i]);
    for (const { frame } of said[0]) {
      this.counted.frames++;
      this.peer.hears(withoutPadding(frame));
    }
    const fault = this.sides.flatMap(({ machine, core }) => machine.errors.map((error) => `${core}: ${error}`))[0];
    if (fault) throw this.error(label, fault);
  }

  private error(label: string, javascript = "nothing", thumb = "nothing"): Error {
    const at = `--boards --profile ${this.profile} --from ${this.seed}, step ${this.counted.steps}, ${label}`;
    return new Error(`${at}:\n  javascript: ${javascript}\n  thumb:      ${thumb}`);
  }

  private hears(frame: Uint8Array): void {
    this.both("hears", (side, what) => side.hears(what), frame.subarray(0, 1514));
  }

  private mutated(): Uint8Array {
    const { random } = this;
    const seed = () => Uint8Array.from(pick(random, SEEDS)({ seq: 0, ack: 1001, fromPort: PEER_PORT }));
    let frame: Uint8Array = seed();
    for (let n = random.below(4); n; n--) frame = pick(random, MUTATIONS)(frame, random, seed());
    if (random.chance(0.85)) repair(frame);
    return frame.length < 60 ? Uint8Array.from([...frame, ...new Array(60 - frame.length).fill(0)]) : frame;
  }

  private dials(): void {
    const { random } = this;
    const to = pick(random, [NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip, FAR_AWAY.ip]);
    const text = `dial("${to}", ${4000 + random.below(4)})`;
    this.both(
      text,
      ({ machine }) => {
        let answer: unknown;
        machine.board.guarded(() => {
          answer = machine.board.realm.evaluate(text, "dial");
        });
        return answer;
      },
      "",
    );
    this.both("time", (side, ms) => side.wait(ms), 5);
  }
}

/** The chip pads to 60 bytes; the naive parsers do not look behind a packet. */
function withoutPadding(frame: Buffer): Buffer {
  return wordAt(frame, 12) === TYPE_IP ? frame.subarray(0, 14 + wordAt(frame, 16)) : frame;
}
