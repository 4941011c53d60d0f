import { addressCrc, hashIndex } from "../../host-sim/chips/enc28j60/crc";
import { AT, Bench, BROADCAST, frameTo, OTHER, OWN } from "./enc28j60_bench";

const UC = 0x80;
const AND = 0x40;
const CRC = 0x20;
const PM = 0x10;
const MP = 0x08;
const HT = 0x04;
const MC = 0x02;
const BC = 0x01;

const MULTICAST = [0x01, 0x00, 0x5e, 0x00, 0x00, 0x01];

const HASH_VECTORS: [address: string, crc: number, index: number, register: number, bit: number][] = [
  ["01:00:5E:00:00:01", 0x7fa32d9b, 63, 7, 7],
  ["01:00:5E:00:00:FB", 0x3f7b3b21, 62, 7, 6],
  ["01:00:5E:7F:FF:FA", 0xae3c4afc, 28, 3, 4],
  ["33:33:00:00:00:01", 0xf99baaba, 51, 6, 3],
  ["33:33:00:00:00:FB", 0xb943bc00, 50, 6, 2],
  ["33:33:FF:00:00:01", 0x76fb0ac1, 45, 5, 5],
  ["FF:FF:FF:FF:FF:FF", 0xff48647d, 62, 7, 6],
  ["00:04:A3:00:00:01", 0x877e26c9, 14, 1, 6],
];

function addressOf(text: string): number[] {
  return text.split(":").map((octet) => Number.parseInt(octet, 16));
}

describe("ENC28J60 receive filters", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench().setUp();
  });

  function accepts(control: number, frame: Uint8Array, badCrc = false): boolean {
    bench.write(AT.ERXFCON, control);
    const before = bench.chip.counters.framesIn;
    bench.chip.receive(frame, { badCrc });
    return bench.chip.counters.framesIn > before;
  }

  it("takes unicast to this station and broadcast with a good CRC after reset", () => {
    expect(bench.read(AT.ERXFCON)).toBe(UC | CRC | BC);
    expect(accepts(0xa1, frameTo(OWN))).toBeTrue();
    expect(accepts(0xa1, frameTo(BROADCAST))).toBeTrue();
    expect(accepts(0xa1, frameTo(OTHER))).toBeFalse();
    expect(accepts(0xa1, frameTo(MULTICAST))).toBeFalse();
    expect(accepts(0xa1, frameTo(OWN), true)).toBeFalse();
    expect(bench.chip.counters.dropped.filter).toBe(2);
    expect(bench.chip.counters.dropped.crc).toBe(1);
  });

  it("is promiscuous with no filter enabled, bad CRCs only without CRCEN", () => {
    expect(accepts(0x00, frameTo(OTHER))).toBeTrue();
    expect(accepts(0x00, frameTo(OTHER), true)).toBeTrue();
    expect(accepts(CRC, frameTo(OTHER))).toBeTrue();
    expect(accepts(CRC, frameTo(OTHER), true)).toBeFalse();
  });

  it("tells a bad CRC in the status vector, and the CRC in memory is wrong", () => {
    accepts(0, frameTo(OTHER), true);
    const packet = bench.take();
    expect(packet.status & 0x0090).toBe(0x0010);
  });

  it("takes MAADR1 to MAADR6 in the order of the wire", () => {
    expect(accepts(UC, frameTo([...OWN].reverse()))).toBeFalse();
    expect(accepts(UC, frameTo(OWN))).toBeTrue();
  });

  it("lets a broadcast through the multicast filter, but no unicast", () => {
    expect(accepts(MC, frameTo(BROADCAST))).toBeTrue();
    expect(accepts(MC, frameTo(MULTICAST))).toBeTrue();
    expect(accepts(MC, frameTo(OWN))).toBeFalse();
    expect(accepts(BC, frameTo(MULTICAST))).toBeFalse();
  });

  it("wants every enabled filter to match with ANDOR", () => {
    expect(accepts(AND | UC | BC, frameTo(OWN))).toBeFalse();
    expect(accepts(AND | UC | BC, frameTo(BROADCAST))).toBeFalse();
    expect(accepts(AND | MC | BC, frameTo(BROADCAST))).toBeTrue();
    expect(accepts(AND | MC | BC, frameTo(MULTICAST))).toBeFalse();
    expect(accepts(AND | UC, frameTo(OWN))).toBeTrue();
  });

  it("applies the CRC filter after either combination", () => {
    expect(accepts(AND | MC | BC | CRC, frameTo(BROADCAST), true)).toBeFalse();
    expect(accepts(MC | BC | CRC, frameTo(BROADCAST), true)).toBeFalse();
    expect(accepts(AND | MC | BC, frameTo(BROADCAST), true)).toBeTrue();
  });

  for (const [text, crc, index, register, bit] of HASH_VECTORS) {
    it(`hashes ${text} to bit ${bit} of EHT${register}`, () => {
      const address = addressOf(text);
      expect(addressCrc(Uint8Array.from(address))).toBe(crc);
      expect(hashIndex(Uint8Array.from(address))).toBe(index);
      expect(accepts(HT, frameTo(address))).toBeFalse();
      bench.write(AT.EHT0 + register, 1 << bit);
      expect(accepts(HT, frameTo(address))).toBeTrue();
    });
  }

  describe("pattern match", () => {
    const setPattern = (offset: number, mask: number[], checksum: number) => {
      mask.forEach((bits, n) => {
        bench.write(AT.EPMM0 + n, bits);
      });
      bench.write16(AT.EPMO, offset);
      bench.write16(AT.EPMCS, checksum);
    };

    it("matches the example of the data sheet: EPMO 6, mask 1F0A, checksum 563F", () => {
      const frame = frameTo(OTHER, 66);
      frame[6 + 1] = 0x88;
      frame[6 + 3] = 0xaa;
      frame.set([0x09, 0x0a, 0x0b, 0x0c, 0x0d], 6 + 8);
      setPattern(6, [0x0a, 0x1f], 0x563f);
      expect(accepts(PM, frame)).toBeTrue();
      frame[6 + 9]++;
      expect(accepts(PM, frame)).toBeFalse();
    });

    it("matches a source address: mask bits 6 to 11, checksum 5BFC", () => {
      const frame = frameTo(OTHER);
      frame.set([0x00, 0x04, 0xa3, 0xff, 0xff, 0xff], 6);
      setPattern(0, [0xc0, 0x0f], 0x5bfc);
      expect(accepts(PM, frame)).toBeTrue();
      expect(accepts(PM, frameTo(OTHER))).toBeFalse();
    });

    it("matches broadcast ARP with the checksum F7F9", () => {
      setPattern(0, [0x3f, 0x30], 0xf7f9);
      expect(accepts(PM, frameTo(BROADCAST, 60, 0x0806))).toBeTrue();
      expect(accepts(PM, frameTo(BROADCAST, 60, 0x0800))).toBeFalse();
      expect(accepts(PM, frameTo(OWN, 60, 0x0806))).toBeFalse();
    });

    it("fails when the window runs beyond the CRC, even with an empty mask", () => {
      setPattern(0, [], 0xffff);
      expect(accepts(PM, frameTo(OTHER, 59))).toBeFalse();
      expect(accepts(PM, frameTo(OTHER, 60))).toBeTrue();
      setPattern(6, [], 0xffff);
      expect(accepts(PM, frameTo(OTHER, 65))).toBeFalse();
      expect(accepts(PM, frameTo(OTHER, 66))).toBeTrue();
    });
  });

  describe("magic packet", () => {
    const magic = (destination: number[], at: number, address = OWN) => {
      const frame = frameTo(destination, 160);
      frame.set(BROADCAST, at);
      for (let n = 0; n < 16; n++) frame.set(address, at + 6 + 6 * n);
      return frame;
    };

    it("matches FF x 6 and 16 times the address anywhere in the data", () => {
      expect(accepts(MP, magic(OWN, 14))).toBeTrue();
      expect(accepts(MP, magic(OWN, 58))).toBeTrue();
    });

    it("must be addressed to this station and carry its address", () => {
      expect(accepts(MP, magic(BROADCAST, 14))).toBeFalse();
      expect(accepts(MP, magic(OWN, 14, OTHER))).toBeFalse();
      expect(accepts(MP, frameTo(OWN, 160))).toBeFalse();
    });

    it("wants all sixteen", () => {
      const frame = magic(OWN, 14);
      frame[14 + 6 + 95]++;
      expect(accepts(MP, frame)).toBeFalse();
    });
  });
});
