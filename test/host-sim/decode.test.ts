/**
 * What the traces print: packets from the second implementation of the formats, and what a board says to its chips.
 */
import { PacketDecoder } from "../../host-sim/decode/packet";
import { spiDecoder } from "../../host-sim/decode/spi";
import { SpiTap } from "../../host-sim/decode/spi_tap";
import * as p from "../lib/packets";
import { dns, pointerTo } from "../lib/packets/dns";

const BOARD = "10.0.2.15";
const HOST = "10.0.2.2";
const MACS = { to: "02:00:00:00:00:01", from: "02:00:00:00:00:02" };

const ip = (protocol: number, payload: readonly number[], more = {}) =>
  p.ethernet({ ...MACS, type: p.TYPE_IP, payload: p.ipv4({ from: HOST, to: BOARD, protocol, payload, ...more }) });
const segment = (fields: object, from = HOST, to = BOARD) =>
  p.ethernet({
    ...MACS,
    type: p.TYPE_IP,
    payload: p.ipv4({ from, to, protocol: p.TCP, payload: p.tcp({ from, to, fromPort: 1024, toPort: 80, ...fields }) }),
  });
const datagram = (fromPort: number, toPort: number, payload: readonly number[]) =>
  ip(p.UDP, p.udp({ from: HOST, to: BOARD, fromPort, toPort, payload }));
const line = (frame: Uint8Array) => new PacketDecoder().line(frame);

describe("A packet's line", () => {
  it("tells of ARP", () => {
    const arp = (op: number, senderIp: string, targetIp: string) =>
      line(
        p.ethernet({
          ...MACS,
          type: p.TYPE_ARP,
          payload: p.arp({ op, senderMac: MACS.from, senderIp, targetMac: p.NOBODY, targetIp }),
        }),
      );
    expect(arp(1, HOST, BOARD)).toBe("ARP, Request who-has 10.0.2.15 tell 10.0.2.2, length 46");
    expect(arp(2, HOST, BOARD)).toBe("ARP, Reply 10.0.2.2 is-at 02:00:00:00:00:02, length 46");
    expect(arp(1, "0.0.0.0", BOARD)).toBe("ARP, Probe 10.0.2.15, length 46");
    expect(arp(1, BOARD, BOARD)).toBe("ARP, Announcement 10.0.2.15, length 46");
  });

  it("tells of a connection, its numbers from its beginning on", () => {
    const decoder = new PacketDecoder();
    const back = { fromPort: 80, toPort: 1024 };
    const lines = [
      segment({
        seq: 1000,
        flags: "S",
        window: 5840,
        options: [{ kind: "mss", mss: 1460 }, { kind: "nop" }, { kind: "wscale", shift: 2 }],
      }),
      segment({ ...back, seq: 7000, ack: 1001, flags: "S.", options: [{ kind: "sackOK" }] }, BOARD, HOST),
      segment({
        seq: 1001,
        ack: 7001,
        flags: "P.",
        payload: p.chars("GET / HTTP/1.0\r\n\r\n"),
        options: [{ kind: "timestamp", value: 5, echo: 6 }],
      }),
      segment({ ...back, seq: 7001, ack: 1019, flags: "F." }, BOARD, HOST),
      segment({ seq: 1019, ack: 7002, flags: "R" }),
    ].map((frame) => decoder.line(frame));
    expect(lines).toEqual([
      "IP 10.0.2.2.1024 > 10.0.2.15.80: Flags [S], seq 1000, win 5840, options [mss 1460,nop,wscale 2], length 0",
      "IP 10.0.2.15.80 > 10.0.2.2.1024: Flags [S.], seq 7000, ack 1001, win 65535, options [sackOK,eol], length 0",
      "IP 10.0.2.2.1024 > 10.0.2.15.80: Flags [P.], seq 1:19, ack 1, win 65535, options [TS val 5 ecr 6,eol], length 18: HTTP: GET / HTTP/1.0",
      "IP 10.0.2.15.80 > 10.0.2.2.1024: Flags [F.], seq 1, ack 19, win 65535, length 0",
      "IP 10.0.2.2.1024 > 10.0.2.15.80: Flags [R], seq 19, win 65535, length 0",
    ]);
  });

  it("tells what refuses a connection as tcpdump does, whole", () => {
    const decoder = new PacketDecoder();
    decoder.line(segment({ seq: 1000, flags: "S" }));
    const refusal = segment({ fromPort: 80, toPort: 1024, seq: 0, ack: 1001, flags: "R." }, BOARD, HOST);
    expect(decoder.line(refusal)).toContain("Flags [R.], seq 0, ack 1001,");
  });

  it("tells of pings, of errors with what they are about, and of fragments", () => {
    const about = p.ipv4({
      from: BOARD,
      to: HOST,
      protocol: p.UDP,
      payload: p.udp({ from: BOARD, to: HOST, fromPort: 5, toPort: 9 }),
    });
    expect(line(ip(p.ICMP, p.echo(p.ECHO_REQUEST, 1, 2, p.pattern(56))))).toBe(
      "IP 10.0.2.2 > 10.0.2.15: ICMP echo request, id 1, seq 2, length 64",
    );
    expect(line(ip(p.ICMP, p.icmp({ type: p.UNREACHABLE, code: p.PORT_UNREACHABLE, payload: about })))).toBe(
      "IP 10.0.2.2 > 10.0.2.15: ICMP 10.0.2.2 udp port 9 unreachable, length 36",
    );
    expect(line(ip(p.UDP, [1, 2, 3, 4], { offset: 2 }))).toContain("fragment at 16 of proto 17, length 4");
  });

  it("tells of DHCP and of names", () => {
    const offer = p.dhcp({ op: 2, xid: 0x1234, your: BOARD, mac: MACS.to, options: { 53: [p.OFFER] } });
    expect(line(datagram(67, 68, offer))).toMatch(
      /: BOOTP\/DHCP, Reply, Your-IP 10.0.2.15, xid 0x1234, DHCP-Message Offer, length \d+$/,
    );
    const questions = [{ name: "some.example", type: 1 }];
    const answers = [{ name: pointerTo(12), type: 1, data: p.ipBytes(HOST) }];
    expect(line(datagram(2000, 53, dns({ id: 7, flags: 0x100, questions })))).toMatch(
      /: 7\+ A\? some\.example\. \(30\)$/,
    );
    expect(line(datagram(53, 2000, dns({ id: 7, flags: 0x8180, questions, answers })))).toMatch(
      /: 7 1\/0\/0 A 10\.0\.2\.2 \(46\)$/,
    );
    expect(line(datagram(53, 2000, dns({ id: 7, flags: 0x8183, questions })))).toContain("7 NXDomain 0/0/0");
    expect(line(datagram(1, 2, [1, 2, 3]))).toBe("IP 10.0.2.2.1 > 10.0.2.15.2: UDP, length 3");
  });

  it("is a line, whatever was cut off or made up", () => {
    const whole = [
      segment({
        flags: "S",
        options: [
          { kind: "mss", mss: 1460 },
          { kind: "sack", blocks: [[1, 2]] },
        ],
      }),
      datagram(53, 53, dns({ id: 1, questions: [{ name: "a.b", type: 1 }] })),
      datagram(67, 68, p.dhcp({ options: { 53: [2] } })),
      ip(p.ICMP, p.icmp({ type: 3, code: 3, payload: [] })),
    ];
    for (const frame of whole)
      for (let length = 0; length < frame.length; length++) {
        const damaged = Uint8Array.from(frame.subarray(0, length));
        for (let i = 14; i < length; i += 7) damaged[i] ^= (i * 73 + length) & 255;
        expect(line(frame.subarray(0, length)).split("\n").length).toBe(1);
        expect(line(damaged)).toMatch(/^[\x20-\x7e]+$/);
      }
  });
});

describe("What a board says to its chip, as a line", () => {
  it("has the ENC28J60's register by its name, in the bank that was selected", () => {
    const text = spiDecoder("enc28j60");
    const said = (mosi: number[], miso: number[] = []) =>
      text({ mosi: Uint8Array.from(mosi), miso: Uint8Array.from(miso) });
    expect(said([0x40, 0x12])).toBe("WCR  ERDPTL = 0x12");
    expect(said([0x9f, 0x03])).toBe("BFS  ECON1 |= 0x03");
    expect(said([0x12, 0], [0, 6])).toBe("RCR  EREVID -> 0x06");
    expect(said([0xbf, 0x01])).toBe("BFC  ECON1 &= ~0x01");
    expect(said([0x0a, 0, 0], [0, 0xff, 0xee])).toBe("RCR  MAMXFLL -> 0xee");
    expect(said([0x3a, 0, 0], [0, 1, 2])).toBe("RBM  01 02");
    expect(said([0x7a, ...Array(20).fill(7)])).toBe("WBM  07 07 07 07 07 07 07 07 .. (20 bytes)");
    expect(said([0xff])).toBe("SRC  soft reset");
    expect(said([0x40, 1])).toBe("WCR  ERDPTL = 0x01");
    expect(said([])).toBe("nothing");
  });

  it("has the W5500's blocks and registers", () => {
    const text = spiDecoder("w5500-raw");
    const said = (mosi: number[], miso: number[] = []) =>
      text({ mosi: Uint8Array.from(mosi), miso: Uint8Array.from(miso) });
    expect(said([0, 0x39, 0, 0], [1, 2, 3, 4])).toBe("R  VERSIONR -> 04");
    expect(said([0, 0x0b, 4, 9])).toBe("W  SHAR+2 = 09");
    expect(said([0, 1, 0x0c, 0x20])).toBe("W  S0_CR = 20");
    expect(said([0x12, 0x34, 0x18, 0, 0], [1, 2, 3, 5, 6])).toBe("R  S0_RX[0x1234] -> 05 06");
    expect(said([0, 1])).toBe("incomplete 00 01");
  });

  it("is listened to without being changed", () => {
    const calls: string[] = [];
    const device = {
      select: () => calls.push("select"),
      transfer: (mosi: number) => mosi ^ 0xff,
      deselect: () => calls.push("deselect"),
      reset: (low: boolean) => calls.push(`reset ${low}`),
      interruptPin: () => true,
      spiClock: (hz: number) => calls.push(`${hz} Hz`),
    };
    const heard: string[] = [];
    const tap = new SpiTap(device, ({ mosi, miso }) => heard.push(`${mosi} ${miso}`));
    tap.spiClock(1000);
    tap.select();
    expect([tap.transfer(1), tap.transfer(2)]).toEqual([0xfe, 0xfd]);
    tap.deselect();
    tap.reset(true);
    expect(tap.interruptPin()).toBe(true);
    expect(calls).toEqual(["1000 Hz", "select", "deselect", "reset true"]);
    expect(heard).toEqual(["1,2 254,253"]);
  });
});
