import { Host, NEIGHBOUR } from "../../../../lib/host";
import { UdpSocket } from "../../../../lib/udp_socket";

describe("Options of level IPPROTO_IP", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  function set(option: number, value: number): number {
    return host.net.net.setsockopt(socket.fd, host.net.IPPROTO_IP, option, value);
  }

  function get(option: number): number {
    return host.net.net.getsockopt(socket.fd, host.net.IPPROTO_IP, option);
  }

  it("are a time to live of 64 and no type of service to begin with", () => {
    expect([get(host.net.IP_TTL), get(host.net.IP_TOS)]).toEqual([64, 0]);
  });

  it("stand in the packets of the socket", () => {
    expect([set(host.net.IP_TTL, 3), set(host.net.IP_TOS, 0x10)]).toEqual([0, 0]);
    expect([get(host.net.IP_TTL), get(host.net.IP_TOS)]).toEqual([3, 0x10]);
    socket.sendTo(NEIGHBOUR.ip, 9, "x");
    const { ip } = host.saidOnce();
    expect([ip!.ttl, ip!.tos]).toEqual([3, 0x10]);
  });

  it("fit a byte, and a packet lives at least once: EINVAL", () => {
    const { EINVAL, IP_TTL, IP_TOS } = host.net;
    expect([set(IP_TTL, 0), set(IP_TTL, 256), set(IP_TTL, Number.NaN)]).toEqual([-EINVAL, -EINVAL, -EINVAL]);
    expect([set(IP_TOS, -1), set(IP_TOS, 256)]).toEqual([-EINVAL, -EINVAL]);
  });

  it("may be options of the header, a source route among them: to the first hop, the destination in the option", () => {
    const { net } = host.net;
    const route = "\x83\x0b\x04\xc0\0\x02\x02\xcb\0\x71\x09"; // by 192.0.2.2 to 203.0.113.9
    const set = (value: string) => net.setsockopt(socket.fd, host.net.IPPROTO_IP, host.net.IP_OPTIONS, value as never);
    expect([set(route), get(host.net.IP_OPTIONS) as unknown]).toEqual([0, `${route}\0`]);
    expect(socket.sendTo("203.0.113.9", 9, "x".repeat(100))).toBe(100);
    const { ip, udp } = host.saidOnce();
    expect([ip!.to, ip!.options.length, udp!.payload.length]).toEqual([NEIGHBOUR.ip, 8, 100]);
    expect([...ip!.options]).toEqual([0x83, 7, 4, 203, 0, 113, 9, 0]);
    expect(set("")).toBe(0);
    socket.sendTo(NEIGHBOUR.ip, 9, "x");
    expect(host.saidOnce().ip!.options.length).toBe(0);
  });

  it("are no others: ENOPROTOOPT", () => {
    expect([set(99, 1), get(99)]).toEqual([-host.net.ENOPROTOOPT, -host.net.ENOPROTOOPT]);
    expect(host.net.net.setsockopt(socket.fd, 17, host.net.IP_TTL, 1)).toBe(-host.net.ENOPROTOOPT);
  });
});
