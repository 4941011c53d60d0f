/** The second implementation against packets that others have made, since all else is compared with it. */
import {
  chars,
  decode,
  ECHO_REQUEST,
  echo,
  ethernet,
  internetChecksum,
  ipv4,
  pattern,
  TCP,
  type TcpOption,
  TYPE_IP,
  tcp,
  UDP,
  udp,
  unpadded,
} from "./packets";

import { AUTHORITATIVE, a, dns, parseDns, RECURSION_AVAILABLE, RECURSION_DESIRED, RESPONSE } from "./packets/dns";

const MACS = { to: "02:00:00:00:00:01", from: "02:00:00:00:00:02" };

const bytes = (hex: string) => [...Buffer.from(hex.replaceAll(" ", ""), "hex")];

describe("The formats, a second time", () => {
  it("have the checksum of RFC 1071's example", () => {
    expect(internetChecksum(bytes("0001 f203 f4f5 f6f7"))).toBe(0x220d);
    expect(internetChecksum([])).toBe(0xffff);
    expect(internetChecksum([0xab])).toBe(0x54ff);
  });

  it("make the IP header that textbooks show", () => {
    const header = bytes("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");
    const fields = { from: "192.168.0.1", to: "192.168.0.199", protocol: UDP, id: 0, dontFragment: true };
    expect(ipv4({ ...fields, payload: pattern(95) }).slice(0, 20)).toEqual(header);
  });

  it("make the echo request that ping sends", () => {
    const captured = bytes("0800 4d36 0001 0025") // id 1, sequence 37, as Windows pings
      .concat(chars("abcdefghijklmnopqrstuvwabcdefghi"));
    expect(echo(ECHO_REQUEST, 1, 37, captured.slice(8))).toEqual(captured);
  });

  it("read what they make, and find every bit that is wrong in what a checksum covers", () => {
    const ends = { from: "192.0.2.1", to: "192.0.2.2", fromPort: 1, toPort: 2 };
    const messages: [number, number[]][] = [
      [1, echo(ECHO_REQUEST, 1, 2, pattern(9))],
      [UDP, udp({ ...ends, payload: pattern(9) })],
      [TCP, tcp({ ...ends, flags: "P.", payload: pattern(9) })],
    ];
    for (const [protocol, payload] of messages) {
      const packet = ipv4({ ...ends, protocol, payload, options: [1, 1, 1, 1] });
      const right = unpadded({ ...MACS, type: TYPE_IP, payload: packet });
      expect(() => decode(right)).not.toThrow();
      for (let bit = 8 * 14; bit < 8 * right.length; bit++) {
        const wrong = Buffer.from(right);
        wrong[bit >> 3] ^= 1 << (bit & 7);
        expect(() => decode(wrong))
          .withContext(`protocol ${protocol}, bit ${bit}`)
          .toThrow();
      }
    }
  });

  it("read TCP's options back", () => {
    const options: TcpOption[] = [
      { kind: "mss", mss: 1460 },
      { kind: "sackOK" },
      { kind: "timestamp", value: 0xdeadbeef, echo: 1 },
      { kind: "nop" },
      { kind: "wscale", shift: 7 },
      { kind: "sack", blocks: [[10, 20]] },
    ];
    const ends = { from: "192.0.2.1", to: "192.0.2.2", fromPort: 1, toPort: 2 };
    const payload = tcp({ ...ends, seq: 0xfffffff0, ack: 5, flags: "S.", window: 1000, options, payload: [7] });
    const packet = ipv4({ ...ends, protocol: TCP, payload });
    const { tcp: read } = decode(unpadded({ ...MACS, type: TYPE_IP, payload: packet }));
    expect(read!.options).toEqual(options);
    expect([read!.seq, read!.ack, read!.flags, read!.window, ...read!.payload]).toEqual([0xfffffff0, 5, "S.", 1000, 7]);
  });

  it("pad frames as a sender does", () => {
    const frame = ethernet({ to: "ff:ff:ff:ff:ff:ff", from: "02:00:00:00:00:02", type: TYPE_IP, payload: [1, 2, 3] });
    expect([frame.length, ...frame.subarray(14, 18)]).toEqual([60, 1, 2, 3, 0]);
  });

  it("make and read the DNS messages that dig shows of a query for example.com, compressed by its server", () => {
    const query = bytes("2b1d 0100 0001 0000 0000 0000 0765 7861 6d70 6c65 0363 6f6d 00 0001 0001");
    const questions = [{ name: "example.com", type: 1, class: 1 }];
    expect(dns({ id: 0x2b1d, flags: RECURSION_DESIRED, questions })).toEqual(query);
    const answer = bytes("c00c 0001 0001 0000 0e10 0004 cb00 7107");
    const flags = RESPONSE | AUTHORITATIVE | RECURSION_DESIRED | RECURSION_AVAILABLE;
    const reply = [...query.slice(0, 2), ...bytes("8580 0001 0001 0000 0000"), ...query.slice(12), ...answer];
    expect(parseDns(reply)).toEqual(jasmine.objectContaining({ id: 0x2b1d, flags, questions }));
    expect(parseDns(reply).answers[0]).toEqual(
      jasmine.objectContaining({ name: "example.com", ttl: 3600, ip: "203.0.113.7" }),
    );
    expect(parseDns(dns({ id: 0x2b1d, flags, questions, answers: [a("example.com", "203.0.113.7", 3600)] }))).toEqual(
      parseDns(reply),
    );
    for (let length = 0; length < reply.length; length++) expect(() => parseDns(reply.slice(0, length))).toThrow();
  });
});
