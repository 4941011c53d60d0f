import type { PingOptions, PingResult } from "../../../firmware/lib/ping";
import { GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, US } from "../../lib/host";
import { ECHO_REPLY, ECHO_REQUEST, echo, wordAt } from "../../lib/packets";

describe("eth.ping", () => {
  let host: Host;
  let told: (string | PingResult)[];

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
    told = [];
  });
  afterEach(() => {
    host.wait(30000);
    host.said();
    host.expectPoolsRestored();
  });

  function ping(name: string, options?: PingOptions): void {
    host.net.ping(name, options ?? null, (error, result) => told.push(error ?? result!));
    host.wait(0);
  }

  /** The request that was sent: its id, sequence number and data. */
  function request() {
    const { icmp, ip } = host.saidOnce();
    expect(icmp!.type).toBe(ECHO_REQUEST);
    return { to: ip!.to, id: wordAt(icmp!.rest, 0), sequence: wordAt(icmp!.rest, 2), data: Array.from(icmp!.payload) };
  }

  it("sends an echo request of 56 bytes, and tells of the reply", () => {
    ping(NEIGHBOUR.ip);
    const { to, id, sequence, data } = request();
    expect([to, data]).toEqual([NEIGHBOUR.ip, new Array(56).fill(0)]);
    expect(told).toEqual([]);
    host.wait(12);
    host.hearsIcmp(echo(ECHO_REPLY, id, sequence, data), { ttl: 61 });
    host.wait(0);
    expect(told).toEqual([{ host: NEIGHBOUR.ip, ip: NEIGHBOUR.ip, seq: sequence, ttl: 61, ms: jasmine.any(Number) }]);
    expect((told[0] as PingResult).ms).toBeCloseTo(12, 6);
  });

  it("counts, and sends right checksums whatever the id", () => {
    for (let i = 1; i <= 300; i++) {
      ping(NEIGHBOUR.ip, { size: i % 3 });
      expect(request().sequence).toBe(i); // a packet with a bad checksum is not understood
      if (i % 8 === 0) host.wait(2000);
    }
  });

  it("sends as much as a frame has room for, or nothing", () => {
    for (const size of [0, 1, 1472]) {
      ping(NEIGHBOUR.ip, { size });
      const { id, sequence, data } = request();
      expect(data.length).toBe(size);
      host.hearsIcmp(echo(ECHO_REPLY, id, sequence, data));
      host.wait(0);
    }
    expect(told.map((result) => typeof result)).toEqual(["object", "object", "object"]);
  });

  it("takes nobody else's reply, nor another's", () => {
    ping(NEIGHBOUR.ip);
    const { id, sequence, data } = request();
    host.hearsIcmp(echo(ECHO_REPLY, id ^ 1, sequence, data));
    host.hearsIcmp(echo(ECHO_REPLY, id, sequence + 1, data));
    host.hearsIcmp(echo(13, id, sequence, data));
    host.hearsIcmp(echo(ECHO_REPLY, id, sequence, data), {}, OTHER_NEIGHBOUR);
    host.wait(1999);
    expect(told).toEqual([]);
    host.wait(1);
    expect(told).toEqual([`no answer from ${NEIGHBOUR.ip}`]);
  });

  it("waits as long as it is told to", () => {
    ping(NEIGHBOUR.ip, { timeout: 500 });
    host.wait(499);
    expect(told).toEqual([]);
    host.wait(2);
    expect(told.length).toBe(1);
  });

  it("reaches itself", () => {
    ping("localhost");
    ping(US.ip);
    host.wait(1);
    expect(told.map((result) => (result as PingResult).ip)).toEqual(["127.0.0.1", US.ip]);
  });

  it("takes the callback in place of options", () => {
    host.net.ping("localhost", (error, result) => told.push(error ?? result!.ip));
    host.wait(1);
    expect(told).toEqual(["127.0.0.1"]);
  });

  it("says what is wrong", () => {
    ping("");
    ping(NEIGHBOUR.ip, { size: 1473 });
    ping(NEIGHBOUR.ip, { size: -1 });
    expect(told).toEqual(["host not found: ", `cannot ping ${NEIGHBOUR.ip}`, `cannot ping ${NEIGHBOUR.ip}`]);
    expect(() => host.net.ping("localhost")).toThrowError("ping(host, options, callback): a callback is needed");
  });

  it("says at once that there is no way", () => {
    host.net.rtdelete?.(0, 0);
    host.net.in_ifscrub(host.en0.ac);
    ping(NEIGHBOUR.ip);
    expect(told).toEqual([`cannot ping ${NEIGHBOUR.ip}`]);
  });
});
