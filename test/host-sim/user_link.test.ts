import { createSocket, type Socket } from "node:dgram";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import type { Gateway } from "../../host-sim/links/forward";
import { LinkError } from "../../host-sim/links/link";
import { UserLink } from "../../host-sim/links/user";
import type { NetCalls, SockaddrIn } from "../../host-sim/net_calls";
import { RealTime } from "../../host-sim/realtime";
import { Segment } from "../../host-sim/segment";

const BOARD = 0x0a00020f;

/** A gateway whose stack is played by the test: sockets by descriptor, and the board echoes in capitals. */
class PlayedGateway {
  readonly open = new Map<number, { inbox: { data: string; from: SockaddrIn }[]; upcall: () => void }>();
  readonly sent: { fd: number; text: string; to: SockaddrIn }[] = [];
  readonly ran: string[] = [];
  stopped = false;
  private nextFd = 0;
  readonly net: NetCalls = {
    socket: () => {
      this.open.set(this.nextFd, { inbox: [], upcall: () => {} });
      return this.nextFd++;
    },
    bind: () => 0,
    setsockopt: () => 0,
    sendto: (fd, data, _flags, to) => {
      const text = Buffer.from(data as Uint8Array).toString("latin1");
      this.sent.push({ fd, text, to });
      this.arrive(fd, text.toUpperCase(), { ...to });
      return text.length;
    },
    recvfrom: (fd, _max, _flags, from) => {
      const datagram = this.open.get(fd)?.inbox.shift();
      if (!datagram) return -11;
      Object.assign(from, datagram.from);
      return Buffer.from(datagram.data, "latin1");
    },
    setupcall: (fd, upcall) => {
      this.socket(fd).upcall = upcall;
      return 0;
    },
    listen: () => 0,
    accept: () => -11,
    connect: () => -95,
    send: () => -95,
    recv: () => -95,
    shutdown: () => -95,
    close: (fd) => (this.open.delete(fd) ? 0 : -9),
    inet_addr: (text) => text.split(".").reduce((number, byte) => (number << 8) | Number(byte), 0),
    inet_ntoa: () => "",
  };

  constructor(private readonly clock: VirtualClock) {}

  arrive(fd: number, data: string, from: SockaddrIn): void {
    this.socket(fd).inbox.push({ data, from });
    this.clock.defer(() => this.open.get(fd)?.upcall());
  }

  call(work: () => void): void {
    this.clock.defer(work);
  }

  run(program: string): void {
    this.ran.push(program);
  }

  bytes(content: number | ArrayLike<number>): Uint8Array {
    return typeof content === "number" ? new Uint8Array(content) : Uint8Array.from(content);
  }

  stop(): void {
    this.stopped = true;
  }

  private socket(fd: number) {
    const socket = this.open.get(fd);
    if (!socket) throw new Error(`No socket ${fd}`);
    return socket;
  }
}

describe("The user link", () => {
  let clock: VirtualClock;
  let realTime: RealTime;
  let gateway: PlayedGateway;
  let link: UserLink;
  let hostPort: number;
  const sockets: Socket[] = [];

  const context = () => ({ segment: new Segment(clock), realTime, report: fail });
  const openLink = () =>
    UserLink.open(context(), gateway as unknown as Gateway, undefined, "10.0.2.2", () => "10.0.2.15", [
      { proto: "udp", hostPort, boardPort: 7 },
    ]);

  beforeEach(async () => {
    clock = new VirtualClock();
    realTime = new RealTime(clock);
    gateway = new PlayedGateway(clock);
    hostPort = await freePort();
    link = await openLink();
    realTime.start();
  });
  afterEach(async () => {
    realTime.stop();
    await link.close();
    for (const socket of sockets.splice(0)) socket.close();
  });

  /** A host program: what it sends and what comes back. */
  function peer() {
    const socket = createSocket("udp4");
    sockets.push(socket);
    const heard: string[] = [];
    socket.on("message", (data) => heard.push(data.toString("latin1")));
    return { heard, send: (text: string) => socket.send(text, hostPort, "127.0.0.1") };
  }

  it("takes datagrams to the board, and its answers back to whom they are for", async () => {
    const [a, b] = [peer(), peer()];
    a.send("one");
    b.send("two");
    a.send("three");
    await until(() => a.heard.length + b.heard.length === 3);
    expect([a.heard, b.heard]).toEqual([["ONE", "THREE"], ["TWO"]]);
    expect(gateway.sent[0].to).toEqual({ sin_family: 2, sin_addr: BOARD, sin_port: 7 });
    expect(gateway.open.size).toBe(2);
  });

  it("lets nobody but the board's service answer", async () => {
    const a = peer();
    a.send("one");
    await until(() => a.heard.length === 1);
    gateway.arrive(0, "forged", { sin_family: 2, sin_addr: BOARD + 1, sin_port: 7 });
    gateway.arrive(0, "forged", { sin_family: 2, sin_addr: BOARD, sin_port: 8 });
    gateway.arrive(0, "real", { sin_family: 2, sin_addr: BOARD, sin_port: 7 });
    realTime.inject(() => {});
    await until(() => a.heard.length === 2);
    expect(a.heard[1]).toBe("real");
  });

  it("forgets peers that are silent for a minute", async () => {
    const a = peer();
    a.send("one");
    await until(() => a.heard.length === 1);
    expect(gateway.open.size).toBe(1);
    realTime.stop();
    clock.runFor(61 * SECOND);
    expect(gateway.open.size).toBe(0);
    realTime.start();
    a.send("again");
    await until(() => a.heard.length === 2);
  });

  it("serves a bounded number of peers, the longest silent give way", async () => {
    const peers = Array.from({ length: 20 }, peer);
    for (const one of peers) {
      one.send("x");
      await until(() => one.heard.length === 1);
    }
    expect(gateway.open.size).toBe(16);
    expect([...gateway.open.keys()]).toEqual(Array.from({ length: 16 }, (_, i) => i + 4));
  });

  it("says in one line that a port of the host is taken", async () => {
    const second = new PlayedGateway(clock);
    const opening = UserLink.open(context(), second as unknown as Gateway, undefined, "10.0.2.2", () => "10.0.2.15", [
      { proto: "udp", hostPort, boardPort: 7 },
    ]);
    await expectAsync(opening).toBeRejectedWithError(
      LinkError,
      `UDP port 127.0.0.1:${hostPort} is taken by another program`,
    );
    expect(second.stopped).toBe(true);
  });

  it("tells what it forwards", () => {
    expect(link.description).toMatch(/^a gateway at 10.0.2.2, which is this host's 127.0.0.1;/);
    expect(link.forwards).toEqual([{ proto: "udp", hostPort, boardPort: 7 }]);
  });

  it("goes to where a board with an address of another network looks for its gateway", () => {
    expect(link.follow({ ip: "10.0.2.20", length: 24, gateway: "0.0.0.0" })).toBe(false);
    expect(link.follow({ ip: "10.77.0.2", length: 24, gateway: "10.77.0.9" })).toBe(true);
    expect(link.description).toContain("10.77.0.9");
    expect(link.follow({ ip: "192.168.1.1", length: 16, gateway: "0.0.0.0" })).toBe(true);
    expect(gateway.ran).toEqual([
      'eth.setIP({ ip: "10.77.0.9", subnet: "255.255.255.0" });',
      'eth.setIP({ ip: "192.168.0.1", subnet: "255.255.0.0" });',
    ]);
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).withContext(`${holds}`).toBe(true);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
