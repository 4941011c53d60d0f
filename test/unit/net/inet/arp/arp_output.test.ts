import { Host, NEIGHBOUR, US } from "../../../../lib/host";
import { ARP_REQUEST, EVERYBODY, ipNumber, NOBODY, type Packet } from "../../../../lib/packets";

describe("An announcement of our address (RFC 5227 2.3)", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host({ unconfigured: true });
  });
  afterEach(() => host.expectPoolsRestored());

  function announced(packets: Packet[]): string[] {
    return packets.map(({ ethernet, arp }) => {
      expect([ethernet.to, arp!.op, arp!.senderMac, arp!.targetMac]).toEqual([EVERYBODY, ARP_REQUEST, US.mac, NOBODY]);
      expect(arp!.senderIp).toBe(arp!.targetIp);
      return arp!.senderIp;
    });
  }

  it("is made twice, two seconds apart", () => {
    host.configure(US.ip, "255.255.255.0");
    expect(announced(host.said())).toEqual([US.ip]);
    host.wait(1999);
    expect(announced(host.said())).toEqual([]);
    host.wait(2);
    expect(announced(host.said())).toEqual([US.ip]);
    host.wait(60000);
    expect(host.said()).toEqual([]);
  });

  it("ends when the address goes", () => {
    host.configure(US.ip, "255.255.255.0");
    host.net.in_ifscrub(host.en0.ac);
    host.said();
    host.wait(60000);
    expect(host.said()).toEqual([]);
  });

  it("is made for a new address and no more for the old", () => {
    host.configure("192.0.2.50", "255.255.255.0");
    host.wait(1000);
    host.configure(US.ip, "255.255.255.0");
    host.wait(60000);
    expect(announced(host.said())).toEqual(["192.0.2.50", US.ip, US.ip]);
  });

  it("counts as requests, to everybody", () => {
    expect(host.counted(() => host.configure(US.ip, "255.255.255.0"))).toEqual({ ARPS_SENT: 1 });
    expect(host.en0.ac.if_omcasts).toBe(1);
    host.wait(3000);
    host.said();
  });
});

describe("A request", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  it("may be a probe, which names no sender", () => {
    host.net.arprequest(host.en0.ac, 0, ipNumber(NEIGHBOUR.ip), null);
    const { arp } = host.saidOnce();
    expect([arp!.senderIp, arp!.senderMac, arp!.targetIp]).toEqual(["0.0.0.0", US.mac, NEIGHBOUR.ip]);
  });

  it("fails with ENOBUFS when there is no mbuf", () => {
    host.withMbufsLeft(0, () => {
      expect(host.net.arprequest(host.en0.ac, 0, 0, null)).toBe(host.net.ENOBUFS);
    });
  });
});
