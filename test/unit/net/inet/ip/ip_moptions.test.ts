import { FakeEthernet } from "../../../../lib/fake_ethernet";
import { GATEWAY, Host, NEIGHBOUR, SUBNET, US } from "../../../../lib/host";
import { ipNumber, ipText, long, type Packet, pattern, UDP, udp } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

const GROUP = "239.1.2.3";
const GROUP_MAC = "01:00:5e:01:02:03";
const SECOND = { mac: "02:00:00:00:00:99", ip: "198.51.100.1" };

describe("Options of a socket that have to do with groups", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(GATEWAY);
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  function set(option: number, value: number, fd = socket.fd): number {
    return host.net.net.setsockopt(fd, host.net.IPPROTO_IP, option, value);
  }

  function get(option: number): number {
    return host.net.net.getsockopt(socket.fd, host.net.IPPROTO_IP, option);
  }

  function join(group = GROUP, fd = socket.fd): number {
    return set(host.net.IP_ADD_MEMBERSHIP, ipNumber(group), fd);
  }

  function drop(group = GROUP, fd = socket.fd): number {
    return set(host.net.IP_DROP_MEMBERSHIP, ipNumber(group), fd);
  }

  function isMember(group = GROUP): boolean {
    return host.net.in_lookup_multi(host.en0.ac, ipNumber(group) | 0) !== null;
  }

  /** The datagrams among what was sent. */
  function datagrams(said: Packet[] = host.said()): Packet[] {
    return said.filter((packet) => packet.udp);
  }

  function hearsDatagram(payload: number[]): void {
    const datagram = udp({ from: NEIGHBOUR.ip, to: GROUP, fromPort: 2000, toPort: 5000, payload });
    host.hearsIp({ to: GROUP, protocol: UDP, payload: datagram }, NEIGHBOUR, GROUP_MAC);
  }

  it("let it receive what is sent to a group that it joins, until it leaves", () => {
    socket.bind(5000);
    hearsDatagram([1]);
    expect(socket.receive()).toBe(-host.net.EAGAIN);
    expect(join()).toBe(0);
    hearsDatagram([2]);
    expect(socket.receive()).toEqual({ from: NEIGHBOUR.ip, port: 2000, data: [2] });
    expect(drop()).toBe(0);
    hearsDatagram([3]);
    expect(socket.receive()).toBe(-host.net.EAGAIN);
  });

  it("take a group as a signed or an unsigned number", () => {
    expect(set(host.net.IP_ADD_MEMBERSHIP, 0xef010203)).toBe(0);
    expect(set(host.net.IP_DROP_MEMBERSHIP, 0xef010203 | 0)).toBe(0);
  });

  it("are counted: a group is left when the last of its sockets leaves, or is closed", () => {
    const other = new UdpSocket(host);
    join();
    join(GROUP, other.fd);
    drop();
    expect(isMember()).toBe(true);
    other.close();
    expect(isMember()).toBe(false);
    join();
    join("239.1.2.4");
    socket.close();
    expect([isMember(), isMember("239.1.2.4")]).toEqual([false, false]);
    expect(host.en0.ac.ac_multicnt).toBe(1); // all hosts
  });

  it("say what cannot be: no group, twice the same, none that was joined, too many", () => {
    const { EINVAL, EADDRINUSE, EADDRNOTAVAIL, ENOBUFS, IP_MAX_MEMBERSHIPS } = host.net;
    expect([join(NEIGHBOUR.ip), drop(NEIGHBOUR.ip)]).toEqual([-EINVAL, -EINVAL]);
    expect([drop(), join(), join()]).toEqual([-EADDRNOTAVAIL, 0, -EADDRINUSE]);
    for (let i = 1; i < IP_MAX_MEMBERSHIPS; i++) expect(join(`239.9.9.${i}`)).toBe(0);
    expect(join("239.9.9.99")).toBe(-ENOBUFS);
    expect(get(host.net.IP_ADD_MEMBERSHIP)).toBe(-EINVAL);
  });

  it("say when no interface can join (EADDRNOTAVAIL), or its driver cannot (ENOBUFS)", () => {
    host.en0.ioctlError = host.net.EIO;
    expect(join()).toBe(-host.net.ENOBUFS);
    host.en0.ioctlError = 0;
    expect(drop()).toBe(-host.net.EADDRNOTAVAIL);
    host.net.in_ifscrub(host.en0.ac);
    host.net.if_setflags(host.en0.ac, 0, host.net.IFF_UP);
    expect(join()).toBe(-host.net.EADDRNOTAVAIL);
  });

  it("let a socket join on an interface without an address (DHCP)", () => {
    host.net.in_ifscrub(host.en0.ac);
    expect(join()).toBe(0);
    expect(isMember()).toBe(true);
    host.configure(US.ip, SUBNET);
  });

  it("are a time to live of 1 and loopback to begin with", () => {
    const { IP_MULTICAST_TTL, IP_MULTICAST_LOOP, IP_MULTICAST_IF } = host.net;
    expect([get(IP_MULTICAST_TTL), get(IP_MULTICAST_LOOP), get(IP_MULTICAST_IF)]).toEqual([1, 1, 0]);
    socket.sendTo(GROUP, 9, "x");
    expect(datagrams()[0].ip!.ttl).toBe(1);
  });

  it("give a time to live to what is sent to groups, and only to that", () => {
    expect(set(host.net.IP_MULTICAST_TTL, 255)).toBe(0);
    socket.sendTo(GROUP, 9, "x");
    socket.sendTo(NEIGHBOUR.ip, 9, "x");
    host.hearsArpReply(NEIGHBOUR);
    expect(datagrams().map(({ ip }) => [ip!.to, ip!.ttl])).toEqual([
      [GROUP, 255],
      [NEIGHBOUR.ip, 64],
    ]);
    expect([set(host.net.IP_MULTICAST_TTL, 256), set(host.net.IP_MULTICAST_TTL, -1)]).toEqual(
      Array(2).fill(-host.net.EINVAL),
    );
  });

  it("keep what has a time to live of 0 on this host", () => {
    socket.bind(5000);
    join();
    host.said();
    set(host.net.IP_MULTICAST_TTL, 0);
    expect(socket.sendTo(GROUP, 5000, "for us")).toBe(6);
    host.wait(0);
    expect(datagrams()).toEqual([]);
    expect(Buffer.from(socket.receiveData()).toString()).toBe("for us");
  });

  it("say whether we hear ourselves", () => {
    socket.bind(5000);
    join();
    socket.sendTo(GROUP, 5000, [1]);
    host.wait(0);
    expect(socket.receiveData()).toEqual([1]);
    expect(set(host.net.IP_MULTICAST_LOOP, 0)).toBe(0);
    socket.sendTo(GROUP, 5000, [2]);
    host.wait(0);
    expect(socket.receive()).toBe(-host.net.EAGAIN);
    expect(datagrams().length).toBe(2);
  });

  it("choose the interface, by its address, to send out of and to join on", () => {
    const en1 = new FakeEthernet(host.net, "en1", SECOND.mac);
    host.net.in_ifinit(en1.ac, ipNumber(SECOND.ip), ipNumber(SUBNET));
    expect(set(host.net.IP_MULTICAST_IF, ipNumber("198.51.100.2"))).toBe(-host.net.EADDRNOTAVAIL);
    expect(set(host.net.IP_MULTICAST_IF, ipNumber(SECOND.ip))).toBe(0);
    expect(ipText(long(get(host.net.IP_MULTICAST_IF)))).toBe(SECOND.ip);
    expect(join()).toBe(0);
    expect(isMember()).toBe(false);
    expect(host.net.in_lookup_multi(en1.ac, ipNumber(GROUP) | 0)).not.toBeNull();
    socket.sendTo(GROUP, 9, pattern(20));
    expect(datagrams()).toEqual([]);
    const [datagram] = datagrams(en1.said());
    expect([datagram.ip!.from, [...datagram.udp!.payload].join()]).toEqual([SECOND.ip, pattern(20).join()]);
    expect(drop()).toBe(0);
    expect([set(host.net.IP_MULTICAST_IF, 0), join()]).toEqual([0, 0]);
    expect(isMember()).toBe(true);
    host.net.in_ifscrub(en1.ac);
    host.net.if_detach(en1.ac);
  });

  it("work on the loopback interface", () => {
    set(host.net.IP_MULTICAST_IF, ipNumber("127.0.0.1"));
    socket.bind(5000);
    expect(join()).toBe(0);
    socket.sendTo(GROUP, 5000, [7]);
    host.wait(0);
    expect(socket.receive()).toEqual({ from: "127.0.0.1", port: 5000, data: [7] });
    expect(host.said()).toEqual([]);
  });

  it("serve raw sockets as well", () => {
    const { net } = host.net;
    const fd = host.closesAtEnd(net.socket(net.AF_INET, net.SOCK_RAW, 253));
    expect(join(GROUP, fd)).toBe(0);
    host.said();
    expect(set(host.net.IP_MULTICAST_TTL, 9, fd)).toBe(0);
    net.sendto(fd, "x", 0, { sin_family: net.AF_INET, sin_addr: ipNumber(GROUP), sin_port: 0 });
    expect(host.saidOnce().ip!.ttl).toBe(9);
    host.wait(0);
    expect((net.recv(fd, 100, 0) as Uint8Array).length).toBe(21);
  });
});
