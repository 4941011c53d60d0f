import { type Line, type LineOptions, type Station, tcpLine } from "../../../../lib/tcp_line";

/** Data between two stacks, on good lines and bad ones. */
describe("TCP data", () => {
  let line: Line;
  let a: Station;
  let b: Station;
  let client: number;
  let server: number;

  function connect(options: LineOptions = {}): void {
    line = tcpLine({ delay: 5, ...options });
    a = line.a;
    b = line.b;
    const l = b.sys.socket(2, 1, 0);
    b.sys.bind(l, { sin_family: 2, sin_addr: 0, sin_port: 7 } as object);
    b.sys.listen(l, 1);
    client = a.sys.socket(2, 1, 0);
    a.sys.connect(client, { sin_family: 2, sin_addr: b.addr, sin_port: 7 } as object);
    server = -1;
    const accepted = (): boolean => {
      if (server < 0) server = b.sys.accept(l, null);
      return server >= 0;
    };
    line.until(accepted, 60000);
    line.run(20);
    b.sys.close(l);
  }

  afterEach(() => {
    a.sys.close(client);
    b.sys.close(server);
    line.run(900000);
    for (const { net, printed } of [a, b]) {
      const pool = net.mbstat();
      expect(pool.m_mfree).withContext("free mbufs").toBe(pool.m_mbufs);
      expect(pool.m_clfree).withContext("free clusters").toBe(pool.m_clusters);
      expect(net.numopensockets()).withContext("sockets").toBe(0);
      expect(net.tcp_npcb()).withContext("control blocks").toBe(0);
      expect(printed).toEqual([]);
    }
  });

  function pattern(bytes: number): Buffer {
    const data = Buffer.alloc(bytes);
    for (let i = 0; i < bytes; i++) data[i] = (i * 7 + (i >> 8) * 13) & 255;
    return data;
  }

  /** Sends from a to b, in writes of `size`; answers what came. */
  function send(data: Buffer, size: number): Buffer {
    const came: Uint8Array[] = [];
    let sent = 0;
    let length = 0;
    const write = () => {
      while (sent < data.length) {
        const n = a.sys.send(client, data.subarray(sent, sent + size).toString("latin1"), 0);
        if (n <= 0) return;
        sent += n;
      }
    };
    a.sys.setupcall(client, write);
    b.sys.setupcall(server, () => {
      for (;;) {
        const piece = b.sys.recv(server, 5000, 0);
        if (typeof piece === "number" || !piece.length) return;
        came.push(Uint8Array.from(piece));
        length += piece.length;
      }
    });
    write();
    line.until(() => length >= data.length, 3e6);
    return Buffer.concat(came);
  }

  const lines: [string, LineOptions][] = [
    ["a good line", {}],
    ["one that loses a tenth", { loss: 0.1, delay: 20 }],
    ["one that loses three tenths", { loss: 0.3, delay: 20 }],
    ["one that reorders", { jitter: 30 }],
    ["one that does everything wrong", { loss: 0.1, jitter: 40, dup: 0.2 }],
  ];
  for (const [name, options] of lines)
    for (const size of [60, 1000, 5000])
      it(`comes through ${name} whole, in writes of ${size}`, () => {
        connect({ ...options, seed: size });
        const data = pattern(24000);
        expect(send(data, size).equals(data)).toBe(true);
      });

  for (let seed = 1; seed <= 8; seed++)
    it(`comes back from an echo whole, over a line that loses a tenth (seed ${seed})`, () => {
      connect({ loss: 0.1, delay: 20, seed });
      const data = pattern(40000);
      const came: Uint8Array[] = [];
      const held: Uint8Array[] = [];
      let sent = 0;
      let length = 0;
      b.sys.setupcall(server, () => {
        for (;;) {
          while (held.length) {
            const n = b.sys.send(server, held[0], 0);
            if (n <= 0) return;
            if (n < held[0].length) held[0] = held[0].slice(n);
            else held.shift();
          }
          const piece = b.sys.recv(server, 4096, 0);
          if (typeof piece === "number" || !piece.length) return;
          held.push(Uint8Array.from(piece));
        }
      });
      const clientUp = () => {
        for (let d = a.sys.recv(client, 5000, 0); typeof d !== "number" && d.length; d = a.sys.recv(client, 5000, 0)) {
          came.push(Uint8Array.from(d));
          length += d.length;
        }
        while (sent < data.length) {
          const n = a.sys.send(client, Uint8Array.from(data.subarray(sent, sent + 1000)), 0);
          if (n <= 0) return;
          sent += n;
        }
      };
      a.sys.setupcall(client, clientUp);
      clientUp();
      line.until(() => length >= data.length, 300000);
      expect(Buffer.concat(came).equals(data)).toBe(true);
    });

  it("knows no records: what is sent behind MSG_EOR comes as well", () => {
    connect();
    for (const text of ["one", "two", "three"]) expect(a.sys.send(client, text, a.net.MSG_EOR)).toBe(text.length);
    line.run(2000);
    expect(b.sys.recvstring(server, 100, 0, null)).toBe("onetwothree");
  });

  it("is neither sent twice nor delayed on a good line", () => {
    connect({ delay: 50 });
    const data = pattern(200000);
    const start = line.clock.now();
    send(data, 5000);
    const stat = a.net.tcpstat;
    expect(stat[a.net.TCPSTAT_SNDREXMITPACK]).toBe(0);
    expect(stat[a.net.TCPSTAT_REXMTTIMEO]).toBe(0);
    expect((line.clock.now() - start) / 1e6).toBeLessThan((200000 / a.net.TCP_SENDSPACE) * 100 * 1.1 + 200);
  });

  it("takes the short way where it may: header prediction", () => {
    connect();
    send(pattern(100000), 5000);
    const packs = b.net.tcpstat[b.net.TCPSTAT_RCVPACK];
    expect(b.net.tcpstat[b.net.TCPSTAT_PREDDAT]).toBeGreaterThan(packs * 0.9);
    expect(a.net.tcpstat[a.net.TCPSTAT_PREDACK]).toBeGreaterThan(a.net.tcpstat[a.net.TCPSTAT_RCVACKPACK] * 0.9);
  });

  it("waits while the receiver does not read, however long, and goes on when it does", () => {
    connect();
    let sent = 0;
    for (let i = 0; i < 40; i++) {
      const n = a.sys.send(client, "x".repeat(1000), 0);
      if (n > 0) sent += n;
      line.run(20);
    }
    expect(sent).toBeLessThan(a.net.TCP_SENDSPACE + b.net.TCP_RECVSPACE + 1);
    line.run(600000);
    let got = 0;
    line.until(() => {
      const data = b.sys.recv(server, 5000, 0);
      if (typeof data !== "number") got += data.length;
      return got >= sent;
    }, 200000);
    expect(got).toBe(sent);
  });

  it("goes on when the window's opening was lost", () => {
    connect();
    a.sys.send(client, "x".repeat(2900), 0);
    line.run(300);
    a.sys.send(client, "x".repeat(2900), 0);
    line.run(300);
    a.sys.send(client, "x".repeat(1000), 0);
    line.run(300);
    b.filter = () => true;
    for (let data = b.sys.recv(server, 5000, 0); typeof data !== "number"; ) data = b.sys.recv(server, 5000, 0);
    line.run(5);
    b.filter = null;
    line.run(70000);
    let rest = 0;
    for (let data = b.sys.recv(server, 5000, 0); typeof data !== "number"; data = b.sys.recv(server, 5000, 0))
      rest += data.length;
    expect(rest).toBe(1000 - (5840 - 5800));
  });

  it("brings the urgent byte apart from the others", () => {
    connect();
    expect(a.sys.send(client, "abc", a.net.MSG_OOB)).toBe(3);
    line.run(300);
    const urgent = b.sys.recv(server, 1, b.net.MSG_OOB) as Uint8Array;
    expect(String.fromCharCode(urgent[0])).toBe("c");
    expect(Buffer.from(b.sys.recv(server, 10, 0) as Uint8Array).toString()).toBe("ab");
  });

  it("is probed for by keepalive, and a peer that is gone is given up", () => {
    connect();
    a.sys.setsockopt(client, 6, a.net.TCP_KEEPIDLE_OPT, 10);
    a.sys.setsockopt(client, 6, a.net.TCP_KEEPINTVL_OPT, 5);
    a.sys.setsockopt(client, 6, a.net.TCP_KEEPCNT_OPT, 3);
    a.sys.setsockopt(client, 0xffff, a.net.SO_KEEPALIVE, 1);
    line.run(60000);
    expect(a.sys.getsockopt(client, 0xffff, a.net.SO_ERROR)).toBe(0);
    expect(a.net.tcpstat[a.net.TCPSTAT_KEEPPROBE]).toBeGreaterThan(3);
    b.filter = () => true;
    line.run(40000);
    expect(a.sys.getsockopt(client, 0xffff, a.net.SO_ERROR)).toBe(a.net.ETIMEDOUT);
  });

  it("is not given up unasked when keepalive is set after a long silence", () => {
    connect();
    line.run(100000);
    a.sys.setsockopt(client, 6, a.net.TCP_KEEPIDLE_OPT, 10);
    a.sys.setsockopt(client, 6, a.net.TCP_KEEPINTVL_OPT, 5);
    a.sys.setsockopt(client, 6, a.net.TCP_KEEPCNT_OPT, 3);
    a.sys.setsockopt(client, 0xffff, a.net.SO_KEEPALIVE, 1);
    line.run(60000);
    expect(a.sys.getsockopt(client, 0xffff, a.net.SO_ERROR)).toBe(0);
    expect(a.net.tcpstat[a.net.TCPSTAT_KEEPPROBE]).toBeGreaterThan(3);
  });

  it("is given up when it is never acknowledged", () => {
    connect();
    a.filter = () => true;
    a.sys.send(client, "hello?", 0);
    line.run(100000);
    expect(a.sys.getsockopt(client, 0xffff, a.net.SO_ERROR)).toBe(0);
    line.run(600000);
    expect(a.sys.getsockopt(client, 0xffff, a.net.SO_ERROR)).toBe(a.net.ETIMEDOUT);
  });
});
