import type { Mbuf } from "../../../../firmware/net/kern/mbuf";
import { Host } from "../../../lib/host";

describe("The netisr turn", () => {
  let host: Host;
  /** what each input was given, in order, as "isr:length" */
  let taken: string[];
  let inside: number;

  beforeEach(() => {
    host = new Host();
    taken = [];
    inside = 0;
    for (const isr of [host.net.NETISR_IP, host.net.NETISR_ARP]) host.net.netisr_register(isr, (m) => take(isr, m));
  });
  afterEach(() => host.expectPoolsRestored());

  function packet(length: number): Mbuf {
    const m = host.net.m_gethdr(host.net.M_DONTWAIT, host.net.MT_DATA)!;
    m.m_len = m.m_pktlen = length;
    return m;
  }

  /** An input: a packet of length 10 n brings forth packets n, by both ways up. */
  function take(isr: number, m: Mbuf): void {
    const { net } = host;
    const length = m.m_pktlen;
    expect(inside++).withContext("inputs running").toBe(0);
    taken.push(`${isr}:${length}`);
    net.m_freem(m);
    if (length >= 10) {
      net.netisr_dispatch(net.NETISR_ARP, packet(length / 10));
      net.netisr_queue(net.NETISR_IP, packet(length / 10));
    }
    inside--;
  }

  it("gives a packet to its protocol at once when nothing runs", () => {
    host.net.netisr_dispatch(host.net.NETISR_IP, packet(1));
    expect(taken).toEqual(["0:1"]);
  });

  it("never enters an input while one runs, and takes what appears meanwhile in the same turn", () => {
    host.net.netisr_dispatch(host.net.NETISR_IP, packet(20));
    expect(taken).toEqual(["0:20", "0:2", "1:2"]);
  });

  it("takes a queued packet in a turn to come, not in the caller's", () => {
    host.net.netisr_queue(host.net.NETISR_IP, packet(1));
    host.net.netisr_queue(host.net.NETISR_IP, packet(2));
    expect(taken).toEqual([]);
    host.wait(0);
    expect(taken).toEqual(["0:1", "0:2"]);
  });

  it("takes what is queued along with what comes from a driver first", () => {
    host.net.netisr_queue(host.net.NETISR_IP, packet(1));
    host.net.netisr_dispatch(host.net.NETISR_ARP, packet(2));
    expect(taken).toEqual(["1:2", "0:1"]);
    host.wait(0);
    expect(taken.length).toBe(2);
  });

  it("counts and frees what a full queue has no room for", () => {
    const { net } = host;
    for (let i = 0; i < net.IFQ_MAXLEN; i++) expect(net.netisr_queue(net.NETISR_IP, packet(i))).toBe(true);
    expect(net.netisr_queue(net.NETISR_IP, packet(99))).toBe(false);
    expect(net.netisr_drops(net.NETISR_IP)).toBe(1);
    host.wait(0);
    expect(taken.length).toBe(net.IFQ_MAXLEN);
  });

  it("goes on in the next turn after an input has thrown", () => {
    const { net } = host;
    net.netisr_register(net.NETISR_ARP, (m) => {
      net.m_freem(m);
      throw new Error("a bug");
    });
    net.turn_begin();
    expect(() => net.netisr_dispatch(net.NETISR_ARP, packet(1))).toThrowError("a bug");
    net.turn_begin();
    expect(net.turn_broken).toBe(1);
    net.netisr_dispatch(net.NETISR_IP, packet(2));
    expect(taken).toEqual(["0:2"]);
  });
});
