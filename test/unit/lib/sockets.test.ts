import { Host, NEIGHBOUR } from "../../lib/host";
import { chars, ipNumber } from "../../lib/packets";

describe("The sockets API for programs", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
  });
  afterEach(() => host.expectPoolsRestored());

  it("names the families and types as everybody does", () => {
    const { net } = host.net;
    expect([net.AF_INET, net.SOCK_STREAM, net.SOCK_DGRAM]).toEqual([2, 1, 2]);
  });

  it("has functions only, besides", () => {
    for (const [name, value] of Object.entries(host.net.net))
      expect(typeof value)
        .withContext(name)
        .toBe(/^[A-Z]/.test(name) ? "number" : "function");
  });

  it("echoes datagrams by upcalls alone", () => {
    const { net } = host.net;
    const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: 7 });
    net.setupcall(fd, () => {
      const from = { sin_family: 0, sin_addr: 0, sin_port: 0 };
      for (let data = net.recvfrom(fd, 1500, 0, from); typeof data !== "number"; data = net.recvfrom(fd, 1500, 0, from))
        net.sendto(fd, data, 0, from);
    });
    for (const text of ["one", "two", ""]) host.hearsUdp({ fromPort: 1234, payload: chars(text) });
    host.wait(0);
    expect(host.said().map(({ udp }) => [udp!.toPort, String.fromCharCode(...udp!.payload)])).toEqual([
      [1234, "one"],
      [1234, "two"],
      [1234, ""],
    ]);
    expect(net.close(fd)).toBe(0);
  });

  it("tells how a connection stands", () => {
    const { net } = host.net;
    const listener = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
    const loopback = { sin_family: net.AF_INET, sin_addr: ipNumber("127.0.0.1"), sin_port: 80 };
    net.bind(listener, loopback);
    net.listen(listener, 1);
    const fd = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
    net.connect(fd, loopback);
    host.wait(100);
    expect(net.tcpinfo(fd)).toEqual(jasmine.objectContaining({ state: "ESTABLISHED", unsent: 0, inFlight: 0 }));
    expect(net.tcpinfo(listener)).toEqual(jasmine.objectContaining({ state: "LISTEN" }));
    for (const each of [fd, listener]) net.close(each);
    host.wait(120000);
  });

  it("tells of no connection where there is none", () => {
    const { net } = host.net;
    const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    expect(net.tcpinfo(fd)).toBe(-host.net.ENOTCONN);
    expect(net.tcpinfo(99)).toBe(-host.net.EBADF);
    net.close(fd);
  });

  it("reads and writes addresses as text", () => {
    const { net } = host.net;
    expect(net.inet_ntoa(net.inet_addr(NEIGHBOUR.ip))).toBe(NEIGHBOUR.ip);
    expect(net.inet_addr(NEIGHBOUR.ip)).toBe(ipNumber(NEIGHBOUR.ip));
  });
});
