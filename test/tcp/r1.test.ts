import { Host, NEIGHBOUR } from "../lib/host";
import { ARP_REQUEST, ipNumber } from "../lib/packets";

describe("a connection that gets no answer", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
    host.hearsArp({}); // the neighbour has asked for us: it is known
    host.said();
  });
  afterEach(() => host.expectPoolsRestored());

  it("has IP ask whether the neighbour is still there at the third timeout, R1 (RFC 9293 MUST-20, SHLD-10)", () => {
    const { net } = host.net;
    const fd = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
    net.connect(fd, { sin_family: net.AF_INET, sin_addr: ipNumber(NEIGHBOUR.ip), sin_port: 80 });
    host.wait(6900); // SYNs at 0, 1 and 3 s
    expect(host.said().map(({ tcp, arp }) => tcp?.flags ?? arp?.op)).toEqual(["S", "S", "S"]);
    host.wait(200); // the timeout at 7 s
    const asked = host.said().find(({ arp }) => arp);
    expect(asked?.arp?.op).toBe(ARP_REQUEST);
    expect(asked?.ethernet.to).toBe(NEIGHBOUR.mac);
    net.close(fd);
  });
});
