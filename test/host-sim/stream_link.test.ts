import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "../../host-sim/clock";
import { LinkError } from "../../host-sim/links/link";
import { FrameReader, type StreamAddress, StreamLink } from "../../host-sim/links/stream";
import { RealTime } from "../../host-sim/realtime";
import { Segment, type SegmentPort } from "../../host-sim/segment";

interface End {
  link: StreamLink;
  port: SegmentPort;
  heard: Uint8Array[];
  reports: string[];
  close(): Promise<void>;
}

/** A simulation with one port and a stream link. */
async function open(address: StreamAddress): Promise<End> {
  const clock = new VirtualClock();
  const segment = new Segment(clock);
  const realTime = new RealTime(clock);
  const heard: Uint8Array[] = [];
  const reports: string[] = [];
  const port = segment.attach("board", (frame) => heard.push(frame));
  const link = await StreamLink.open(address, { segment, realTime, report: (line) => reports.push(line) });
  realTime.start();
  const close = async () => {
    realTime.stop();
    await link.close();
  };
  const send = port.send.bind(port);
  port.send = (frame) => realTime.inject(() => send(frame));
  return { link, port, heard, reports, close };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).withContext(`${holds}`).toBe(true);
}

const frame = (length: number, byte = 1) => new Uint8Array(length).fill(byte);

describe("A stream link", () => {
  let folder: string;
  let path: string;
  const ends: End[] = [];
  const started = async (address: StreamAddress = { path }) => {
    const end = await open(address);
    ends.push(end);
    return end;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stream-"));
    path = join(folder, "wire");
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end.close();
    rmSync(folder, { recursive: true });
  });

  it("joins two simulations, whichever starts first", async () => {
    const first = await started();
    const second = await started();
    expect([first.link.description, second.link.description]).toEqual([
      `unix:${path}, listening`,
      `unix:${path}, connected`,
    ]);
    await until(() => first.link.connected);
    first.port.send(frame(60, 1));
    second.port.send(frame(1514, 2));
    await until(() => first.heard.length === 1 && second.heard.length === 1);
    expect(first.heard[0]).toEqual(frame(1514, 2));
    expect(second.heard[0]).toEqual(frame(60, 1));
  });

  it("joins them over TCP as well", async () => {
    const port = await freePort();
    const first = await started({ host: "127.0.0.1", port });
    const second = await started({ host: "127.0.0.1", port });
    await until(() => first.link.connected);
    second.port.send(frame(100, 3));
    await until(() => first.heard.length === 1);
  });

  it("survives the peer's going and coming, on both sides", async () => {
    const first = await started();
    const second = await open({ path });
    await until(() => first.link.connected);
    await second.close();
    await until(() => !first.link.connected);
    first.port.send(frame(60));
    await until(() => first.link.counters.dropped === 1);
    const third = await started();
    await until(() => first.link.connected);
    await first.close();
    await until(() => !third.link.connected);
    const fourth = await started();
    await until(() => third.link.connected && fourth.link.connected);
    third.port.send(frame(60, 7));
    await until(() => fourth.heard.length === 1);
  });

  it("pads what a host leaves short, and drops what no Ethernet carries", async () => {
    const end = await started();
    const peer = await raw(path);
    peer.write(message(frame(14, 9)));
    peer.write(message(frame(1519)));
    peer.write(message(frame(1518)));
    await until(() => end.heard.length === 2);
    expect(end.heard[0]).toEqual(Uint8Array.from([...frame(14, 9), ...frame(46, 0)]));
    expect(end.heard[1].length).toBe(1518);
    expect(end.link.counters.badLength).toBe(1);
    peer.destroy();
  });

  it("closes a connection that announces an impossible length, and says so", async () => {
    const end = await started();
    const peer = await raw(path);
    const closed = new Promise((resolve) => peer.once("close", resolve));
    peer.write(Buffer.from("ffffffff00", "hex"));
    await closed;
    await until(() => end.reports.some((line) => line.includes("impossible frame length 4294967295")));
    const second = await raw(path);
    second.write(message(frame(60, 5)));
    await until(() => end.heard.length === 1);
    second.destroy();
  });

  it("takes one peer at a time", async () => {
    const end = await started();
    const peer = await raw(path);
    await until(() => end.link.connected);
    const second = await raw(path);
    await new Promise((resolve) => second.once("close", resolve));
    expect(end.reports).toContain(`unix:${path}: refused a second peer`);
    peer.destroy();
  });

  it("leaves no socket file behind, takes over a dead one's, and never removes another file", async () => {
    const end = await open({ path });
    expect(existsSync(path)).toBe(true);
    await end.close();
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, "precious");
    await expectAsync(open({ path })).toBeRejectedWithError(LinkError, /Cannot connect to or listen at unix:/);
    expect(existsSync(path)).toBe(true);
  });
});

describe("The framing of streams", () => {
  it("finds the frames however the stream is cut", () => {
    const stream = Buffer.concat([message(frame(60, 1)), message(frame(14, 2)), message(frame(200, 3))]);
    for (const size of [1, 3, 64, 65, 1000]) {
      const reader = new FrameReader();
      const frames: Uint8Array[] = [];
      for (let i = 0; i < stream.length; i += size) frames.push(...reader.read(stream.subarray(i, i + size)));
      expect(frames.map((one) => [one.length, one[0]])).toEqual([
        [60, 1],
        [14, 2],
        [200, 3],
      ]);
    }
  });

  it("reads nothing after a length that cannot be", () => {
    for (const length of [0, 13, 69633]) {
      const reader = new FrameReader();
      const prefix = Buffer.alloc(4);
      prefix.writeUInt32BE(length);
      expect(reader.read(Buffer.concat([message(frame(20)), prefix, message(frame(20))])).length).toBe(1);
      expect(reader.malformed).toBe(length);
      expect(reader.read(message(frame(20)))).toEqual([]);
    }
  });
});

function message(content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + content.length);
  bytes.writeUInt32BE(content.length);
  bytes.set(content, 4);
  return bytes;
}

function raw(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.on("error", reject);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
