import { Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station } from "../lib/host";
import { ipNumber } from "../lib/packets";

describe("initial sequence numbers (RFC 9293 3.4.1, RFC 6528)", () => {
  let host: Host;

  beforeEach(() => boot(1));
  afterEach(() => host.expectPoolsRestored());

  function boot(seed: number): void {
    host = new Host({ seed });
    host.knows(NEIGHBOUR);
    host.knows(OTHER_NEIGHBOUR);
  }

  /** That of a connection from our port 1234, which is given up at once. */
  function isn(to: Station = NEIGHBOUR, port = 80, from = 1234): number {
    const { net } = host.net;
    const fd = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
    net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: from });
    net.connect(fd, { sin_family: net.AF_INET, sin_addr: ipNumber(to.ip), sin_port: port });
    host.wait(0);
    net.close(fd);
    return host.saidOnce().tcp!.seq;
  }

  it("go up with the clock, by one each four microseconds (MUST-8)", () => {
    const before = isn();
    host.wait(1000);
    expect((isn() - before) >>> 0).toBe(250000);
    host.wait(3600 * 1000 - 1000);
    expect((isn() - before) >>> 0).toBe((250000 * 3600) % 2 ** 32);
  });

  it("of different endpoints have nothing to do with each other (SHLD-1)", () => {
    const others = [isn(OTHER_NEIGHBOUR), isn(NEIGHBOUR, 81), isn(NEIGHBOUR, 80, 1235), isn(NEIGHBOUR, 82)];
    const distances = others.map((other) => Math.abs((other - isn()) | 0));
    for (const distance of distances) expect(distance).toBeGreaterThan(2 ** 16);
    expect(new Set(distances).size).toBe(others.length);
  });

  it("cannot be computed from outside: they depend on a key that each boot draws (MUST-9)", () => {
    const seen = new Set([isn()]);
    for (let seed = 2; seed < 20; seed++) {
      host.expectPoolsRestored();
      boot(seed);
      seen.add(isn());
    }
    expect(seen.size).toBe(19);
  });
});
