/**
 * The compiled core as a host sees it function by function and field by field (host-sim/native): what reads as in JavaScript, and that
 * asking for it costs no memory.
 */
import { SECOND } from "../../host-sim/clock";
import { build, hostCompiler } from "../../tools/native/host";
import { bootKernel, type Kernel, type Net } from "../lib/kernel";

const COMPILED = hostCompiler();

describe("The compiled core, seen from its host", () => {
  let kernel: Kernel;
  let net: Net;

  beforeEach(() => {
    if (!COMPILED) pending("needs gcc or clang");
    kernel = bootKernel(1, {}, { core: "native" });
    net = kernel.net;
  });

  it("answers with numbers any number of times, in no memory", () => {
    const before = net.mbstat();
    for (let i = 0; i < 20000; i++) net.mbstat();
    expect(net.mbstat()).toEqual(before);
    expect(before.m_mbufs).toBe(net.NMBUFS);
  });

  it("reads a reference to the counters of a chip as the table that it refers to, and null as null", () => {
    net.netinit(null);
    const sc = net.en_attach(0 as never, Uint8Array.of(2, 0, 0, 0, 0, 1), 0)!;
    expect(sc.if_chipstat).toBe(sc.wd_chipstat);
    expect(sc.if_chipstat!.length).toBe(net.WD_NCAUSE);
    expect(net.loif.if_chipstat).toBeNull();
  });

  it("has forgotten functions of its host's that are not called any longer, and calls those that are", () => {
    const told: number[] = [];
    net.netinit(null);
    const callout = net.callout_new();
    for (let i = 0; i < 1000; i++) net.callout_reset(callout, 10, () => told.push(i), null);
    kernel.clock.runFor(SECOND);
    expect(told).toEqual([999]);
  });
});

describe("Without a C compiler", () => {
  const { PATH } = process.env;
  afterEach(() => {
    process.env["PATH"] = PATH;
  });

  it("a core that is to be compiled says what it needs", () => {
    process.env["PATH"] = "/nowhere";
    expect(() => build("/nowhere")).toThrowError(/needs gcc or clang/);
  });
});
