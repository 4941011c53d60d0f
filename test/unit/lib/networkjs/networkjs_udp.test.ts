import { NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../lib/host";
import { CHUNK, DriverBench } from "../../../lib/network_driver";
import { chars, pattern } from "../../../lib/packets";

const UDP = 2;

/** Espruino's header and the data. */
function packed(address: string, port: number, data: string, length = data.length): string {
  const bytes = [...address.split(".").map(Number), port & 255, port >> 8, length & 255, length >> 8];
  return String.fromCharCode(...bytes) + data;
}

describe("A datagram socket of Espruino's over NetworkJS", () => {
  let bench: DriverBench;

  beforeEach(() => {
    bench = new DriverBench();
    bench.host.knows(NEIGHBOUR);
  });

  it("has asked that whole datagrams be moved at once", () => {
    expect(bench.bufferSizes).toEqual([8 + 1472]);
    bench.expectNothingLeft();
  });

  it("receives one datagram at a time, with its sender", () => {
    const { driver, host } = bench;
    const socket = driver.create(undefined, 7, UDP, {});
    expect(driver.recv(socket, CHUNK)).toBe("");
    host.hearsUdp({ fromPort: 2000, payload: chars("one") });
    host.hearsUdp({ fromPort: 513, payload: [] });
    host.hearsUdp({ fromPort: 2000, payload: pattern(1472) });
    host.wait(1);
    const long = String.fromCharCode(...pattern(1472));
    expect([1, 2, 3, 4].map(() => driver.recv(socket, CHUNK))).toEqual([
      packed(NEIGHBOUR.ip, 2000, "one"),
      packed(NEIGHBOUR.ip, 513, ""),
      packed(NEIGHBOUR.ip, 2000, long),
      "",
    ]);
    bench.expectNothingLeft(socket);
  });

  it("says how long the part is that fits", () => {
    const { driver, host } = bench;
    const socket = driver.create(undefined, 7, UDP, {});
    host.hearsUdp({ fromPort: 2000, payload: chars("0123456789") });
    host.wait(1);
    expect(driver.recv(socket, 8 + 4)).toBe(packed(NEIGHBOUR.ip, 2000, "0123"));
    expect(driver.recv(socket, CHUNK)).toBe("");
    bench.expectNothingLeft(socket);
  });

  it("sends the first of several, from a port of its own unless it is bound", () => {
    const { driver, host } = bench;
    const socket = driver.create("127.0.0.1", 0, UDP, {});
    const bound = driver.create(undefined, 5000, UDP, {});
    const first = packed(NEIGHBOUR.ip, 513, "hello");
    expect(driver.send(socket, first + packed(NEIGHBOUR.ip, 514, "world"))).toBe(first.length);
    expect(driver.send(bound, packed(NEIGHBOUR.ip, 9, ""))).toBe(8);
    const [one, other] = host.said();
    expect([one.udp!.toPort, Buffer.from(one.udp!.payload).toString()]).toEqual([513, "hello"]);
    expect(one.udp!.fromPort).toBeGreaterThanOrEqual(49152);
    expect([other.udp!.fromPort, other.udp!.payload.length]).toEqual([5000, 0]);
    bench.expectNothingLeft(socket, bound);
  });

  it("sends to everybody without being asked to be allowed, and to nobody who cannot be reached", () => {
    const { driver, host } = bench;
    const socket = driver.create("127.0.0.1", 0, UDP, {});
    expect(driver.send(socket, packed("255.255.255.255", 67, "all"))).toBe(11);
    expect(driver.send(socket, packed(SUBNET_BROADCAST, 67, "all"))).toBe(11);
    expect(host.said().map(({ ip }) => ip!.to)).toEqual(["255.255.255.255", SUBNET_BROADCAST]);
    expect(driver.send(socket, packed("198.51.100.1", 67, "lost"))).toBe(12);
    expect(host.said()).toEqual([]);
    bench.expectNothingLeft(socket);
  });

  it("sends to the host that was named, not to everybody in its place", () => {
    const { driver, host } = bench;
    const socket = driver.create("127.0.0.1", 0, UDP, {});
    bench.root.DNS = US.ip; // a name as good as any: the interpreter has put it aside
    const receiver = driver.create(undefined, 7, UDP, {});
    expect(driver.send(socket, packed("255.255.255.255", 7, "you"))).toBe(11);
    host.wait(10);
    expect(host.said()).toEqual([]);
    expect((driver.recv(receiver, CHUNK) as string).slice(8)).toBe("you");
    expect(driver.send(socket, packed("255.255.255.255", 7, "all"))).toBe(11);
    expect(host.saidOnce().ip!.to).toBe("255.255.255.255");
    bench.expectNothingLeft(socket, receiver);
  });

  it("says when there is no such host", () => {
    const { driver, host } = bench;
    const socket = driver.create("127.0.0.1", 0, UDP, {});
    bench.root.DNS = "no..host";
    expect(driver.send(socket, packed("255.255.255.255", 7, "you"))).toBe(11);
    host.wait(10);
    expect(host.kernel.printed.splice(0)).toEqual(["NetworkJS: unknown host: no..host"]);
    expect(host.said()).toEqual([]);
    bench.expectNothingLeft(socket);
  });

  it("says that a datagram is too long", () => {
    const { driver } = bench;
    const socket = driver.create("127.0.0.1", 0, UDP, {});
    expect(driver.send(socket, packed(NEIGHBOUR.ip, 9, "x".repeat(bench.net.UDP_SENDSPACE + 1)))).toBe(-12);
    bench.expectNothingLeft(socket);
  });

  it("joins the group that its program names, before binding or after, and leaves it at the end", () => {
    const { driver, host, net } = bench;
    const joined = (group: string) => net.in_lookup_multi(host.en0.ac, net.inet_addr(group)) !== null;
    const options: { multicastGroup: string; reuseAddr: boolean } = { multicastGroup: "224.0.0.251", reuseAddr: true };
    const socket = driver.create(undefined, 5353, UDP, options);
    const other = driver.create(undefined, 5353, UDP, { reuseAddr: true });
    expect([socket >= 0, other >= 0, joined("224.0.0.251")]).toEqual([true, true, true]);
    options.multicastGroup = "239.1.2.3";
    host.wait(1100);
    expect([joined("224.0.0.251"), joined("239.1.2.3")]).toEqual([true, true]);
    driver.close(socket);
    expect([joined("224.0.0.251"), joined("239.1.2.3")]).toEqual([false, false]);
    bench.expectNothingLeft(other);
  });

  it("does not bind to a port that is taken", () => {
    const { driver, host } = bench;
    const socket = driver.create(undefined, 5000, UDP, {});
    expect(driver.create(undefined, 5000, UDP, {})).toBe(-5);
    expect(host.kernel.printed.splice(0)).toEqual(["NetworkJS: port in use: 5000"]);
    bench.expectNothingLeft(socket);
  });
});
