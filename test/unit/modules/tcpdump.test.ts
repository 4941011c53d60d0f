import type { Tcpdump, TcpdumpOptions } from "../../../firmware/modules/tcpdump/tcpdump";
import { Host, NEIGHBOUR, US } from "../../lib/host";
import { enaddr } from "../../lib/packets";
import { loadModule, ProgramInterface } from "../../lib/storage_module";

const SEED = Number(process.env.SEED ?? 96);

interface Module {
  start(eth: ProgramInterface, options?: TcpdumpOptions): Tcpdump;
}

describe("The module tcpdump", () => {
  let host: Host;
  let lines: string[];
  let dump: Tcpdump | undefined;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
    lines = [];
    dump = undefined;
  });
  afterEach(() => {
    dump?.end();
    host.wait(100);
    host.said();
    host.expectPoolsRestored();
  });

  function start(options: TcpdumpOptions = {}): Tcpdump {
    const module = loadModule<Module>(host.net, "tcpdump");
    dump = module.start(new ProgramInterface(host), { print: (line) => lines.push(line), ...options });
    return dump;
  }

  const texts = () => lines.map((line) => line.replace(/^\S+ /, ""));

  it("says what is wrong, and keeps nothing", () => {
    const files = host.net.openfiles();
    const wrong: [TcpdumpOptions, string][] = [
      [{ filter: "ip host 10.0.0.1" }, "tcpdump: filter: not what tcpdump -dd prints: ip"],
      [{ filter: "{ 0x28, 0, 0 }" }, "tcpdump: filter: not what tcpdump -dd prints"],
      [{ filter: " " }, "tcpdump: filter: not what tcpdump -dd prints"],
      [{ filter: [[7, 0, 0, 0]] }, "tcpdump: filter: no program, or too long"],
      [{ interface: "en7" }, "tcpdump: interface: there is no en7"],
      [{ snaplen: 0 }, "tcpdump: snaplen: 1 to 65535"],
    ];
    for (const [options, message] of wrong) expect(() => start(options)).toThrow(jasmine.objectContaining({ message }));
    expect(host.net.openfiles()).toBe(files);
    const module = loadModule<Module>(host.net, "tcpdump");
    const without = { net: {} } as unknown as ProgramInterface;
    expect(() => module.start(without)).toThrow(
      jasmine.objectContaining({ message: "tcpdump: this bundle has no packet tap" }),
    );
  });

  it("prints what ARP says, and ends by itself after so many packets", () => {
    start({ count: 2 });
    host.hearsArp({});
    host.hearsArp({});
    host.wait(100);
    expect(texts()).toEqual([
      "ARP, Request who-has 192.0.2.1 tell 192.0.2.2, length 46",
      "ARP, Reply 192.0.2.1 is-at 02:00:00:00:00:01, length 28",
    ]);
    expect(host.net.bpf_peers()).toBeFalse();
    expect(dump!.stats().dropped).toBe(0);
  });

  it("has the time by the board's clock", () => {
    host.wait(3723456 - host.kernel.clock.now() / 1e6);
    start();
    host.hearsArp({ op: 2 });
    host.wait(0);
    expect(lines[0]).toMatch(/^01:02:03\.4\d\d ARP, Reply/);
  });

  it("takes what tcpdump -ddd prints as well", () => {
    start({ filter: "4\n40 0 0 12\n21 0 1 2054\n6 0 0 262144\n6 0 0 0\n" });
    host.hearsArp({ op: 2 });
    host.hearsUdp({ payload: [1] });
    host.wait(0);
    expect(lines.length).toBe(1);
  });

  it("survives whatever is on the cable: it prints a line for each packet", () => {
    let state = SEED;
    const random = (n: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    start();
    let heard = 0;
    for (let i = 0; i < 2000; i++) {
      const frame = Array.from({ length: 60 + random(100) }, () => random(256));
      frame.splice(0, 6, ...enaddr(US.mac));
      [frame[12], frame[13]] = [
        [8, 0],
        [8, 0],
        [8, 0],
        [8, 6],
        [0x86, 0xdd],
      ][random(5)];
      if (random(2)) frame[14] = 0x45;
      if (random(2)) frame[16] = 0;
      if (random(2)) [frame[20], frame[21]] = [0, 0];
      if (random(2)) frame[23] = [1, 2, 6, 17][random(4)];
      host.hears(frame);
      heard++;
      host.wait(1);
    }
    const { received, dropped } = dump!.stats();
    expect(received).toBeGreaterThanOrEqual(heard);
    expect(lines.length + dropped)
      .withContext(`seed ${SEED}`)
      .toBe(received);
    expect(lines.filter((line) => /undefined|NaN/.test(line)))
      .withContext(`seed ${SEED}`)
      .toEqual([]);
  });
});
