import type { Hop, TracerouteOptions } from "../../../firmware/modules/traceroute";
import { FAR_AWAY, GATEWAY, Host, NEIGHBOUR, type Station, US } from "../../lib/host";
import {
  ECHO_REPLY,
  ECHO_REQUEST,
  echo,
  HOST_UNREACHABLE,
  ICMP,
  icmp,
  ipv4,
  TIME_EXCEEDED,
  UNREACHABLE,
  wordAt,
} from "../../lib/packets";
import { loadModule, ProgramInterface } from "../../lib/storage_module";

describe("traceroute", () => {
  let host: Host;
  let told: (string | Hop)[];
  let trace: { end(): void } | undefined;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
    told = [];
  });
  afterEach(() => {
    trace?.end();
    host.wait(2000);
    host.said();
    host.expectPoolsRestored();
  });

  type Start = (eth: ProgramInterface, host: string, ...more: unknown[]) => { end(): void };

  function start(name: string, options?: TracerouteOptions): void {
    const { start: begin } = loadModule<{ start: Start }>(host.net, "traceroute");
    const callback = (error: string | null, hop: Hop) => told.push(error ?? hop);
    trace = options
      ? begin(new ProgramInterface(host), name, options, callback)
      : begin(new ProgramInterface(host), name, callback);
    host.wait(0);
  }

  /** The one request: its time to live, and the packet as a router returns it. */
  function request() {
    const { ip, icmp: message } = host.saidOnce();
    expect(message!.type).toBe(ECHO_REQUEST);
    const [id, sequence] = [wordAt(message!.rest, 0), wordAt(message!.rest, 2)];
    const packet = ipv4({ from: US.ip, to: ip!.to, protocol: ICMP, payload: echo(ECHO_REQUEST, id, sequence) });
    return { ttl: ip!.ttl, id, sequence, packet };
  }

  function fails(type: number, code: number, payload: number[], from: Station): void {
    host.hearsIcmp(icmp({ type, code, payload }), {}, from);
    host.wait(0);
  }

  const router: Station = { mac: GATEWAY.mac, ip: "203.0.113.1" };

  it("tells of every router on the way, and of the host", () => {
    start(FAR_AWAY.ip);
    const first = request();
    expect(first.ttl).toBe(1);
    host.wait(7);
    fails(TIME_EXCEEDED, 0, first.packet, GATEWAY);
    const second = request();
    expect(second.ttl).toBe(2);
    fails(TIME_EXCEEDED, 0, second.packet, router);
    const third = request();
    host.hearsIcmp(echo(ECHO_REPLY, third.id, third.sequence), {}, FAR_AWAY);
    host.wait(0);
    expect(told.map((hop) => ({ ...(hop as Hop), ms: Math.round((hop as Hop).ms) }))).toEqual([
      { hop: 1, ip: GATEWAY.ip, ms: 7, last: false },
      { hop: 2, ip: router.ip, ms: 0, last: false },
      { hop: 3, ip: FAR_AWAY.ip, ms: 0, last: true },
    ]);
    host.wait(60000);
    expect(host.said()).toEqual([]);
  });

  it("goes on when a router is silent, as far as it may", () => {
    start(FAR_AWAY.ip, { hops: 3, timeout: 200 });
    host.wait(650);
    expect(told).toEqual([1, 2, 3].map((hop) => ({ hop, ip: "", ms: jasmine.any(Number), last: hop === 3 })));
    expect(host.said().map(({ ip }) => ip!.ttl)).toEqual([1, 2, 3]);
  });

  it("ends where somebody says that there is no way", () => {
    start(FAR_AWAY.ip);
    fails(UNREACHABLE, HOST_UNREACHABLE, request().packet, GATEWAY);
    expect(told).toEqual([{ hop: 1, ip: GATEWAY.ip, ms: jasmine.any(Number), last: true }]);
  });

  it("pays no attention to errors and replies about what others have sent, or that are cut short", () => {
    start(FAR_AWAY.ip);
    const { id, sequence, packet } = request();
    const other = ipv4({ from: US.ip, to: FAR_AWAY.ip, protocol: ICMP, payload: echo(ECHO_REQUEST, id ^ 1, sequence) });
    fails(TIME_EXCEEDED, 0, other, GATEWAY);
    fails(TIME_EXCEEDED, 0, packet.slice(0, 24), GATEWAY);
    fails(TIME_EXCEEDED, 0, [], GATEWAY);
    host.hearsIcmp(echo(ECHO_REPLY, id, sequence ^ 1), {}, FAR_AWAY);
    host.hearsIcmp(echo(13, id, sequence), {}, FAR_AWAY);
    host.wait(0);
    expect(told).toEqual([]);
  });

  it("says what is wrong", () => {
    start("");
    expect(told).toEqual(["host not found: "]);
    expect(() => start(NEIGHBOUR.ip, { hops: 256 })).toThrowError("traceroute: hops: 1 to 255");
    const { start: begin } = loadModule<{ start: Start }>(host.net, "traceroute");
    expect(() => begin(new ProgramInterface(host), NEIGHBOUR.ip)).toThrowError("traceroute: a callback is needed");
  });

  it("says at once that there is no way at all", () => {
    const alone = new Host();
    const { start: begin } = loadModule<{ start: Start }>(alone.net, "traceroute");
    begin(new ProgramInterface(alone), FAR_AWAY.ip, (error: string) => told.push(error));
    alone.wait(0);
    expect(told).toEqual(["no way there"]);
    alone.expectPoolsRestored();
  });

  it("ends when it is told to, even before it has begun", () => {
    start(FAR_AWAY.ip);
    host.said();
    trace!.end();
    const { start: begin } = loadModule<{ start: Start }>(host.net, "traceroute");
    begin(new ProgramInterface(host), FAR_AWAY.ip, () => told.push("?")).end();
    host.wait(5000);
    expect([told, host.said()]).toEqual([[], []]);
  });
});
