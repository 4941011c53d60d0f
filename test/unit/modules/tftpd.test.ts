import type { TftpdOptions, TftpServer } from "../../../firmware/modules/tftpd";
import { Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station, US } from "../../lib/host";
import { chars, icmp, ipv4, UDP, udp, word, wordAt } from "../../lib/packets";
import { loadModule, ProgramInterface } from "../../lib/storage_module";

const PORT = 2000;
const [RRQ, WRQ, DATA, ACK, ERROR, OACK] = [1, 2, 3, 4, 5, 6];

describe("The TFTP server", () => {
  let host: Host;
  let server: TftpServer | undefined;
  let told: string[];
  const files: { [name: string]: string } = {
    short: "hello",
    empty: "",
    exact: "x".repeat(1024),
    long: Array.from({ length: 5000 }, (_, i) => String.fromCharCode((i * 7) & 255)).join(""),
  };

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
    host.knows(OTHER_NEIGHBOUR);
    told = [];
    start();
  });
  afterEach(() => {
    server?.end();
    host.wait(1000);
    host.said();
    host.expectPoolsRestored();
  });

  function start(options: Partial<TftpdOptions> = {}): void {
    const module = loadModule<{ start(eth: ProgramInterface, options: TftpdOptions): TftpServer }>(host.net, "tftpd");
    server = module.start(new ProgramInterface(host), {
      read: (name) => files[name],
      callback: (error, name, ip) => told.push(`${name} ${ip} ${error ?? "whole"}`),
      ...options,
    });
  }

  interface Heard {
    code: number;
    /** of the block, or of the error */
    number: number;
    port: number;
    data: string;
  }

  function heard(): Heard[] {
    host.wait(0);
    return host
      .said()
      .filter((packet) => packet.udp)
      .map(({ ip, udp: datagram }) => {
        const bytes = datagram!.payload as Uint8Array;
        expect([ip!.from, datagram!.toPort]).toEqual([US.ip, PORT]);
        const data = String.fromCharCode(...bytes.subarray(bytes[1] === OACK ? 2 : 4));
        return { code: bytes[1], number: wordAt(bytes, 2), port: datagram!.fromPort, data };
      });
  }
  function only(): Heard {
    const all = heard();
    expect(all.length).toBe(1);
    return all[0];
  }
  const says = (payload: number[], toPort = 69, from: Station = NEIGHBOUR) => {
    host.hearsUdp({ from, fromPort: PORT, toPort, payload });
    host.wait(0);
  };
  const asks = (name: string, options = "", from = NEIGHBOUR, code = RRQ) =>
    says([...word(code), ...chars(`${name}\0octet\0${options}`)], 69, from);
  const acknowledges = ({ port, number }: Heard) => says([...word(ACK), ...word(number)], port);

  /** A whole file, block by block, each of which is acknowledged. */
  function fetches(name: string, options = "", size = 512): string {
    let content = "";
    asks(name, options);
    for (;;) {
      const block = only();
      expect(block.code).toBe(DATA);
      content += block.data;
      acknowledges(block);
      if (block.data.length < size) return content;
    }
  }

  for (const name of Object.keys(files))
    it(`gives a file that is ${name}`, () => {
      expect(fetches(name)).toBe(files[name]);
      expect(heard()).toEqual([]);
      expect(told).toEqual([`${name} ${NEIGHBOUR.ip} whole`]);
    });

  it("agrees on the size of blocks, the size of the file, and the time to wait (RFC 2347 to 2349)", () => {
    asks("long", "tsize\0" + "0\0blksize\0" + "1400\0windowsize\0" + "4\0timeout\0" + "3\0");
    const agreed = only();
    expect([agreed.code, agreed.data]).toEqual([OACK, "tsize\0" + "5000\0blksize\0" + "1400\0timeout\0" + "3\0"]);
    host.wait(2900);
    expect(heard()).toEqual([]);
    host.wait(200);
    expect(only().code).toBe(OACK);
    acknowledges({ ...agreed, number: 0 });
    let content = "";
    for (let n = 1; n <= 4; n++) {
      const block = only();
      expect(block.number).toBe(n);
      content += block.data;
      acknowledges(block);
    }
    expect(content).toBe(files["long"]);
  });

  it("gives blocks that a frame takes, whatever is asked for", () => {
    asks("long", "BLKSIZE\0" + "65464\0");
    expect(only().data).toBe("blksize\0" + "1428\0");
  });

  it("goes on without an option whose value makes no sense", () => {
    for (const option of ["blksize\0" + "7\0", "blksize\0much\0", "timeout\0" + "0\0", "tsize\0", "blksize"]) {
      asks("short", option);
      expect(only().data).toBe("hello");
      server!.end();
      start();
    }
  });

  it("says a block again while nobody acknowledges it, and gives up", () => {
    asks("long");
    const first = only();
    for (let i = 0; i < 5; i++) {
      host.wait(1000);
      expect(only()).toEqual(first);
    }
    host.wait(2000);
    expect(heard()).toEqual([]);
    expect(told).toEqual([`long ${NEIGHBOUR.ip} no answer`]);
  });

  it("does not answer an acknowledgement twice (RFC 1123 4.2.3.1)", () => {
    asks("long");
    const first = only();
    acknowledges(first);
    expect(only().number).toBe(2);
    acknowledges(first);
    expect(heard()).toEqual([]);
  });

  it("has no such file, takes none, and says so", () => {
    asks("nothing");
    expect(only()).toEqual({ code: ERROR, number: 1, port: 69, data: "no such file\0" });
    asks("short", "", NEIGHBOUR, WRQ);
    expect(only()).toEqual({ code: ERROR, number: 2, port: 69, data: "files are given, not taken\0" });
    expect(told).toEqual([`nothing ${NEIGHBOUR.ip} no such file`]);
  });

  it("gives files to four at a time; one that asks again is still the same", () => {
    for (let i = 0; i < 6; i++) {
      host.hearsUdp({ from: OTHER_NEIGHBOUR, fromPort: PORT + i, toPort: 69, payload: rrq("long") });
      host.hearsUdp({ from: OTHER_NEIGHBOUR, fromPort: PORT + i, toPort: 69, payload: rrq("long") });
      host.wait(0);
    }
    const codes = host.said().flatMap(({ udp: datagram }) => (datagram ? [(datagram.payload as Uint8Array)[1]] : []));
    expect(codes.sort()).toEqual([DATA, DATA, DATA, DATA, ...[ERROR, ERROR, ERROR, ERROR]]);
  });
  const rrq = (name: string) => [...word(RRQ), ...chars(`${name}\0octet\0`)];

  it("ends a transfer when the client says so, says nonsense, or is gone", () => {
    const ends = [
      (port: number) => says([...word(ERROR), ...word(0), ...chars("enough\0")], port),
      (port: number) => says(word(DATA), port),
      (port: number) => says([], port),
      (port: number) => {
        const sent = { from: US.ip, to: NEIGHBOUR.ip, fromPort: port, toPort: PORT };
        const returned = ipv4({ ...sent, protocol: UDP, payload: udp(sent) }).slice(0, 28);
        host.hearsIcmp(icmp({ type: 3, code: 3, payload: returned }));
        host.wait(0);
      },
    ];
    for (const end of ends) {
      asks("long");
      end(only().port);
      host.wait(10000);
      heard();
    }
    expect(told.map((line) => line.replace(`long ${NEIGHBOUR.ip} `, ""))).toEqual([
      "the client says: enough",
      "not an acknowledgement",
      "not an acknowledgement",
      "nobody is there",
    ]);
  });

  it("drops requests that are malformed", () => {
    for (const payload of [
      [],
      [0],
      word(RRQ),
      [...word(RRQ), ...chars("short")],
      [...word(RRQ), 0, 0],
      word(DATA),
      word(9),
    ])
      says(payload);
    expect(heard()).toEqual([]);
  });

  it("ends what it is at when it ends", () => {
    asks("long");
    only();
    server!.end();
    host.wait(10000);
    expect(heard()).toEqual([]);
    expect(told).toEqual([`long ${NEIGHBOUR.ip} ended`]);
  });

  it("says what is wrong with its options, or that its port is taken", () => {
    expect(() => start({ read: undefined })).toThrowError("tftpd: read: a function is needed");
    expect(() => start()).toThrowError("tftpd: no socket, or its port is in use");
    server!.end();
    expect(() => start({ port: 6969 })).not.toThrow();
  });
});
