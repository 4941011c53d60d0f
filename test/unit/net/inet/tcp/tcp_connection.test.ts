import { type Line, type Station, tcpLine } from "../../../../lib/tcp_line";

/** Opening and closing, between two stacks: every order of close, and everything is given back. */
describe("a TCP connection", () => {
  let line: Line;
  let a: Station;
  let b: Station;

  beforeEach(() => open());

  afterEach(() => {
    for (const station of [a, b]) {
      for (let fd = 1; fd <= station.net.NOFILE; fd++) station.sys.close(fd);
    }
    line.run(300000);
    for (const { net, printed } of [a, b]) {
      const pool = net.mbstat();
      expect(pool.m_mfree).withContext("free mbufs").toBe(pool.m_mbufs);
      expect(pool.m_clfree).withContext("free clusters").toBe(pool.m_clusters);
      expect(net.numopensockets()).withContext("sockets").toBe(0);
      expect(net.tcp_npcb()).withContext("control blocks").toBe(0);
      expect(printed).toEqual([]);
    }
  });

  function open(options: Parameters<typeof tcpLine>[0] = {}): void {
    line = tcpLine({ delay: 5, ...options });
    a = line.a;
    b = line.b;
  }

  function listener(at: Station, port: number, backlog = 4): number {
    const fd = at.sys.socket(2, 1, 0);
    expect(at.sys.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: port } as object)).toBe(0);
    expect(at.sys.listen(fd, backlog)).toBe(0);
    return fd;
  }

  function connecting(from: Station, to: Station, port: number): number {
    const fd = from.sys.socket(2, 1, 0);
    const name = { sin_family: 2, sin_addr: to.addr, sin_port: port };
    expect(from.sys.connect(fd, name)).toBe(-from.net.EINPROGRESS);
    return fd;
  }

  /** A connection: its descriptor at a, and at b. */
  function pair(): [number, number] {
    const l = listener(b, 7);
    const fd = connecting(a, b, 7);
    line.run(50);
    const conn = b.sys.accept(l, null);
    expect(conn).toBeGreaterThanOrEqual(0);
    b.sys.close(l);
    return [fd, conn];
  }

  function text(data: Uint8Array | number): string {
    return typeof data === "number" ? `error ${-data}` : Buffer.from(data).toString("latin1");
  }

  function state(at: Station, port: number): string[] {
    const states: string[] = [];
    for (let inp = at.net.tcb.inp_first; inp; inp = inp.inp_next)
      if (inp.inp_fport === port || inp.inp_lport === port)
        states.push(at.net.tcp_statename((inp.inp_ppcb as { t_state: number }).t_state));
    return states;
  }

  it("stands after three segments, and both ends know each other", () => {
    const [fd, conn] = pair();
    const ours = {} as { sin_port: number };
    const theirs = {} as { sin_port: number; sin_addr: number };
    expect(a.sys.getsockname(fd, ours)).toBe(0);
    expect(b.sys.getpeername(conn, theirs)).toBe(0);
    expect(theirs.sin_port).toBe(ours.sin_port);
    expect(theirs.sin_addr).toBe(a.addr);
    expect(line.frames).toBe(3);
  });

  it("is refused where nobody listens, and told so once", () => {
    const fd = connecting(a, b, 99);
    line.run(50);
    expect(a.sys.getsockopt(fd, 0xffff, a.net.SO_ERROR)).toBe(a.net.ECONNREFUSED);
    expect(a.sys.getsockopt(fd, 0xffff, a.net.SO_ERROR)).toBe(0);
  });

  it("is given up after three minutes without an answer", () => {
    a.filter = () => true;
    const fd = connecting(a, b, 7);
    line.run(170000);
    expect(a.sys.getsockopt(fd, 0xffff, a.net.SO_ERROR)).toBe(0);
    line.run(20000);
    expect(a.sys.getsockopt(fd, 0xffff, a.net.SO_ERROR)).toBe(a.net.ETIMEDOUT);
  });

  it("ends in order when one side closes, then the other", () => {
    const [fd, conn] = pair();
    a.sys.close(fd);
    line.run(50);
    expect(text(b.sys.recv(conn, 100, 0))).toBe("");
    expect(state(a, 7)).toEqual(["FIN_WAIT_2"]);
    expect(state(b, 7)).toEqual(["CLOSE_WAIT"]);
    b.sys.close(conn);
    line.run(50);
    expect(state(a, 7)).toEqual(["TIME_WAIT"]);
    expect(state(b, 7)).toEqual([]);
    expect(a.net.numopensockets()).toBe(0);
    line.run(60000);
    expect(state(a, 7)).toEqual([]);
  });

  it("ends when both close at once", () => {
    const [fd, conn] = pair();
    a.sys.close(fd);
    b.sys.close(conn);
    line.run(50);
    expect(state(a, 7)).toEqual(["TIME_WAIT"]);
    expect(state(b, 7)).toEqual(["TIME_WAIT"]);
  });

  it("carries data the other way when one side has shut down", () => {
    const [fd, conn] = pair();
    a.sys.send(fd, "question", 0);
    a.sys.shutdown(fd, 1);
    line.run(50);
    expect(text(b.sys.recv(conn, 100, 0))).toBe("question");
    expect(text(b.sys.recv(conn, 100, 0))).toBe("");
    b.sys.send(conn, "answer", 0);
    line.run(50);
    expect(text(a.sys.recv(fd, 100, 0))).toBe("answer");
    expect(a.sys.send(fd, "more", 0)).toBe(-a.net.EPIPE);
    b.sys.close(conn);
    line.run(50);
    expect(text(a.sys.recv(fd, 100, 0))).toBe("");
  });

  it("delivers what was sent before the close", () => {
    const [fd, conn] = pair();
    a.sys.send(fd, "the last words", 0);
    a.sys.close(fd);
    line.run(50);
    expect(text(b.sys.recv(conn, 100, 0))).toBe("the last words");
    expect(text(b.sys.recv(conn, 100, 0))).toBe("");
  });

  it("is reset by a program that does not linger", () => {
    const [fd, conn] = pair();
    a.sys.setsockopt(fd, 0xffff, a.net.SO_LINGER, 0);
    a.sys.close(fd);
    line.run(50);
    expect(b.sys.recv(conn, 100, 0)).toBe(-b.net.ECONNRESET);
    expect(b.sys.send(conn, "x", 0)).toBe(-b.net.EPIPE);
    expect(state(a, 7).concat(state(b, 7))).toEqual([]);
  });

  it("is reset by a program that closes without having read everything", () => {
    const [fd, conn] = pair();
    b.sys.send(conn, "unread", 0);
    line.run(50);
    a.sys.close(fd);
    line.run(50);
    expect(b.sys.recv(conn, 100, 0)).toBe(-b.net.ECONNRESET);
  });

  it("is reset when data comes for a program that has closed", () => {
    const [fd, conn] = pair();
    a.sys.close(fd);
    line.run(50);
    b.sys.send(conn, "too late", 0);
    line.run(50);
    expect(state(a, 7).concat(state(b, 7))).toEqual([]);
  });

  it("does not wait for ever for a peer that never closes", () => {
    const [fd] = pair();
    a.sys.close(fd);
    line.run(59000);
    expect(state(a, 7)).toEqual(["FIN_WAIT_2"]);
    line.run(2000);
    expect(state(a, 7)).toEqual([]);
  });

  it("can be opened from both sides at once", () => {
    const ends = [a, b].map((station, i) => {
      const fd = station.sys.socket(2, 1, 0);
      station.sys.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 5000 + i } as object);
      return fd;
    });
    a.sys.connect(ends[0], { sin_family: 2, sin_addr: b.addr, sin_port: 5001 } as object);
    b.sys.connect(ends[1], { sin_family: 2, sin_addr: a.addr, sin_port: 5000 } as object);
    line.run(100);
    expect(state(a, 5000)).toEqual(["ESTABLISHED"]);
    expect(state(b, 5001)).toEqual(["ESTABLISHED"]);
    a.sys.send(ends[0], "hello", 0);
    line.run(50);
    expect(text(b.sys.recv(ends[1], 10, 0))).toBe("hello");
  });

  it("survives the loss of any one segment of its opening and closing", () => {
    for (let lost = 0; lost < 8; lost++) {
      open();
      let n = 0;
      a.filter = b.filter = () => n++ === lost;
      const l = listener(b, 7);
      const fd = connecting(a, b, 7);
      line.run(4000);
      const conn = b.sys.accept(l, null);
      expect(conn).withContext(`segment ${lost}`).toBeGreaterThanOrEqual(0);
      a.sys.close(fd);
      line.run(2000);
      b.sys.close(conn);
      b.sys.close(l);
      line.run(70000);
      expect(state(a, 7).concat(state(b, 7)))
        .withContext(`segment ${lost}`)
        .toEqual([]);
    }
  });

  it("leaves nothing behind, ten thousand times, in every order of close", () => {
    const l = listener(b, 7);
    for (let i = 0; i < 10000; i++) {
      const fd = connecting(a, b, 7);
      line.run(20);
      const conn = b.sys.accept(l, null);
      const order = i % 5;
      if (order === 3) a.sys.setsockopt(fd, 0xffff, a.net.SO_LINGER, 0);
      if (order === 4) b.sys.send(conn, "unread", 0);
      if (order === 1) b.sys.close(conn);
      if (order === 2) a.sys.shutdown(fd, 1);
      if (order !== 1) line.run(order === 0 ? 0 : 20);
      a.sys.close(fd);
      line.run(order === 0 ? 0 : 20);
      b.sys.close(conn);
      line.run(20);
    }
    expect(a.net.tcp_npcb()).toBeLessThanOrEqual(a.net.TCP_MAXTW);
    expect(b.net.tcp_npcb()).toBeLessThanOrEqual(b.net.TCP_MAXTW + 1);
  });

  it("whose peer closes late is in TIME_WAIT like others, which make way for it, also when it waited longest", () => {
    const l = listener(b, 7);
    const open = () => {
      const fd = connecting(a, b, 7);
      line.run(20);
      const conn = b.sys.accept(l, null);
      a.sys.close(fd);
      line.run(20);
      return conn;
    };
    const late = open();
    for (let i = 0; i < a.net.TCP_MAXTW; i++) {
      b.sys.close(open());
      line.run(20);
    }
    b.sys.close(late);
    line.run(20);
    expect(state(a, 7)).toEqual(Array(a.net.TCP_MAXTW).fill("TIME_WAIT"));
    b.sys.close(l);
    line.run(20);
    expect(b.net.tcp_npcb()).toBe(0);
    line.run(70000);
    expect(a.net.tcp_npcb()).toBe(0);
  });

  it("in TIME_WAIT makes way for a newer one between the same ends", () => {
    const [fd, conn] = pair();
    const ours = {} as { sin_port: number };
    a.sys.getsockname(fd, ours);
    b.sys.close(conn);
    line.run(50);
    a.sys.close(fd);
    line.run(50);
    expect(state(b, 7)).toEqual(["TIME_WAIT"]);
    const l = b.sys.socket(2, 1, 0);
    b.sys.setsockopt(l, 0xffff, b.net.SO_REUSEADDR, 1);
    expect(b.sys.bind(l, { sin_family: 2, sin_addr: 0, sin_port: 7 } as object)).toBe(0);
    b.sys.listen(l, 1);
    const again = a.sys.socket(2, 1, 0);
    a.sys.bind(again, { sin_family: 2, sin_addr: 0, sin_port: ours.sin_port } as object);
    a.sys.connect(again, { sin_family: 2, sin_addr: b.addr, sin_port: 7 } as object);
    line.run(50);
    expect(state(b, ours.sin_port)).toEqual(["ESTABLISHED"]);
  });
});
