/**
 * The drivers in native code, each on the model of its chip: brought up, frames in and out, taken down, and what is told of a chip
 * that is not there.
 */
import { decode } from "koffi";
import type { Enc28j60 } from "../../host-sim/chips/enc28j60";
import { Random } from "../../host-sim/random";
import { type Translation, translate } from "../../tools/native/emit";
import { NATIVE_FILES } from "../../tools/native/files";
import { hostCompiler } from "../../tools/native/host";
import { amounts } from "../../tools/native/pools";
import { type Core, coreOf } from "./lib/core";
import { compileNative, type Native } from "./lib/house";
import { DEV, Wired } from "./lib/wired";

/** A protocol that keeps the last packet that it hears, and sends what it is given. */
const PROGRAM = `
import { type Arpcom, ether_init, ether_proto, ether_transmit } from "../net/if/ether";
import { IFF_LINK, IFF_PROMISC, IFF_RUNNING, IFF_UP, if_setflags, ifinit } from "../net/if/ifnet";
import { NETISR_IP, netisr_init, netisr_register } from "../net/if/netisr";
import { callout_init } from "../net/kern/callout";
import { ENOBUFS } from "../net/kern/errno";
import { M_DONTWAIT, MT_DATA, type Mbuf, m_clspare, m_freem, m_gethdr, m_spare, mbinit } from "../net/kern/mbuf";
import { m_copydata } from "../net/kern/mbuf_chain";
import { m_copyback } from "../net/kern/mbuf_copyback";
import { m_devget } from "../net/kern/mbuf_devget";
import type { Bytes } from "../types";
let heard: number;
let len: number;
let last: Bytes<1536>;
export function test_boot(): void {
  mbinit(); callout_init(); ifinit(); netisr_init(); ether_init();
  ether_proto[NETISR_IP] = 0x88b5;
  netisr_register(NETISR_IP, test_hear);
  heard = 0;
  last = new Uint8Array(1536);
}
function test_hear(m: Mbuf): void {
  len = m.m_pktlen;
  heard++;
  m_copydata(m, 0, len, last, 0);
  m_freem(m);
}
export function test_heard(): number { return heard; }
export function test_len(): number { return len; }
export function test_last(): Uint8Array { return last; }
export function test_up(ac: Arpcom, promisc: number): number {
  return if_setflags(ac, promisc ? IFF_UP | IFF_PROMISC : IFF_UP, promisc ? 0 : IFF_PROMISC);
}
export function test_isup(ac: Arpcom): boolean {
  return (ac.if_flags & (IFF_RUNNING | IFF_LINK)) === (IFF_RUNNING | IFF_LINK);
}
/** In an mbuf and a cluster, or in small pieces. */
export function test_send(ac: Arpcom, buf: Uint8Array, n: number, pieces: boolean): number {
  const m = pieces ? m_gethdr(M_DONTWAIT, MT_DATA) : m_devget(buf, n, 14, null);
  if (!m) return ENOBUFS;
  if (pieces && !m_copyback(m, 0, n, buf, 0)) { m_freem(m); return ENOBUFS; }
  return ether_transmit(ac, m);
}
export function test_errors(ac: Arpcom): number {
  return ac.if_ierrors + ac.if_oerrors + ac.if_iqdrops + ac.if_collisions;
}
/** Free mbufs and clusters, above the reserves. */
export function test_spare(): number {
  let n = 0;
  while (m_spare(n)) n++;
  return m_clspare(M_DONTWAIT) ? n : -1;
}
`;

const PATH = "firmware/drivers/house.ts";
const { CHIPS } = require("../../tools/chips") as { CHIPS: { [name: string]: { prefix: string } } };
const VERBS = [
  ..."test_boot test_heard test_len test_last test_up test_isup test_send test_errors test_spare chip_intr".split(" "),
  ...Object.values(CHIPS).flatMap(({ prefix }) => [`${prefix}_attach`, `${prefix}_detach`]),
];

const OWN = Buffer.from("020000000001", "hex");
const PEER = Buffer.from("020000000002", "hex");
/** Chip select periods of a long frame that comes, as test/drivers counts them in JavaScript (NAME_cost.test.ts). */
const TRANSACTIONS: { [chip: string]: number } = { enc28j60: 4, "w5500-raw": 5 };
/* drivers/chip.ts */
const [CHIP_INT, CHIP_RST, CHIP_FULLDPX] = [1, 2, 4];

function frameOf(random: Random, to: Buffer, length: number): Buffer {
  const body = Buffer.from(Array.from({ length: length - 14 }, () => random.below(256)));
  return Buffer.concat([to, PEER, Buffer.from([0x88, 0xb5]), body]);
}

let translation: Translation | undefined;

/** The core with the program above, for all specs: it takes seconds. */
function translated(): Translation {
  const files = [...NATIVE_FILES, PATH];
  translation ??= translate({ files, texts: { [PATH]: PROGRAM }, lax: true }, amounts);
  return translation;
}

for (const [name, { prefix }] of Object.entries(CHIPS))
  describe(`The driver of ${name} in native code`, () => {
    function withDriver(work: (core: Core, native: Native) => void): void {
      compileNative(translated(), VERBS, (native) => {
        work(coreOf(native, translated(), VERBS), native);
        expect(native.faults()).toBe(0);
      });
    }

    interface Board {
      core: Core;
      wired: Wired;
      sc: unknown;
    }

    /** A chip that has been brought up, or is not there. */
    function withChip(native: Native, core: Core, flags: number, work: (board: Board) => void, options = {}): void {
      native.boot();
      const wired = new Wired(native, name, options);
      try {
        core["test_boot"]();
        const spare = core["test_spare"]();
        const sc = core[`${prefix}_attach`](DEV, OWN, flags);
        wired.onEdge = () => core["chip_intr"](sc);
        wired.chip.setLink(true);
        core["test_up"](sc, 0);
        wired.run(3000);
        work({ core, wired, sc });
        core[`${prefix}_detach`](sc);
        wired.run(100);
        expect(core["test_spare"]()).toBe(spare);
        expect(wired.chip.violations).toEqual([]);
      } finally {
        wired.close();
      }
    }

    /** Frames of all lengths come as they were sent. */
    function receives({ core, wired }: Board, random: Random, rounds: number): void {
      for (let i = 0; i < rounds; i++) {
        const frame = frameOf(random, OWN, 60 + random.below(1455));
        const before = core["test_heard"]();
        wired.chip.receive(frame);
        wired.run(20);
        expect(core["test_heard"]()).toBe(before + 1);
        const got = Buffer.from(decode(core["test_last"](), "uint8_t", core["test_len"]()) as Uint8Array);
        expect(got.equals(frame.subarray(14)))
          .withContext(`${frame.length} bytes`)
          .toBeTrue();
      }
    }

    /** Frames of all lengths and pieces go out as they are, padded where they are short. */
    function sends({ core, wired, sc }: Board, random: Random, rounds: number): void {
      for (let i = 0; i < rounds; i++) {
        const pieces = random.chance(0.5);
        const frame = frameOf(random, PEER, 20 + random.below(pieces ? 600 : 1495));
        wired.sent.length = 0;
        expect(core["test_send"](sc, frame, frame.length, pieces)).toBe(0);
        wired.run(20);
        const padded = Buffer.concat([frame, Buffer.alloc(Math.max(0, 60 - frame.length))]);
        expect(wired.sent.map((one) => one.toString("hex"))).toEqual([padded.toString("hex")]);
      }
    }

    beforeEach(() => {
      if (!hostCompiler()) pending("needs gcc or clang");
    });

    it("brings it up, receives, sends and takes it down, with and without its lines (seed 3)", () => {
      withDriver((core, native) => {
        const random = new Random(3);
        for (const flags of [0, CHIP_INT, CHIP_INT | CHIP_RST | CHIP_FULLDPX])
          withChip(native, core, flags, (board) => {
            expect(core["test_isup"](board.sc)).toBeTrue();
            receives(board, random, 12);
            sends(board, random, 12);
            receives(board, random, 4);
            expect(core["test_errors"](board.sc)).toBe(0);
            expect(board.wired.told).toEqual([]);
          });
        for (let i = 0; i < 4; i++) withChip(native, core, CHIP_INT, () => undefined); // softcs go back to their pool
      });
    });

    it("uses the bus no more than in JavaScript, and says what is wrong with a chip that does not answer", () => {
      withDriver((core, native) => {
        withChip(native, core, CHIP_INT, ({ core, wired }) => {
          const frame = frameOf(new Random(1), OWN, 1514);
          wired.chip.receive(frame);
          wired.run(20);
          wired.transactions = 0;
          wired.chip.receive(frame);
          wired.run(5);
          expect(core["test_heard"]()).toBe(2);
          expect(wired.transactions).withContext("TRANSACTIONS in this file").toBe(TRANSACTIONS[name]);
        });
        withChip(
          native,
          core,
          CHIP_INT,
          ({ core, wired, sc }) => {
            expect(core["test_isup"](sc)).toBeFalse();
            expect(wired.told).toEqual([{ cause: 0, fault: 1 | (255 << 8) }]);
            (wired.chip as Enc28j60).faults.absent = false;
            wired.run(10_000);
            expect(core["test_isup"](sc)).toBeTrue();
          },
          { faults: { absent: true } },
        );
      });
    });
  });
