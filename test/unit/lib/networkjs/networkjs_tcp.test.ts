import { GATEWAY, NEIGHBOUR } from "../../../lib/host";
import { CHUNK, DriverBench } from "../../../lib/network_driver";
import { pattern } from "../../../lib/pools";

const NO_CONNECTION = -11;
const ERR_TIMEOUT = -3;
const HTTP = 1;
const TLS = 4;

describe("A stream of Espruino's over NetworkJS", () => {
  let bench: DriverBench;

  beforeEach(() => {
    bench = new DriverBench();
  });

  it("is not connected yet until it is, and takes nothing before", () => {
    const { driver, host } = bench;
    const listener = driver.create(undefined, 80, 0);
    const client = driver.create("127.0.0.1", 80, 0);
    expect([driver.recv(client, CHUNK), driver.send(client, "early"), driver.accept(listener)]).toEqual([
      NO_CONNECTION,
      0,
      -1,
    ]);
    host.wait(10);
    expect([driver.recv(client, CHUNK), driver.send(client, "in time")]).toEqual(["", 7]);
    const server = driver.accept(listener);
    host.wait(10);
    expect([driver.recv(server, CHUNK), driver.accept(listener)]).toEqual(["in time", -1]);
    bench.expectNothingLeft(client, server, listener);
  });

  it("tells a secured one of no connection by no data, which is what its TLS understands", () => {
    const { driver, host } = bench;
    const client = driver.create("127.0.0.1", 80, TLS);
    expect(driver.recv(client, 5, TLS)).toBe("");
    host.wait(10);
    expect(driver.recv(client, 5, TLS)).toBe(-9);
    bench.expectNothingLeft(client);
  });

  it("hands data out in pieces as small as they are asked for, and keeps the rest", () => {
    const { driver, host } = bench;
    const [listener, client, server] = bench.connected();
    const data = pattern(700);
    expect(driver.send(client, data)).toBe(700);
    host.wait(10);
    expect(driver.recv(server, 5)).toBe(data.slice(0, 5));
    expect(driver.recv(server, 300)).toBe(data.slice(5, 305));
    expect(bench.received(server)).toEqual([data.slice(305), ""]);
    bench.expectNothingLeft(client, server, listener);
  });

  it("says why there is no connection: refused, no such host, no answer, nobody there", () => {
    const { driver, host } = bench;
    host.knows(NEIGHBOUR); // who does not answer
    const refused = driver.create("127.0.0.1", 99, 0);
    const nameless = driver.create("no.such.name", 80, HTTP);
    const silent = driver.create(NEIGHBOUR.ip, 80, 0);
    const absent = driver.create(GATEWAY.ip, 80, HTTP);
    const elsewhere = driver.create("198.51.100.1", 80, 0);
    const codes = () => [refused, nameless, silent, absent, elsewhere].map((socket) => driver.recv(socket, CHUNK));
    expect(codes()).toEqual([-11, -11, -11, -11, -11]);
    host.wait(29000);
    expect(codes()).toEqual([-9, -6, -11, -4, -4]);
    host.wait(2000);
    expect(codes()).toEqual([-9, -6, -3, -4, -4]);
    expect(driver.send(silent, "x")).toBe(-3);
    bench.expectNothingLeft(refused, nameless, silent, absent, elsewhere);
  });

  it("asks for the host that the program has named, not for what the interpreter makes of it", () => {
    const { driver, host } = bench;
    const client = driver.create("44.1.1.1", 80, 0, { host: "300.1.1.1" });
    host.wait(100);
    expect(driver.recv(client, CHUNK)).toBe(-6);
    bench.expectNothingLeft(client);
  });

  it("says that there is no such host, but nothing of one that nobody could be asked about", () => {
    const { driver, host } = bench;
    const clients = [driver.create("192.0.2.9", 80, 0, { host: "no..host" }), driver.create("example.org", 80, HTTP)];
    host.wait(100);
    expect(clients.map((client) => driver.recv(client, CHUNK))).toEqual([-6, -6]);
    expect(host.kernel.printed.splice(0)).toEqual(["NetworkJS: unknown host: no..host"]);
    bench.expectNothingLeft(...clients);
  });

  it("says that no port was given", () => {
    const { driver, host } = bench;
    const client = driver.create("192.0.2.9", 0, 0, { host: "example.org" });
    expect(driver.recv(client, CHUNK)).toBe(-12);
    expect(host.kernel.printed.splice(0)).toEqual(["NetworkJS: no port given: example.org"]);
    bench.expectNothingLeft(client);
  });

  it("is refused with a reason when there are too many, and listening by a negative number", () => {
    const { driver, net } = bench;
    const sockets: number[] = [];
    for (let i = 0; i < net.NJ_MAXSOCK; i++) sockets.push(driver.create(undefined, 1000 + i, 0));
    expect(new Set(sockets).size).toBe(net.NJ_MAXSOCK);
    const refused = driver.create("127.0.0.1", 1000, 0);
    expect(refused).toBeGreaterThan(net.NOFILE);
    expect([driver.recv(refused, CHUNK), driver.send(refused, "x")]).toEqual([-7, -7]);
    expect(driver.create(undefined, 80, 0)).toBe(-7);
    bench.expectNothingLeft(refused, ...sockets);
  });

  it("does not listen twice on a port, and says that it is in use", () => {
    const { driver, host } = bench;
    const listener = driver.create(undefined, 80, 0);
    expect(driver.create(undefined, 80, HTTP)).toBe(-5);
    expect(host.kernel.printed.splice(0)).toEqual(["NetworkJS: port in use: 80"]);
    bench.expectNothingLeft(listener);
  });

  it("never throws: not for options that do, nor for sockets that are not there", () => {
    const { driver, host } = bench;
    const options = Object.defineProperty({}, "host", {
      get: () => {
        throw new Error("a trap");
      },
    });
    const failed = driver.create("127.0.0.1", 80, 0, options);
    expect(driver.recv(failed, CHUNK)).toBe(-10);
    expect(host.kernel.printed.splice(0)).toEqual(["NetworkJS: Error: a trap"]);
    driver.close(failed);
    driver.close(23);
    expect([driver.recv(23, CHUNK), driver.send(23, "x"), driver.accept(23)]).toEqual([-1, -1, -1]);
    bench.expectNothingLeft();
  });

  it("delivers all data before it tells of the end", () => {
    const { driver, host } = bench;
    const [listener, client, server] = bench.connected();
    const data = pattern(2000);
    expect(driver.send(client, data.slice(0, 1480)) + driver.send(client, data.slice(1480))).toBe(2000);
    driver.close(client);
    host.wait(500);
    expect(bench.received(server)).toEqual([data, -1]);
    bench.expectNothingLeft(server, listener);
  });

  it("lets a program finish sending after the peer's end, and speak first after accepting", () => {
    const { driver, host } = bench;
    const [listener, client, server] = bench.connected();
    driver.close(client);
    host.wait(10);
    expect(driver.recv(server, CHUNK)).toBe(""); // its program has not been called yet
    expect(driver.send(server, "welcome")).toBe(7);
    expect(driver.recv(server, CHUNK)).toBe("");
    expect(driver.recv(server, CHUNK)).toBe(-1);
    bench.expectNothingLeft(server, listener);
  });

  it("tells of a reset after the data that came before it, to whoever receives and whoever sends", () => {
    const { driver, host, net } = bench;
    const [listener, client, server] = bench.connected();
    driver.send(client, "last words");
    host.wait(10);
    net.net.setsockopt(client, net.SOL_SOCKET, net.SO_LINGER, 0);
    net.net.close(client);
    host.wait(10);
    expect(driver.send(server, "x")).toBe(0);
    expect([driver.recv(server, CHUNK), driver.recv(server, CHUNK), driver.send(server, "x")]).toEqual([
      "last words",
      -9,
      -9,
    ]);
    driver.close(client);
    bench.expectNothingLeft(server, listener);
  });

  it("ends in good order although data of the peer crosses: nothing of ours is lost by a reset", () => {
    const { driver, host } = bench;
    const [listener, client, server] = bench.connected();
    const data = pattern(1400);
    expect(driver.send(client, data)).toBe(1400);
    driver.close(client);
    expect(driver.send(server, "too late")).toBe(8);
    host.wait(500);
    expect(bench.received(server)).toEqual([data, -1]);
    bench.expectNothingLeft(server, listener);
  });

  it("lingers no longer than it may, and gives way to a new connection when there is no room", () => {
    const { driver, host, net } = bench;
    const [listener, client, server] = bench.connected();
    driver.close(client); // the server's side stays open
    host.wait(5000);
    expect(net.openfiles()).toBe(3);
    host.wait(6000);
    expect(net.openfiles()).toBe(2);
    driver.close(server);
    const more: number[] = [];
    const second = driver.create("127.0.0.1", 80, 0);
    host.wait(10);
    const accepted = driver.accept(listener);
    driver.close(second);
    while (more.length + 2 < net.NJ_MAXSOCK) more.push(driver.create(undefined, 2000 + more.length, 0));
    expect(more.every((socket) => socket >= 0 && socket < net.NOFILE)).toBe(true);
    bench.expectNothingLeft(accepted, listener, ...more);
  });

  it("gives a program that does not read as much as the interpreter keeps well, and shuts the window", () => {
    const { driver, host } = bench;
    const listener = driver.create(undefined, 80, 0);
    const client = driver.create("127.0.0.1", 80, 0);
    host.wait(10);
    const server = driver.accept(listener);
    const object = bench.object("HttpCC", server, false);
    let kept = "";
    object.available = () => kept.length;
    const data = pattern(20000);
    let sent = 0;
    for (let i = 0; i < 100; i++) {
      sent += driver.send(client, data.slice(sent, sent + CHUNK));
      kept += driver.recv(server, CHUNK);
      host.wait(50);
    }
    expect(kept.length).toBe(512);
    expect(sent).toBeLessThan(10000);
    object["#ondata"] = () => {};
    for (let i = 0; i < 400 && kept.length < data.length; i++) {
      sent += driver.send(client, data.slice(sent, sent + CHUNK));
      kept += driver.recv(server, CHUNK);
      host.wait(50);
    }
    expect(kept).toBe(data);
    bench.expectNothingLeft(client, server, listener);
  });

  it("gives a program nothing more to read while much of what it wrote waits to be sent", () => {
    const { driver, host } = bench;
    const [listener, client, server] = bench.talking();
    const object = bench.object("HttpCC", server, false);
    object["#ondata"] = () => {};
    object.dSnd = "x".repeat(host.net.NJ_UNSENT + 1);
    driver.send(client, "question");
    host.wait(10);
    expect(driver.recv(server, CHUNK)).toBe("");
    object.dSnd = "";
    expect(driver.recv(server, CHUNK)).toBe("question");
    bench.expectNothingLeft(client, server, listener);
  });

  it("ends when nothing has come or gone for as long as its program has said, and not before", () => {
    const { driver, host } = bench;
    const [listener, client, server] = bench.connected(0, { timeout: 5000 });
    for (let i = 0; i < 3; i++) {
      host.wait(3500);
      driver.send(server, "alive");
      host.wait(10);
      expect(driver.recv(client, CHUNK)).toBe("alive");
    }
    host.wait(3000);
    expect(driver.recv(client, CHUNK)).toBe("");
    host.wait(3000);
    expect(driver.recv(client, CHUNK)).toBe(-3);
    bench.expectNothingLeft(client, server, listener);
  });

  it("of a client of ours lives as long as both sides do, however silent; of a server, ten minutes", () => {
    const { driver, host } = bench;
    const [listener, client, server] = bench.connected();
    host.wait(590000);
    expect([driver.recv(client, CHUNK), driver.recv(server, CHUNK)]).toEqual(["", ""]);
    host.wait(20000);
    expect([driver.recv(client, CHUNK), driver.recv(server, CHUNK)]).toEqual(["", ERR_TIMEOUT]);
    bench.expectNothingLeft(client, server, listener);
  });

  it("tells that it is lost also when its program is not to have more data until what it has said has gone", () => {
    const { driver, host, net } = bench;
    const [listener, client, server] = bench.talking();
    bench.root.HttpCC[1].dSnd = pattern(net.NJ_UNSENT + 1);
    net.net.setsockopt(client, net.SOL_SOCKET, net.SO_LINGER, 0);
    net.net.close(client);
    host.wait(10);
    expect([driver.recv(server, CHUNK), driver.send(server, "more"), driver.recv(server, CHUNK)]).toEqual(["", 0, -9]);
    driver.close(client);
    bench.expectNothingLeft(server, listener);
  });

  it("goes when the interpreter has lost it without closing it, which it may when it has no memory", () => {
    const [listener, client, server] = bench.connected();
    bench.forgets(server);
    bench.host.wait(130000);
    expect(bench.net.getsock(server)).toBeNull();
    expect([client, listener].map((fd) => bench.net.getsock(fd) !== null)).toEqual([true, true]);
    bench.expectNothingLeft(client, listener);
  });

  it("of a server gives way to the next when all are taken and it has been silent for half a minute", () => {
    const { driver, host, net } = bench;
    const [listener, ...fds]: number[] = bench.connected();
    const dial = () => {
      fds.push(net.net.socket(2, 1, 0));
      net.net.connect(fds[fds.length - 1], { sin_family: 2, sin_addr: 0x7f000001, sin_port: 80 } as never);
      host.wait(10);
      const served = driver.accept(listener);
      if (served >= 0) bench.object("HttpCC", served);
      return served;
    };
    const served: number[] = [];
    for (let fd = dial(); fd >= 0; fd = dial()) served.push(fd);
    expect(served.length).toBe(net.NJ_MAXSOCK - net.NJ_OWN - 3); // the listener, and the first two
    host.wait(25000);
    expect(driver.accept(listener)).toBe(-1);
    net.net.send(fds[2], "not silent", 0);
    host.wait(10);
    expect(driver.recv(served[0], CHUNK)).toBe("not silent");
    host.wait(6000);
    driver.accept(listener);
    const ended = [fds[1], ...served].filter((fd) => driver.recv(fd, CHUNK) === ERR_TIMEOUT);
    expect(ended.length).toBe(1);
    expect(ended).not.toContain(served[0]);
    driver.close(ended[0]);
    expect(driver.accept(listener)).toBeGreaterThan(0);
    expect(driver.create("127.0.0.1", 80, 0)).toBeLessThan(net.NJ_REFUSED); // those of its own are left to the program
    for (const object of [...bench.root.HttpS]) driver.close(object.sckt - 1);
    for (const fd of fds) net.net.close(fd);
    bench.expectNothingLeft();
  });

  it("of an HTTP server gives way likewise when its answer has not got on for so long", () => {
    const { driver, host, net } = bench;
    const listener = driver.create(undefined, 80, HTTP);
    const fds: number[] = [];
    const answered: { fd: number; request: { clsNow?: boolean } }[] = [];
    for (;;) {
      fds.push(net.net.socket(2, 1, 0));
      net.net.connect(fds[fds.length - 1], { sin_family: 2, sin_addr: 0x7f000001, sin_port: 80 } as never);
      host.wait(10);
      const fd = driver.accept(listener);
      if (fd < 0) break;
      answered.push({ fd, request: bench.object("HttpSC", fd) });
      expect(driver.send(fd, "begins")).toBe(6);
    }
    host.wait(25000);
    expect(driver.accept(listener)).toBe(-1);
    expect(driver.send(answered[0].fd, "gets on")).toBe(7);
    host.wait(6000);
    driver.accept(listener);
    const ended = answered.filter(({ request }) => request.clsNow);
    expect(ended.length).toBe(1);
    expect(ended).not.toContain(answered[0]);
    driver.close(ended[0].fd);
    expect(driver.accept(listener)).toBeGreaterThan(0);
    for (const object of [...bench.root.HttpS, ...bench.root.HttpSC]) driver.close(object.sckt - 1);
    for (const fd of fds) net.net.close(fd);
    bench.expectNothingLeft();
  });

  for (const [timeout, silent, answer] of [
    [60000, 55000, ""],
    [60000, 65000, ERR_TIMEOUT],
    [0, 3600000, ""],
  ] as [number, number, number | string][])
    it(`of a server whose \`opt.timeout\` is ${timeout} is told ${answer || "nothing"} after ${silent} ms`, () => {
      const { driver, host } = bench;
      const [listener, client, server] = bench.connected(0, null, { timeout });
      host.wait(silent);
      expect(driver.recv(server, CHUNK)).toBe(answer);
      bench.expectNothingLeft(client, server, listener);
    });
});
