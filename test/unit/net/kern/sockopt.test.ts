import type { Socket } from "../../../../firmware/net/kern/socketvar";
import type { Net } from "../../../lib/kernel";
import { bootSockets, type SocketKernel } from "../../../lib/pools";
import { TOY_DGRAM, type ToyDomain, toyDomain, toySocket } from "../../../lib/toy_domain";

describe("socket options", () => {
  let kernel: SocketKernel;
  let net: Net;
  let toy: ToyDomain;
  let so: Socket;

  beforeEach(() => {
    kernel = bootSockets();
    net = kernel.net;
    toy = toyDomain(net);
    net.domain_add(toy);
    so = toySocket(net, TOY_DGRAM);
  });

  afterEach(() => {
    net.soclose(so);
    kernel.expectPoolsRestored();
  });

  const set = (name: number, value: number) => net.sosetopt(so, net.SOL_SOCKET, name, value);
  const get = (name: number) => net.sogetopt(so, net.SOL_SOCKET, name);

  it("that are flags are 0 or 1, each for itself", () => {
    const flags = [
      net.SO_DEBUG,
      net.SO_REUSEADDR,
      net.SO_KEEPALIVE,
      net.SO_DONTROUTE,
      net.SO_BROADCAST,
      net.SO_OOBINLINE,
      net.SO_REUSEPORT,
    ];
    for (const flag of flags) {
      expect(get(flag)).toBe(0);
      expect(set(flag, 5)).toBe(0);
      expect(flags.filter((f) => get(f) === 1)).toEqual([flag]);
      expect(set(flag, 0)).toBe(0);
    }
  });

  it("SO_LINGER takes seconds, or -1 for off, and nothing else", () => {
    expect(get(net.SO_LINGER)).toBe(-1);
    for (const seconds of [0, 1, 32767]) {
      expect(set(net.SO_LINGER, seconds)).toBe(0);
      expect(get(net.SO_LINGER)).toBe(seconds);
      expect(so.so_options & net.SO_LINGER).toBe(net.SO_LINGER);
    }
    expect(set(net.SO_LINGER, 32768)).toBe(net.EDOM);
    expect(set(net.SO_LINGER, -2)).toBe(net.EINVAL);
    expect(get(net.SO_LINGER)).toBe(32767);
    expect(set(net.SO_LINGER, -1)).toBe(0);
    expect(get(net.SO_LINGER)).toBe(-1);
  });

  it("SO_SNDBUF and SO_RCVBUF grant up to SB_MAX", () => {
    for (const name of [net.SO_SNDBUF, net.SO_RCVBUF]) {
      expect(set(name, 777)).toBe(0);
      expect(get(name)).toBe(777);
      expect(set(name, net.SB_MAX)).toBe(0);
      expect(set(name, net.SB_MAX + 1)).toBe(net.ENOBUFS);
      for (const wrong of [0, -1, Number.NaN]) expect(set(name, wrong)).toBe(net.EINVAL);
      expect(get(name)).toBe(net.SB_MAX);
    }
  });

  it("SO_SNDLOWAT and SO_RCVLOWAT stay between 1 and the size of the buffer", () => {
    expect([get(net.SO_SNDLOWAT), get(net.SO_RCVLOWAT)]).toEqual([net.MCLBYTES, 1]);
    for (const name of [net.SO_SNDLOWAT, net.SO_RCVLOWAT]) {
      expect(set(name, 10)).toBe(0);
      expect(get(name)).toBe(10);
      expect(set(name, 0)).toBe(net.EINVAL);
      expect(set(name, 1e6)).toBe(0);
    }
    expect([get(net.SO_SNDLOWAT), get(net.SO_RCVLOWAT)]).toEqual([2000, 1000]);
  });

  it("SO_ERROR is told once", () => {
    so.so_error = net.ECONNREFUSED;
    expect(get(net.SO_ERROR)).toBe(net.ECONNREFUSED);
    expect(get(net.SO_ERROR)).toBe(0);
  });

  it("SO_TYPE and SO_ACCEPTCONN are for reading only", () => {
    expect(get(net.SO_TYPE)).toBe(TOY_DGRAM);
    expect(get(net.SO_ACCEPTCONN)).toBe(0);
    for (const name of [net.SO_TYPE, net.SO_ACCEPTCONN, net.SO_ERROR]) expect(set(name, 1)).toBe(net.ENOPROTOOPT);
    net.solisten(so, 1);
    expect(get(net.SO_ACCEPTCONN)).toBe(1);
  });

  it("that nobody knows are ENOPROTOOPT", () => {
    for (const name of [0, 0x8000, net.SO_DEBUG | net.SO_REUSEADDR, 0x1099, -1]) {
      expect(set(name, 1)).toBe(net.ENOPROTOOPT);
      expect(get(name)).toBe(-net.ENOPROTOOPT);
    }
  });

  it("of another level are the protocol's", () => {
    toy.asked = [];
    expect(net.sosetopt(so, 6, 1, 42)).toBe(0);
    expect(net.sogetopt(so, 6, 1)).toBe(77);
    expect(toy.asked).toEqual([`ctloutput ${net.PRCO_SETOPT} 6 1 42`, `ctloutput ${net.PRCO_GETOPT} 6 1 0`]);
    so.so_proto = { ...so.so_proto, pr_ctloutput: null };
    expect(net.sosetopt(so, 6, 1, 42)).toBe(net.ENOPROTOOPT);
    expect(net.sogetopt(so, 6, 1)).toBe(-net.ENOPROTOOPT);
    expect(set(net.SO_KEEPALIVE, 1)).toBe(0);
  });

  it("of the socket level are told to the protocol once they are set", () => {
    toy.asked = [];
    set(net.SO_KEEPALIVE, 1);
    set(net.SO_TYPE, 1);
    expect(toy.asked).toEqual([`ctloutput ${net.PRCO_SETOPT} ${net.SOL_SOCKET} ${net.SO_KEEPALIVE} 1`]);
  });
});
