import { BROADCAST, FAR_AWAY, GATEWAY, Host, NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import { chars, EVERYBODY, ipNumber, pattern } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

const GROUP = "224.0.0.251";

describe("IP output", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  it("writes a header without options or fragments, with our address, TTL 64 and counts", () => {
    const counts = host.counted(() => socket.sendTo(NEIGHBOUR.ip, 9, "abc"));
    expect(counts["IPS_LOCALOUT"]).toBe(1);
    const { ip } = host.saidOnce();
    expect(ip).toEqual(
      jasmine.objectContaining({ from: US.ip, to: NEIGHBOUR.ip, ttl: 64, tos: 0, offset: 0, moreFragments: false }),
    );
    expect([ip!.dontFragment, ip!.options.length]).toEqual([false, 0]);
  });

  it("numbers packets so that nobody can count them", () => {
    const ids = new Set<number>();
    for (let i = 0; i < 200; i++) {
      socket.sendTo(NEIGHBOUR.ip, 9, "x");
      ids.add(host.saidOnce().ip!.id);
    }
    expect(ids.size).toBeGreaterThan(195);
    const steps = new Set([...ids].slice(1).map((id, i) => (id - [...ids][i]) & 65535));
    expect(steps.size).toBeGreaterThan(150);
  });

  it("sends to a neighbour itself, and to others by the gateway", () => {
    socket.sendTo(NEIGHBOUR.ip, 9, "x");
    expect(host.saidOnce().ethernet.to).toBe(NEIGHBOUR.mac);
    socket.sendTo(FAR_AWAY.ip, 9, "x");
    expect(host.saidOnce().ethernet.to).toBe(GATEWAY.mac);
  });

  it("fails with ENETUNREACH when there is no way", () => {
    host.net.in_setgateway(0);
    const counts = host.counted(() => expect(socket.sendTo(FAR_AWAY.ip, 9, "x")).toBe(-host.net.ENETUNREACH));
    expect(counts["IPS_NOROUTE"]).toBe(1);
    expect(host.said()).toEqual([]);
  });

  it("fails with ENETUNREACH over a route that rejects", () => {
    const { net } = host;
    const ia = net.in_ifaddr_of(host.en0.ac)!;
    net.rtadd(ipNumber(FAR_AWAY.ip), -1, 0, net.RTF_REJECT, ia, host.en0.ac);
    expect(socket.sendTo(FAR_AWAY.ip, 9, "x")).toBe(-net.ENETUNREACH);
  });

  it("sends to neighbours only, past the routes, where that is asked for", () => {
    const { net } = host;
    expect(socket.sendTo(FAR_AWAY.ip, 9, "x", net.MSG_DONTROUTE)).toBe(-net.ENETUNREACH);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, "x", net.MSG_DONTROUTE)).toBe(1);
    expect(host.said().length).toBe(1);
    socket.set(net.SO_DONTROUTE);
    expect(socket.sendTo(FAR_AWAY.ip, 9, "x")).toBe(-net.ENETUNREACH);
  });

  it("fails with EMSGSIZE when a packet that may not be cut is longer than the interface takes", () => {
    host.net.net.setsockopt(socket.fd, 0, host.net.IP_MTU_DISCOVER, host.net.IP_PMTUDISC_DO);
    const counts = host.counted(() => expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(1473))).toBe(-host.net.EMSGSIZE));
    expect(counts["IPS_CANTFRAG"]).toBe(1);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(1472))).toBe(1472);
    expect([...host.saidOnce().udp!.payload]).toEqual(pattern(1472));
  });

  describe("to a broadcast address", () => {
    it("needs permission: EACCES", () => {
      for (const ip of [SUBNET_BROADCAST, BROADCAST]) {
        const counts = host.counted(() => expect(socket.sendTo(ip, 9, "x")).toBe(-host.net.EACCES));
        expect(counts["IPS_ODROPPED"]).toBe(1);
      }
      expect(host.said()).toEqual([]);
    });

    for (const ip of [SUBNET_BROADCAST, BROADCAST])
      it(`goes to everybody's hardware: ${ip}`, () => {
        socket.set(host.net.SO_BROADCAST);
        expect(socket.sendTo(ip, 9, "x")).toBe(1);
        const packet = host.saidOnce();
        expect([packet.ethernet.to, packet.ip!.from, packet.ip!.to]).toEqual([EVERYBODY, US.ip, ip]);
        host.wait(0);
      });

    it("is heard by ourselves, as it would be on the wire", () => {
      const listener = new UdpSocket(host);
      listener.bind(9);
      socket.set(host.net.SO_BROADCAST);
      socket.sendTo(BROADCAST, 9, "hello");
      host.said();
      expect(listener.receive()).toBe(-host.net.EAGAIN);
      host.wait(0);
      expect(listener.receive()).toEqual({ from: US.ip, port: socket.localName().port, data: chars("hello") });
    });

    it("goes out without an address of our own, from 0.0.0.0 (RFC 2131 4.1)", () => {
      host.net.in_ifscrub(host.en0.ac);
      socket.set(host.net.SO_BROADCAST);
      expect(socket.sendTo(BROADCAST, 67, "discover")).toBe(8);
      expect(host.saidOnce().ip!.from).toBe("0.0.0.0");
      host.wait(0);
    });

    it("fails with ENETUNREACH when no interface is up", () => {
      host.net.in_ifscrub(host.en0.ac);
      host.net.if_setflags(host.en0.ac, 0, host.net.IFF_UP);
      socket.set(host.net.SO_BROADCAST);
      expect(socket.sendTo(BROADCAST, 67, "x")).toBe(-host.net.ENETUNREACH);
    });

    it("is sent even when no mbuf is left for our own copy", () => {
      socket.set(host.net.SO_BROADCAST);
      socket.bind(9);
      host.withMbufsLeft(host.net.MRESERVE + 1, () => {
        for (let i = 0; i < 8; i++) socket.sendTo(BROADCAST, 9, "x");
      });
      expect(host.said().length).toBeGreaterThan(0);
      host.wait(0);
    });
  });

  describe("to a group", () => {
    it("goes to the group's hardware address, and needs no permission", () => {
      expect(socket.sendTo(GROUP, 5353, "x")).toBe(1);
      const packet = host.saidOnce();
      expect([packet.ethernet.to, packet.ip!.from, packet.ip!.to]).toEqual(["01:00:5e:00:00:fb", US.ip, GROUP]);
    });

    it("leaves out the bits of the group for which the hardware address has no place (RFC 1112 6.4)", () => {
      socket.sendTo("239.255.1.2", 5353, "x");
      expect(host.saidOnce().ethernet.to).toBe("01:00:5e:7f:01:02");
    });

    it("is heard by ourselves if we have joined it, and not otherwise", () => {
      socket.bind(5353);
      socket.sendTo(GROUP, 5353, "not yet");
      host.wait(0);
      expect(socket.receive()).toBe(-host.net.EAGAIN);
      host.net.in_addmulti(host.en0.ac, ipNumber(GROUP));
      socket.sendTo(GROUP, 5353, "now");
      host.wait(0);
      expect(socket.receiveData()).toEqual(chars("now"));
      host.said();
      host.net.in_delmulti(host.en0.ac, ipNumber(GROUP));
    });

    it("fails with EADDRNOTAVAIL on an interface that knows no groups", () => {
      host.en0.ac.if_flags &= ~host.net.IFF_MULTICAST;
      expect(socket.sendTo(GROUP, 5353, "x")).toBe(-host.net.EADDRNOTAVAIL);
    });
  });
});
