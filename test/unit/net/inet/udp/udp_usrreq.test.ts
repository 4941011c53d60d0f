import { BROADCAST, GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import { javascriptOnly } from "../../../../lib/javascript_only";
import { chars, ipNumber, pattern, udp, wordAt } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

const GROUP = "224.0.0.251";

describe("UDP output", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    for (const station of [NEIGHBOUR, OTHER_NEIGHBOUR, GATEWAY]) host.knows(station);
    socket = new UdpSocket(host);
  });
  afterEach(() => host.expectPoolsRestored());

  it("sends data with both ports, and counts", () => {
    socket.bind(700);
    const counts = host.counted(() => expect(socket.sendTo(NEIGHBOUR.ip, 9, "hello")).toBe(5));
    expect(counts).toEqual({ UDPS_OPACKETS: 1, IPS_LOCALOUT: 1 });
    const { ip, udp: datagram } = host.saidOnce();
    expect([ip!.from, ip!.to, datagram!.fromPort, datagram!.toPort]).toEqual([US.ip, NEIGHBOUR.ip, 700, 9]);
    expect([...datagram!.payload]).toEqual(chars("hello"));
  });

  it("sends any length, as a string or as an array, with a checksum that is right", () => {
    for (const length of [0, 1, 2, 71, 72, 73, 74, 127, 128, 129, 500, 1471, 1472])
      for (const data of [pattern(length), String.fromCharCode(...pattern(length))]) {
        expect(socket.sendTo(NEIGHBOUR.ip, 9, data)).toBe(length);
        const { udp: datagram } = host.saidOnce();
        expect([...datagram!.payload]).toEqual(pattern(length));
        expect(datagram!.checksum).not.toBe(0);
      }
  });

  it("sends 0xffff for a checksum that comes out as zero, which would mean none", () => {
    socket.bind(700);
    const fields = { from: US.ip, to: NEIGHBOUR.ip, fromPort: 700, toPort: 9 };
    const sum = wordAt(udp({ ...fields, payload: [0, 0] }), 6);
    socket.sendTo(NEIGHBOUR.ip, 9, [sum >> 8, sum & 255]);
    expect(host.saidOnce().udp!.checksum).toBe(0xffff);
  });

  it("gives a socket without a port one of the dynamic range, once", () => {
    socket.sendTo(NEIGHBOUR.ip, 9, "x");
    const { port } = socket.localName();
    expect(port).toBeGreaterThanOrEqual(host.net.IPPORT_HIFIRST);
    socket.sendTo(OTHER_NEIGHBOUR.ip, 9, "x");
    expect(host.said().map((packet) => packet.udp!.fromPort)).toEqual([port, port]);
  });

  it("does not keep the address that it sent from", () => {
    socket.sendTo(NEIGHBOUR.ip, 9, "x");
    expect(socket.localName().ip).toBe("0.0.0.0");
    host.said();
  });

  it("sends from the address that the socket is bound to", () => {
    socket.bind(700, US.ip);
    socket.sendTo(NEIGHBOUR.ip, 9, "x");
    expect(host.saidOnce().ip!.from).toBe(US.ip);
  });

  for (const ip of [GROUP, BROADCAST, SUBNET_BROADCAST])
    it(`never sends from ${ip}, though a socket may listen there (RFC 1122 3.2.1.3)`, () => {
      expect(socket.bind(700, ip)).toBe(0);
      socket.sendTo(NEIGHBOUR.ip, 9, "x");
      expect(host.saidOnce().ip!.from).toBe(US.ip);
    });

  it("sends where the socket is connected to", () => {
    socket.connect(NEIGHBOUR.ip, 9);
    expect(socket.send("x")).toBe(1);
    const { ip, udp: datagram } = host.saidOnce();
    expect([ip!.to, datagram!.toPort, datagram!.fromPort]).toEqual([NEIGHBOUR.ip, 9, socket.localName().port]);
  });

  it("fails when it is told where to although the socket is connected: EISCONN", () => {
    socket.connect(NEIGHBOUR.ip, 9);
    expect(socket.sendTo(OTHER_NEIGHBOUR.ip, 9, "x")).toBe(-host.net.EISCONN);
    expect(host.said()).toEqual([]);
  });

  it("fails when it is not told where to: EDESTADDRREQ", () => {
    expect(socket.send("x")).toBe(-host.net.EDESTADDRREQ);
  });

  it("has no peer to name: ENOTCONN", () => {
    expect(host.net.net.getpeername(socket.fd, {})).toBe(-host.net.ENOTCONN);
  });

  it("fails for another family", () => {
    const { net, EAFNOSUPPORT } = host.net;
    expect(net.sendto(socket.fd, "x", 0, { sin_family: 1, sin_addr: 1, sin_port: 9 })).toBe(-EAFNOSUPPORT);
  });

  it("fails for what is no address", () => {
    javascriptOnly("the gate looks at what a program gives: test/native/shell.test.ts");
    const { net, EINVAL } = host.net;
    expect(net.sendto(socket.fd, "x", 0, { sin_family: 2, sin_addr: 1, sin_port: 65536 })).toBe(-EINVAL);
    expect(net.sendto(socket.fd, "x", 0, { sin_family: 2, sin_addr: "x", sin_port: 9 })).toBe(-EINVAL);
  });

  it("fails for port 0, which nobody has: EADDRNOTAVAIL", () => {
    expect(socket.sendTo(NEIGHBOUR.ip, 0, "x")).toBe(-host.net.EADDRNOTAVAIL);
    expect(host.said()).toEqual([]);
  });

  it("takes 0.0.0.0 for the loopback address, as connect does", () => {
    const server = new UdpSocket(host);
    server.bind(7);
    expect(socket.sendTo("0.0.0.0", 7, "x")).toBe(1);
    host.wait(0);
    expect(server.receiveData()).toEqual(chars("x"));
    expect(host.said()).toEqual([]);
  });

  it("fails for a datagram longer than the send buffer: EMSGSIZE", () => {
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(host.net.UDP_SENDSPACE + 1))).toBe(-host.net.EMSGSIZE);
    socket.set(host.net.SO_SNDBUF, 100);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(101))).toBe(-host.net.EMSGSIZE);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(100))).toBe(100);
    host.said();
  });

  it("fails when there is no memory, and leaves the reserve to others: ENOBUFS", () => {
    host.withMbufsLeft(host.net.MRESERVE, () => {
      expect(socket.sendTo(NEIGHBOUR.ip, 9, "x")).toBe(-host.net.ENOBUFS);
      expect(socket.sendTo(NEIGHBOUR.ip, 9, pattern(1000))).toBe(-host.net.ENOBUFS);
    });
    expect(socket.sendTo(NEIGHBOUR.ip, 9, "x")).toBe(1);
    host.said();
  });

  it("fails when the interface's queue is full: ENOBUFS", () => {
    host.en0.hold();
    for (let i = 0; i < host.net.IFQ_SNDMAX; i++) expect(socket.sendTo(NEIGHBOUR.ip, 9, "x")).toBe(1);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, "x")).toBe(-host.net.ENOBUFS);
    host.en0.release();
    expect(host.said().length).toBe(host.net.IFQ_SNDMAX);
  });

  it("fails while the interface is down: ENETDOWN", () => {
    host.net.if_setflags(host.en0.ac, 0, host.net.IFF_UP);
    expect(socket.sendTo(NEIGHBOUR.ip, 9, "x")).toBe(-host.net.ENETDOWN);
  });

  it("does not send after a shutdown: EPIPE", () => {
    socket.connect(NEIGHBOUR.ip, 9);
    expect(host.net.net.shutdown(socket.fd, host.net.SHUT_WR)).toBe(0);
    expect(socket.send("x")).toBe(-host.net.EPIPE);
  });

  it("keeps its own copy of an array, which the program may change at once", () => {
    host.net.arp_delete(ipNumber(NEIGHBOUR.ip));
    for (const length of [10, 1000]) {
      const data = Uint8Array.from(pattern(length));
      host.net.net.sendto(socket.fd, data, 0, { sin_family: 2, sin_addr: ipNumber(NEIGHBOUR.ip), sin_port: 9 });
      data.fill(0xee);
      host.said();
      host.hearsArpReply(NEIGHBOUR);
      expect([...host.saidOnce().udp!.payload]).toEqual(pattern(length));
      host.net.arp_delete(ipNumber(NEIGHBOUR.ip));
    }
  });

  describe("of a socket that was connected", () => {
    it("is addressed anew when it is connected to another", () => {
      socket.connect(NEIGHBOUR.ip, 9);
      socket.connect(OTHER_NEIGHBOUR.ip, 10);
      socket.send("x");
      const { ip, udp: datagram } = host.saidOnce();
      expect([ip!.to, datagram!.toPort]).toEqual([OTHER_NEIGHBOUR.ip, 10]);
    });

    it("keeps its port, but not the address that it was bound to: as in BSD, it chooses anew", () => {
      socket.bind(700, US.ip);
      socket.connect(NEIGHBOUR.ip, 9);
      expect(socket.connect("127.0.0.1", 9)).toBe(0);
      expect(socket.localName()).toEqual({ ip: "127.0.0.1", port: 700 });
    });
  });
});
