import type { Sntp, SntpOptions, SntpResult } from "../../../firmware/modules/sntp";
import { SECOND } from "../../../host-sim/clock";
import { Host, NEIGHBOUR, OTHER_NEIGHBOUR, type Station, US } from "../../lib/host";
import { chars, icmp, ipv4, PORT_UNREACHABLE, UDP, UNREACHABLE, udp } from "../../lib/packets";
import { CLIENT, type Ntp, ntp, parseNtpRequest } from "../../lib/packets/ntp";
import { loadModule, ProgramInterface } from "../../lib/storage_module";

/** What time it is, while the board's clock says 0 at boot. */
const BOOT = Date.UTC(2026, 7, 1, 12, 0, 0) / 1000;

describe("The SNTP client", () => {
  let host: Host;
  let client: Sntp | undefined;
  let told: (string | SntpResult)[];
  /** what the clock was set to, and when, in seconds since boot */
  let set: { to: number; at: number }[];

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
    host.knows(OTHER_NEIGHBOUR);
    told = [];
    set = [];
  });
  afterEach(() => {
    client?.end();
    host.wait(1000);
    host.said();
    host.expectPoolsRestored();
  });

  function uptime(): number {
    return host.kernel.clock.now() / SECOND;
  }

  function start(options: Partial<SntpOptions> = {}): void {
    const module = loadModule<{ start(eth: ProgramInterface, options: SntpOptions): Sntp }>(host.net, "sntp");
    client = module.start(new ProgramInterface(host), {
      server: NEIGHBOUR.ip,
      callback: (error, result) => told.push(error ?? result!),
      setTime: (to) => set.push({ to, at: uptime() }),
      ...options,
    });
    host.wait(0);
  }

  interface Asked {
    to: string;
    port: number;
    transmit: number[];
  }

  function asked(): Asked[] {
    const requests = host.said().filter((packet) => packet.udp?.toPort === 123);
    return requests.map(({ ip, udp: datagram }) => {
      const { version, mode, transmit, rest } = parseNtpRequest(datagram!.payload);
      expect([version, mode, rest]).toEqual([4, CLIENT, 0]);
      return { to: ip!.to, port: datagram!.fromPort, transmit: Array.from(transmit) };
    });
  }

  function askedOnce(): Asked {
    const requests = asked();
    if (requests.length !== 1) throw new Error(`${requests.length} requests, not one`);
    return requests[0];
  }

  /** A server whose clock is right answers at once, unless told otherwise. */
  function answers(request: Asked, fields: Partial<Ntp> = {}, from: Station = NEIGHBOUR, fromPort = 123): void {
    const time = BOOT + uptime();
    const payload = ntp({ origin: request.transmit, receive: time, transmit: time, ...fields });
    host.hearsUdp({ from, fromPort, toPort: request.port, payload });
    host.wait(0);
  }

  /** The next request, within `seconds`: how many seconds from now it came. */
  function waits(seconds: number): { after: number; request: Asked } {
    for (let t = 0; t <= seconds; t++) {
      const [request] = asked();
      if (request) return { after: t, request };
      host.wait(1000);
    }
    throw new Error(`no request in ${seconds} s`);
  }

  it("asks at once, and sets the clock", () => {
    start();
    answers(askedOnce());
    expect(set[0].to).toBeCloseTo(BOOT + set[0].at, 5);
    expect(told).toEqual([
      { server: NEIGHBOUR.ip, offset: jasmine.any(Number), delay: jasmine.any(Number), stratum: 2, time: set[0].to },
    ]);
    expect((told[0] as SntpResult).offset).toBeCloseTo(BOOT, 5);
  });

  it("reckons the way there and back, and what the server took", () => {
    start();
    const request = askedOnce();
    host.wait(100); // there
    const receive = BOOT + uptime();
    host.wait(50);
    const transmit = BOOT + uptime();
    host.wait(100); // and back
    answers(request, { receive, transmit });
    const result = told[0] as SntpResult;
    expect([result.delay, result.offset]).toEqual([jasmine.any(Number), jasmine.any(Number)]);
    expect(result.delay).toBeCloseTo(0.2, 5);
    expect(result.offset).toBeCloseTo(BOOT, 5);
  });

  it("knows that the seconds begin anew in 2036", () => {
    for (const time of [Date.UTC(2036, 1, 7, 6, 28, 15), Date.UTC(2036, 1, 7, 6, 28, 17), Date.UTC(2090, 0, 1)]) {
      start();
      answers(askedOnce(), { receive: time / 1000 + 0.25, transmit: time / 1000 + 0.25 });
      expect(set.pop()!.to).toBeCloseTo(time / 1000 + 0.25, 5);
      client!.end();
    }
  });

  it("sets Espruino's clock where nobody says otherwise", () => {
    const evaluate = host.net.netinit.constructor as (...code: string[]) => (f: unknown) => void;
    evaluate("f", "this.setTime = f")((to: number) => set.push({ to, at: uptime() }));
    start({ setTime: undefined });
    answers(askedOnce());
    expect(set.length).toBe(1);
  });

  it("asks again after the interval, an hour unless told otherwise, with new bits from a new port", () => {
    start();
    const first = askedOnce();
    answers(first);
    const { after, request } = waits(4000);
    expect(after).toBeGreaterThanOrEqual(3600);
    expect(after).toBeLessThan(3602);
    expect(request.transmit).not.toEqual(first.transmit);
    expect(request.port).not.toBe(first.port);
    client!.end();
    start({ interval: 20 });
    answers(askedOnce());
    expect(waits(100).after).toBeLessThan(22);
  });

  const wrong: [string, Partial<Ntp>][] = [
    ["is not synchronised itself", { leap: 3 }],
    ["has too high a stratum", { stratum: 16 }],
    ["has no time", { transmit: undefined }],
    ["has sent it before it was asked", { receive: BOOT + 5, transmit: BOOT + 4 }],
    ["took longer than the whole question", { receive: BOOT, transmit: BOOT + 7 }],
  ];
  for (const [what, fields] of wrong)
    it(`does not believe a server that ${what}, and asks the next`, () => {
      start({ server: [NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip] });
      answers(askedOnce(), fields);
      expect(set).toEqual([]);
      const next = askedOnce();
      expect(next.to).toBe(OTHER_NEIGHBOUR.ip);
      answers(next, {}, OTHER_NEIGHBOUR);
      expect([set.length, (told[0] as SntpResult).server]).toEqual([1, OTHER_NEIGHBOUR.ip]);
    });

  it("pays no attention to what is no answer to its question", () => {
    start();
    const request = askedOnce();
    answers(request, { origin: request.transmit.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) });
    answers(request, { mode: 3 });
    answers(request, { mode: 5 });
    answers(request, {}, OTHER_NEIGHBOUR);
    answers(request, {}, NEIGHBOUR, 124);
    for (const length of [0, 1, 47]) {
      const payload = ntp({ origin: request.transmit, receive: 1, transmit: 1 }).slice(0, length);
      host.hearsUdp({ from: NEIGHBOUR, fromPort: 123, toPort: request.port, payload });
    }
    host.wait(0);
    expect([set, told]).toEqual([[], []]);
    answers(request);
    expect(set.length).toBe(1);
  });

  it("gives up after three seconds, and takes nothing that comes later", () => {
    start();
    const request = askedOnce();
    host.wait(3001);
    expect(told).toEqual(["no time server has answered"]);
    answers(request);
    expect(set).toEqual([]);
  });

  it("tries again more and more seldom: after 15 s, 30 s, 60 s ... and at the interval in the end", () => {
    start({ interval: 200 });
    host.said();
    const pauses = Array.from({ length: 7 }, () => {
      host.wait(3000);
      return waits(400).after;
    });
    expect(pauses.map((pause) => Math.round(pause / 5) * 5)).toEqual([15, 30, 60, 120, 240, 240, 240]);
    expect(told.length).toBe(7);
  });

  it("asks all servers, one after another, before it says that none has answered", () => {
    start({ server: [NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip] });
    expect(askedOnce().to).toBe(NEIGHBOUR.ip);
    host.wait(3001);
    expect(told).toEqual([]);
    expect(askedOnce().to).toBe(OTHER_NEIGHBOUR.ip);
    host.wait(3001);
    expect(told).toEqual(["no time server has answered"]);
  });

  it("asks the next server at once when nobody listens", () => {
    start({ server: [NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip] });
    const request = askedOnce();
    const ends = { from: US.ip, to: NEIGHBOUR.ip };
    const datagram = udp({ ...ends, fromPort: request.port, toPort: 123 });
    const returned = ipv4({ ...ends, protocol: UDP, payload: datagram });
    host.hearsIcmp(icmp({ type: UNREACHABLE, code: PORT_UNREACHABLE, payload: returned }));
    host.wait(0);
    expect(askedOnce().to).toBe(OTHER_NEIGHBOUR.ip);
  });

  it("asks less often when a server says so: RATE (RFC 4330 8)", () => {
    start({ interval: 20 });
    answers(askedOnce(), { stratum: 0, reference: chars("RATE") });
    expect([set, told]).toEqual([[], ["no time server has answered"]]);
    answers(waits(20).request);
    expect(waits(60).after).toBeGreaterThanOrEqual(39);
  });

  it("never again asks a server that says DENY or RSTR; when none is left, says so and is silent", () => {
    start({ server: [NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip] });
    answers(askedOnce(), { stratum: 0, reference: chars("DENY") });
    const next = askedOnce();
    expect(next.to).toBe(OTHER_NEIGHBOUR.ip);
    answers(next, {}, OTHER_NEIGHBOUR);
    const again = waits(4000).request;
    expect(again.to).toBe(OTHER_NEIGHBOUR.ip);
    answers(again, { stratum: 0, reference: chars("RSTR") }, OTHER_NEIGHBOUR);
    expect(told.at(-1)).toBe("no time server wants to be asked");
    host.wait(100000000);
    expect(asked()).toEqual([]);
  });

  it("goes on when a server's name cannot be found", () => {
    start({ server: ["time.example", NEIGHBOUR.ip] });
    host.wait(0);
    answers(askedOnce());
    expect((told[0] as SntpResult).server).toBe(NEIGHBOUR.ip);
  });

  it("asks no more when it has ended, whatever it was doing", () => {
    start({ server: "localhost" });
    client!.end();
    start();
    client!.end();
    host.said();
    start();
    answers(askedOnce());
    client!.end();
    client!.end();
    host.wait(10000000);
    expect(asked()).toEqual([]);
  });

  const faults: [Partial<SntpOptions>, string][] = [
    [{ server: undefined }, "sntp: a server is needed"],
    [{ server: [] }, "sntp: a server is needed"],
    [{ interval: 14 }, "sntp: interval: at least 15 s"],
  ];
  for (const [options, message] of faults)
    it(`says what is wrong: ${message}, ${JSON.stringify(options)}`, () => {
      expect(() => start(options)).toThrowError(message);
    });
});
