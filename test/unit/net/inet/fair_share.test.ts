import { Host, NEIGHBOUR } from "../../../lib/host";
import { pattern } from "../../../lib/packets";
import { type Line, type Station, tcpLine } from "../../../lib/tcp_line";
import { UdpSocket } from "../../../lib/udp_socket";

/** What a socket that nobody reads from may take of the pool, so that there is enough for the others. */
describe("A flood of one-byte datagrams to a socket that is not read", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
  });
  afterEach(() => host.expectPoolsRestored());

  function bound(port: number): UdpSocket {
    const socket = new UdpSocket(host);
    expect(socket.bind(port)).toBe(0);
    return socket;
  }

  function flood(port: number, count = 100): number {
    return host.counted(() => {
      for (let i = 0; i < count; i++) host.hearsUdp({ toPort: port, payload: [i] });
    })["UDPS_FULLSOCK"];
  }

  /** How many mbufs programs may still have. */
  function spare(): number {
    return host.net.mbstat().m_mfree - host.net.MRESERVE;
  }

  it("takes half of what there is to spare, and the rest is dropped and counted", () => {
    const all = spare();
    bound(7);
    const dropped = flood(7);
    expect(spare()).toBe(all / 2);
    expect(dropped).toBe(100 - all / 2);
  });

  it("leaves room for what another socket gets, and for what it sends", () => {
    bound(7);
    const other = bound(8);
    flood(7);
    for (let i = 0; i < 5; i++) host.hearsUdp({ toPort: 8, payload: pattern(20, i) });
    for (let i = 0; i < 5; i++) expect(other.receiveData()).toEqual(pattern(20, i));
    expect(other.sendTo(NEIGHBOUR.ip, 9, pattern(500))).toBe(500);
    expect(host.saidOnce().udp!.payload.length).toBe(500);
  });

  it("of three sockets gives each a quarter at least, and a quarter is left", () => {
    const all = spare();
    const sockets = [7, 8, 9].map(bound);
    for (let round = 0; round < 3; round++) for (const port of [7, 8, 9]) flood(port);
    expect(spare()).toBeGreaterThanOrEqual(all / 8);
    const counts = sockets.map((socket) => {
      let n = 0;
      while (typeof socket.receive() !== "number") n++;
      return n;
    });
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
    expect(spare()).toBe(all);
  });

  it("does not keep a socket from having all that fits its buffer, once the others have been read", () => {
    const socket = bound(7);
    flood(7);
    while (typeof socket.receive() !== "number");
    for (let i = 0; i < 10; i++) host.hearsUdp({ toPort: 7, payload: [i] });
    for (let i = 0; i < 10; i++) expect(socket.receiveData()).toEqual([i]);
  });
});

describe("A stream of one-byte segments that is not read", () => {
  let line: Line;
  let a: Station;
  let b: Station;

  afterEach(() => {
    for (const { net } of [a, b]) {
      const pool = net.mbstat();
      expect(pool.m_mfree).withContext("free mbufs").toBe(pool.m_mbufs);
      expect(net.numopensockets()).withContext("sockets").toBe(0);
    }
  });

  function connection(): [number, number] {
    line = tcpLine({ delay: 1 });
    a = line.a;
    b = line.b;
    const listener = b.sys.socket(2, 1, 0);
    b.sys.bind(listener, { sin_family: 2, sin_addr: 0, sin_port: 7 } as object);
    b.sys.listen(listener, 1);
    const client = a.sys.socket(2, 1, 0);
    a.sys.connect(client, { sin_family: 2, sin_addr: b.addr, sin_port: 7 } as object);
    let server = -1;
    line.until(() => {
      if (server < 0) server = b.sys.accept(listener, null);
      return server >= 0;
    }, 10000);
    b.sys.close(listener);
    a.sys.setsockopt(client, a.sys.IPPROTO_TCP, a.sys.TCP_NODELAY, 1);
    return [client, server];
  }

  it("leaves enough for a datagram and an answer, and comes through whole when it is read at last", () => {
    const [client, server] = connection();
    const udp = b.sys.socket(2, 2, 0);
    b.sys.bind(udp, { sin_family: 2, sin_addr: 0, sin_port: 9 } as object);
    const talker = a.sys.socket(2, 2, 0);
    let sent = 0;
    for (let i = 0; i < 1500; i++) {
      if (a.sys.send(client, String.fromCharCode(i & 255), 0) === 1) sent++;
      line.run(5);
    }
    expect(sent).toBeGreaterThan(700);
    a.sys.sendto(talker, "anybody there?", 0, { sin_family: 2, sin_addr: b.addr, sin_port: 9 } as object);
    line.run(10);
    const from = {};
    expect(b.sys.recvstring(udp, 100, 0, from)).toBe("anybody there?");
    expect(b.sys.sendto(udp, "yes", 0, from)).toBe(3);
    let received = "";
    line.until(() => {
      const data = b.sys.recvstring(server, 1000, 0, null);
      if (typeof data === "string") received += data;
      return received.length === sent;
    }, 300000);
    expect(received.length).toBe(sent);
    expect([...received].findIndex((char, i) => char.charCodeAt(0) !== (i & 255))).toBe(-1);
    for (const fd of [client, talker]) a.sys.close(fd);
    for (const fd of [server, udp]) b.sys.close(fd);
    line.run(900000);
  });
});
