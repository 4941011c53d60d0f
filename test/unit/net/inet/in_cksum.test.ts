import type { Mbuf } from "../../../../firmware/net/kern/mbuf";
import { Host } from "../../../lib/host";
import { internetChecksum, ipBytes, pattern, pseudoHeader } from "../../../lib/packets";

describe("The Internet checksum over a chain", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  /** A chain of mbufs with those pieces in them, in the arena (from `shift` on) or, where `cluster` says so, in clusters. */
  function chain(pieces: number[][], shift = 0, cluster: (index: number) => boolean = () => false): Mbuf {
    const { net } = host;
    let first: Mbuf | null = null;
    for (const [index, piece] of [...pieces.entries()].reverse()) {
      const m: Mbuf = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
      if (cluster(index)) {
        net.m_clget(m, Uint8Array.from([...Array(shift).fill(0xaa), ...piece]), piece.length + shift);
        m.m_data = shift;
      } else {
        m.m_data += shift;
        net.arena.set(piece, m.m_data);
      }
      m.m_len = piece.length;
      m.m_next = first;
      first = m;
    }
    return first!;
  }

  function checksum(m: Mbuf, off: number, len: number): number {
    const sum = host.net.in_cksum(m, off, len);
    host.net.m_freem(m);
    return sum;
  }

  it("is right for the example of RFC 1071", () => {
    expect(checksum(chain([[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]]), 0, 8)).toBe(~0xddf2 & 65535);
  });

  it("is right for any length, from any place", () => {
    for (let length = 0; length <= 20; length++)
      for (let shift = 0; shift < 4; shift++)
        expect(checksum(chain([pattern(length, 200)], shift), 0, length)).toBe(internetChecksum(pattern(length, 200)));
  });

  it("is right wherever a chain is cut, odd pieces and empty ones included", () => {
    const bytes = pattern(31, 0xf1);
    for (let first = 0; first <= 31; first++)
      for (let second = first; second <= 31; second += 3) {
        const pieces = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)];
        const m = chain(pieces, (first + second) & 3, (index) => ((first + index) & 1) === 1);
        expect(checksum(m, 0, 31))
          .withContext(`cut at ${first} and ${second}`)
          .toBe(internetChecksum(bytes));
      }
  });

  it("begins and ends where it is told to", () => {
    const bytes = pattern(40, 3);
    for (let off = 0; off < 30; off++)
      for (const len of [0, 1, 2, 7, 10]) {
        const m = chain([bytes.slice(0, 5), bytes.slice(5, 16), bytes.slice(16)], 1);
        expect(checksum(m, off, len)).toBe(internetChecksum(bytes.slice(off, off + len)));
      }
  });

  it("is right for as many bytes as a frame has, even if all carry", () => {
    const bytes = Array<number>(1500).fill(255);
    expect(
      checksum(
        chain([bytes.slice(0, 60), bytes.slice(60)], 2, (index) => index === 1),
        0,
        1500,
      ),
    ).toBe(0);
    const other = pattern(1499);
    const m = chain([other.slice(0, 61), other.slice(61)], 1, (index) => index === 1);
    expect(checksum(m, 0, 1499)).toBe(internetChecksum(other));
  });

  it("is 0 over bytes with their checksum in them", () => {
    const bytes = pattern(20);
    bytes[10] = bytes[11] = 0;
    const sum = internetChecksum(bytes);
    bytes[10] = sum >> 8;
    bytes[11] = sum & 255;
    expect(checksum(chain([bytes.slice(0, 7), bytes.slice(7)]), 0, 20)).toBe(0);
  });

  it("has a pseudo header in front for UDP and TCP", () => {
    const { net } = host;
    for (const [from, to] of [
      ["192.0.2.1", "192.0.2.2"],
      ["255.255.255.255", "255.255.255.255"],
      ["0.0.0.0", "0.0.0.1"],
    ]) {
      const m = chain([[...ipBytes(from), ...ipBytes(to)]]);
      const sum = net.in_fold(net.in_pseudo(m.m_data, 17, 1480));
      net.m_freem(m);
      expect(~sum & 65535).toBe(internetChecksum(pseudoHeader(from, to, 17, 1480)));
    }
  });

  it("folds carries, also those that folding makes", () => {
    const { net } = host;
    expect([0, 0xffff, 0x10000, 0x1fffe, 0x1ffff, 0x7fffffff].map((sum) => net.in_fold(sum))).toEqual([
      0, 0xffff, 1, 0xffff, 1, 0x7fff,
    ]);
  });
});
