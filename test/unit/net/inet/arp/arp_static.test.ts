import { Host, NEIGHBOUR, OTHER_NEIGHBOUR } from "../../../../lib/host";
import { enaddr, ipNumber } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

describe("The ARP cache with a static entry", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host();
    socket = new UdpSocket(host);
    host.knows(NEIGHBOUR);
  });
  afterEach(() => host.expectPoolsRestored());

  /** Sends a datagram, and tells what became of it. */
  function send(ip: string): string {
    expect(socket.sendTo(ip, 9, "x")).toBe(1);
    return saidIn(0).join(", ");
  }

  function saidIn(ms: number): string[] {
    host.wait(ms);
    return host.said().map(({ ethernet, arp }) => (arp ? `asked for ${arp.targetIp}` : `sent to ${ethernet.to}`));
  }

  function entries(): number {
    let n = 0;
    for (let at = host.net.arptab; at; at = at.at_next) n++;
    return n;
  }

  it("uses it at once and for ever, without asking", () => {
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${NEIGHBOUR.mac}`);
    expect(saidIn(3 * host.net.ARPT_KEEP)).toEqual([]);
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${NEIGHBOUR.mac}`);
  });

  it("believes no packet that says otherwise", () => {
    host.hearsArpReply({ ...NEIGHBOUR, mac: OTHER_NEIGHBOUR.mac });
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${NEIGHBOUR.mac}`);
  });

  it("takes another one in its place", () => {
    host.net.arp_set(host.en0.ac, ipNumber(NEIGHBOUR.ip), enaddr(OTHER_NEIGHBOUR.mac));
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${OTHER_NEIGHBOUR.mac}`);
  });

  it("keeps it when the cache is full", () => {
    for (let i = 0; i < 20; i++) send(`192.0.2.${100 + i}`);
    expect(send(NEIGHBOUR.ip)).toBe(`sent to ${NEIGHBOUR.mac}`);
  });

  it("sends what waited for the address", () => {
    send(OTHER_NEIGHBOUR.ip);
    host.knows(OTHER_NEIGHBOUR);
    expect(saidIn(0)).toEqual([`sent to ${OTHER_NEIGHBOUR.mac}`]);
  });

  it("forgets it when told to", () => {
    expect(host.net.arp_delete(ipNumber(NEIGHBOUR.ip))).toBe(true);
    expect(host.net.arp_delete(ipNumber(NEIGHBOUR.ip))).toBe(false);
    expect(send(NEIGHBOUR.ip)).toBe(`asked for ${NEIGHBOUR.ip}`);
  });

  it("makes room among static entries only when there are no others", () => {
    for (let i = 0; i < host.net.ARPTAB_SIZE; i++)
      host.knows({ mac: `02:00:00:00:02:${String(i + 10)}`, ip: `192.0.2.${100 + i}` });
    expect(entries()).toBe(host.net.ARPTAB_SIZE);
  });
});
