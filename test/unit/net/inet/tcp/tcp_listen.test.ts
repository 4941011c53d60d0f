import { type Line, type Station, tcpLine } from "../../../../lib/tcp_line";

/** What a listener bears: floods, and programs that do not accept. */
describe("a TCP listener", () => {
  let line: Line;
  let a: Station;
  let b: Station;
  let l: number;

  beforeEach(() => {
    line = tcpLine({ delay: 5 });
    a = line.a;
    b = line.b;
    l = b.sys.socket(2, 1, 0);
    b.sys.bind(l, { sin_family: 2, sin_addr: 0, sin_port: 80 } as object);
    b.sys.listen(l, 2);
  });

  function connect(): number {
    const fd = a.sys.socket(2, 1, 0);
    a.sys.connect(fd, { sin_family: 2, sin_addr: b.addr, sin_port: 80 } as object);
    return fd;
  }

  /** `n` SYNs from addresses that nobody has: their answers are lost. */
  function flood(n: number): void {
    const net = a.net;
    for (let i = 0; i < n; i++) {
      const m = net.m_gethdr(net.M_DONTWAIT, net.MT_HEADER)!;
      m.m_data += net.MAX_LINKHDR;
      m.m_len = m.m_pktlen = 40;
      const ip = m.m_data;
      const th = ip + 20;
      const source = net.inet_addr("198.51.100.0") + (i & 127) + 1;
      net.put32(ip + 12, source);
      net.put32(ip + 16, b.addr);
      net.put16(th, 1024 + i);
      net.put16(th + 2, 80);
      net.put32(th + 4, i * 7919);
      net.put32(th + 8, 0);
      net.put16(th + 12, 0x5002);
      net.put16(th + 14, 1000);
      net.put32(th + 16, 0);
      net.put16(th + 16, ~net.in_sum(m, 20, 20, net.in_pseudo(ip + 12, 6, 20)));
      net.arena[ip + 9] = 6;
      net.arena[ip + 8] = 64;
      net.arena[ip + 1] = 0;
      expect(net.ip_output(m, 0, null)).toBe(0);
      line.run(1);
    }
    line.run(10);
  }

  it("hands out no more connections than its queue holds until the program accepts", () => {
    for (let i = 0; i < 8; i++) connect();
    line.run(200);
    const accepted = [];
    for (let fd = b.sys.accept(l, null); fd >= 0; fd = b.sys.accept(l, null)) accepted.push(fd);
    expect(accepted.length).toBeLessThanOrEqual(4);
    expect(accepted.length).toBeGreaterThanOrEqual(2);
  });

  it("serves in a flood of SYNs, in bounded memory", () => {
    flood(200);
    expect(b.net.tcp_npcb()).toBeLessThanOrEqual(6);
    expect(b.net.tcpstat[b.net.TCPSTAT_SC_SENT]).toBeGreaterThan(100);
    const fd = connect();
    line.run(100);
    const conn = b.sys.accept(l, null);
    expect(conn).toBeGreaterThanOrEqual(0);
    expect(b.net.tcpstat[b.net.TCPSTAT_SC_RECV]).toBe(1);
    a.sys.send(fd, "GET /", 0);
    line.run(50);
    expect(Buffer.from(b.sys.recv(conn, 100, 0) as Uint8Array).toString()).toBe("GET /");
    b.sys.send(conn, "200 OK", 0);
    line.run(50);
    expect(Buffer.from(a.sys.recv(fd, 100, 0) as Uint8Array).toString()).toBe("200 OK");
  });

  it("forgets half-open connections in time", () => {
    flood(3);
    expect(b.net.tcp_npcb()).toBe(4);
    line.run(80000);
    expect(b.net.tcp_npcb()).toBe(1);
    expect(b.net.numopensockets()).toBe(1);
  });

  it("aborts what waits when it is closed", () => {
    const fd = connect();
    line.run(100);
    b.sys.close(l);
    line.run(100);
    expect(a.sys.recv(fd, 10, 0)).toBe(-a.net.ECONNRESET);
    expect(b.net.tcp_npcb()).toBe(0);
    expect(b.net.numopensockets()).toBe(0);
  });

  it("believes no acknowledgement that is no cookie", () => {
    const before = b.net.tcp_npcb();
    const fd = connect();
    a.filter = (frame) => {
      // the handshake's ACK acknowledges something else
      const view = new DataView(frame.buffer);
      if (frame[47] === 0x10) view.setUint32(42, view.getUint32(42) ^ 0x1000);
      return false;
    };
    line.run(100);
    expect(b.sys.accept(l, null)).toBe(-b.net.EAGAIN);
    expect(fd).toBeGreaterThanOrEqual(0);
    expect(b.net.tcp_npcb()).toBeLessThanOrEqual(before + 1);
  });
});
