import { CHUNK, DriverBench, type InterpretersObject } from "../../../lib/network_driver";

const HTTP = 1;

describe("A connection of Espruino's HTTP server, which does not hear that its peer has gone", () => {
  let bench: DriverBench;
  let listener: number;
  let client: number;
  let server: number;
  let request: InterpretersObject;

  beforeEach(() => {
    bench = new DriverBench();
    [listener, client, server] = bench.connected(HTTP);
    request = bench.root.HttpSC[0];
  });

  /** The peer ends the connection. */
  function peerEnds(): void {
    bench.driver.close(client);
    bench.host.wait(10);
    bench.driver.recv(server, CHUNK);
    expect(bench.driver.recv(server, CHUNK)).toBe(-1);
  }

  it("is ended at once when its request is not whole", () => {
    expect(request.clsNow).toBeUndefined();
    peerEnds();
    expect(request.clsNow).toBe(true);
    bench.expectNothingLeft(server, listener);
  });

  it("has a while to be answered when its request is", () => {
    request.hdrs = true;
    peerEnds();
    bench.host.wait(8000);
    expect(bench.driver.send(server, "HTTP/1.1 200 OK\r\n")).toBe(17);
    bench.host.wait(8000);
    expect(request.clsNow).toBeUndefined();
    bench.host.wait(3000);
    expect(request.clsNow).toBe(true);
    bench.expectNothingLeft(server, listener);
  });

  it("is ended at once by a reset", () => {
    const { host, net, driver } = bench;
    request.hdrs = true;
    net.net.setsockopt(client, net.SOL_SOCKET, net.SO_LINGER, 0);
    net.net.close(client);
    host.wait(10);
    expect(driver.recv(server, CHUNK)).toBe(-9);
    expect(request.clsNow).toBe(true);
    driver.close(client);
    bench.expectNothingLeft(server, listener);
  });

  it("is ended when its request does not get on, but not once it is being answered", () => {
    const { host, driver } = bench;
    host.wait(100000);
    driver.send(client, "GET");
    host.wait(10);
    expect(driver.recv(server, CHUNK)).toBe("GET");
    host.wait(100000);
    expect(request.clsNow).toBeUndefined();
    host.wait(30000);
    expect([driver.recv(server, CHUNK), request.clsNow]).toEqual([-3, true]);
    driver.close(server);
    driver.close(client);
    const again = driver.create("127.0.0.1", 80, HTTP);
    host.wait(10);
    const answered = driver.accept(listener);
    bench.root.HttpSC[0] = { ...request, sckt: answered + 1, clsNow: undefined };
    driver.send(answered, "data: 1\r\n\r\n");
    host.wait(600000);
    expect(driver.recv(answered, CHUNK)).toBe("");
    bench.expectNothingLeft(again, answered, listener);
  });

  it("gets few bytes until its headers are whole, and none while too many wait to be read", () => {
    const { host, driver } = bench;
    expect(driver.send(client, "x".repeat(1400))).toBe(1400);
    host.wait(10);
    expect((driver.recv(server, CHUNK) as string).length).toBe(512);
    request.hdrs = true;
    request.dRcv = "x".repeat(9000);
    expect(driver.recv(server, CHUNK)).toBe("");
    request.dRcv = "";
    expect((driver.recv(server, CHUNK) as string).length).toBe(888);
    bench.expectNothingLeft(client, server, listener);
  });

  it("answers 431 to headers without an end that are longer than the interpreter can hold, and ends", () => {
    const { driver, net } = bench;
    bench.talk(client, server, "x".repeat(net.NJ_STREAMMAX));
    request.dRcv = "x".repeat(net.NJ_HTTPMAX);
    expect(driver.recv(server, CHUNK)).toBe("");
    expect(request.clsNow).toBeUndefined();
    driver.send(client, "x");
    bench.host.wait(10);
    request.dRcv += driver.recv(server, CHUNK);
    expect(driver.recv(server, CHUNK)).toBe("");
    expect(request.clsNow).toBe(true);
    driver.close(server);
    bench.host.wait(10);
    const [answer, end] = bench.received(client);
    expect(answer).toMatch(/^HTTP\/1.1 431 .*\r\nConnection: close\r\n\r\n$/);
    expect(end).toBe(-1);
    bench.expectNothingLeft(client, listener);
  });

  it("ends when its answer has gone, though the request was not read to its end", () => {
    const { driver, host } = bench;
    bench.talk(client, server);
    expect(driver.send(client, "x".repeat(1400))).toBe(1400);
    host.wait(10);
    Object.assign(request, { hdrs: true, "#ondata": undefined, res: { cls: true, dSnd: "rest of it" } });
    expect([driver.recv(server, CHUNK), request.clsNow]).toEqual(["", undefined]);
    Object.assign(request, { res: { cls: true, dSnd: "" } });
    expect([driver.recv(server, CHUNK), request.clsNow]).toEqual(["", true]);
    bench.expectNothingLeft(client, server, listener);
  });

  it("ends when its answer can never go, though the request is not read before it has", () => {
    const { driver, host, net } = bench;
    bench.talk(client, server);
    Object.assign(request, { hdrs: true, "#ondata": undefined, res: { cls: true, dSnd: "rest of it" } });
    net.net.setsockopt(client, net.SOL_SOCKET, net.SO_LINGER, 0);
    net.net.close(client);
    host.wait(10);
    expect([driver.recv(server, CHUNK), request.clsNow]).toEqual(["", undefined]);
    expect(driver.send(server, "rest of it")).toBe(0);
    expect([driver.recv(server, CHUNK), request.clsNow]).toEqual([-9, true]);
    driver.close(client);
    bench.expectNothingLeft(server, listener);
  });
});
