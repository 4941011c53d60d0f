import { arpcom } from "../../../../lib/arpcom";
import { BROADCAST, Host, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import {
  ARP_REPLY,
  arp,
  EVERYBODY,
  enaddr,
  ethernet,
  ipNumber,
  macText,
  NOBODY,
  TYPE_ARP,
} from "../../../../lib/packets";

describe("ARP input", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function knows(ip: string): boolean {
    return host.net.arptab_look(ipNumber(ip)) !== null;
  }

  it("answers a request for our address, to the one who asked", () => {
    const counts = host.counted(() => host.hearsArp({}, EVERYBODY));
    expect(counts).toEqual({ ARPS_RCVD: 1, ARPS_REPLIES: 1 });
    const { ethernet: frame, arp: reply } = host.saidOnce();
    expect([frame.to, frame.from]).toEqual([NEIGHBOUR.mac, US.mac]);
    expect(reply).toEqual({
      op: ARP_REPLY,
      senderMac: US.mac,
      senderIp: US.ip,
      targetMac: NEIGHBOUR.mac,
      targetIp: NEIGHBOUR.ip,
    });
  });

  it("answers a request that was sent to us alone", () => {
    host.hearsArp({}, US.mac);
    expect(host.saidOnce().arp!.op).toBe(ARP_REPLY);
  });

  it("answers without counting the answer as one to everybody", () => {
    expect(host.interfaceCounted(() => host.hearsArp({}, EVERYBODY))["if_omcasts"]).toBeUndefined();
    host.said();
  });

  it("answers a request in a frame longer than it has to be", () => {
    const payload = [...arp({ op: 1, ...fromNeighbour(), targetMac: NOBODY, targetIp: US.ip }), ...Array(300).fill(7)];
    host.hears(ethernet({ to: EVERYBODY, from: NEIGHBOUR.mac, type: TYPE_ARP, payload }));
    expect(host.en0.takeFrames()[0].length).toBe(42);
  });

  function fromNeighbour() {
    return { senderMac: NEIGHBOUR.mac, senderIp: NEIGHBOUR.ip };
  }

  it("answers a probe, and makes no entry for nobody", () => {
    host.hearsArp({ senderIp: "0.0.0.0" }, EVERYBODY);
    const { ethernet: frame, arp: reply } = host.saidOnce();
    expect([frame.to, reply!.op, reply!.senderIp]).toEqual([NEIGHBOUR.mac, ARP_REPLY, US.ip]);
    expect(knows("0.0.0.0")).toBe(false);
  });

  it("learns who asked, and needs not ask back", () => {
    host.hearsArp({}, EVERYBODY);
    expect(macText(host.net.arptab_look(ipNumber(NEIGHBOUR.ip))!.at_enaddr)).toBe(NEIGHBOUR.mac);
    host.said();
  });

  it("says nothing to a request for somebody else, and makes no entry for who asks", () => {
    host.hearsArp({ targetIp: OTHER_NEIGHBOUR.ip }, EVERYBODY);
    expect(host.said()).toEqual([]);
    expect(knows(NEIGHBOUR.ip)).toBe(false);
  });

  it("makes no entry from an answer that we have not asked for", () => {
    host.hearsArpReply(NEIGHBOUR);
    expect(knows(NEIGHBOUR.ip)).toBe(false);
  });

  for (const [who, ip] of [
    ["another net", "198.51.100.9"],
    ["the loopback net", "127.0.0.1"],
    ["a group", "224.0.0.9"],
    ["everybody", BROADCAST],
    ["the subnet's everybody", SUBNET_BROADCAST],
  ])
    it(`makes no entry for a sender with an address of ${who}`, () => {
      host.hearsArp({ senderIp: ip }, EVERYBODY);
      expect(knows(ip)).toBe(false);
      host.said();
    });

  it("takes from any packet what it says of a host that it knows", () => {
    host.hearsArp({});
    host.hearsArp({ senderMac: "02:00:00:00:00:77", targetIp: OTHER_NEIGHBOUR.ip }, EVERYBODY);
    expect(macText(host.net.arptab_look(ipNumber(NEIGHBOUR.ip))!.at_enaddr)).toBe("02:00:00:00:00:77");
    host.said();
  });

  it("believes nothing of a host that it knows by another interface", () => {
    host.hearsArp({});
    host.said();
    host.net.arptab_look(ipNumber(NEIGHBOUR.ip))!.at_ac = arpcom(host.net, "en1", enaddr(US.mac));
    host.hearsArp({ senderMac: "02:00:00:00:00:77" });
    expect(macText(host.net.arptab_look(ipNumber(NEIGHBOUR.ip))!.at_enaddr)).toBe(NEIGHBOUR.mac);
    host.net.arp_delete(ipNumber(NEIGHBOUR.ip));
    host.said();
  });

  it("ignores an echo of ourselves", () => {
    const counts = host.counted(() => host.hearsArp({ senderMac: US.mac, senderIp: US.ip }, EVERYBODY));
    expect(counts).toEqual({ ARPS_RCVD: 1 });
    expect(host.said()).toEqual([]);
  });

  for (const [what, fields] of [
    ["another hardware", { hardware: 6 }],
    ["another protocol", { protocol: 0x86dd }],
    ["hardware addresses of another length", { hardwareLength: 8 }],
    ["protocol addresses of another length", { protocolLength: 16 }],
    ["a sender that is a group", { senderMac: "01:00:5e:00:00:01" }],
    ["a sender that is everybody", { senderMac: EVERYBODY }],
  ] as const)
    it(`counts and drops a packet of ${what}`, () => {
      expect(host.counted(() => host.hearsArp(fields))).toEqual({ ARPS_RCVD: 1, ARPS_BAD: 1 });
      expect(host.said()).toEqual([]);
    });

  it("counts and drops a packet that is too short", () => {
    const frame = ethernet({
      to: US.mac,
      from: NEIGHBOUR.mac,
      type: TYPE_ARP,
      payload: arp({
        op: 1,
        ...fromNeighbour(),
        targetMac: NOBODY,
        targetIp: US.ip,
      }),
    });
    expect(host.counted(() => host.hears(frame.subarray(0, 41)))).toEqual({ ARPS_RCVD: 1, ARPS_BAD: 1 });
  });

  it("does nothing for an operation that it does not know", () => {
    host.hearsArp({ op: 3 });
    expect(host.said()).toEqual([]);
  });

  it("says nothing while the interface has no address", () => {
    host.net.in_ifscrub(host.en0.ac);
    host.hearsArp({}, EVERYBODY);
    expect(host.said()).toEqual([]);
  });

  it("answers in the mbuf that the request came in, when there is no other", () => {
    host.withMbufsLeft(1, () => host.hearsArp({}, EVERYBODY));
    expect(host.saidOnce().arp!.op).toBe(ARP_REPLY);
  });
});

describe("A conflict over our address", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function hearsImpostor(): void {
    host.hearsArp({ senderMac: NEIGHBOUR.mac, senderIp: US.ip, targetIp: US.ip }, EVERYBODY);
  }

  function announcements(): number {
    return host.said().filter(({ ethernet: frame, arp: said }) => frame.to === EVERYBODY && said!.senderIp === US.ip)
      .length;
  }

  it("is counted, and the address defended by an announcement", () => {
    const counts = host.counted(hearsImpostor);
    expect(counts["ARPS_CONFLICT"]).toBe(1);
    expect(announcements()).toBe(1);
  });

  it("is fought at most once in ten seconds (RFC 5227 2.4 b)", () => {
    for (let second = 0; second < 10; second++) {
      hearsImpostor();
      host.wait(999);
    }
    expect(announcements()).toBe(1);
    host.wait(100);
    hearsImpostor();
    expect(announcements()).toBe(1);
  });

  it("makes no entry for our own address", () => {
    hearsImpostor();
    host.said();
    expect(host.net.arptab_look(ipNumber(US.ip))).toBeNull();
  });

  it("is told to whoever wants to know", () => {
    const heard: string[] = [];
    host.en0.ac.ac_onconflict = (_ac, sha) => heard.push(macText(host.net.arena.subarray(sha, sha + 6)));
    hearsImpostor();
    host.said();
    expect(heard).toEqual([NEIGHBOUR.mac]);
  });
});
