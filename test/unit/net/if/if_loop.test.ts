import { Host, NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../lib/host";
import { chars, ECHO_REQUEST, echo, pattern } from "../../../lib/packets";
import { UdpSocket } from "../../../lib/udp_socket";

const LOOPBACK = "127.0.0.1";

describe("The loopback interface", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function serverOn(port: number, ip?: string): UdpSocket {
    const server = new UdpSocket(host);
    expect(server.bind(port, ip)).toBe(0);
    return server;
  }

  it("lets two sockets of 127.0.0.1 talk", () => {
    const server = serverOn(7, LOOPBACK);
    const client = new UdpSocket(host);
    expect(client.connect(LOOPBACK, 7)).toBe(0);
    expect(client.send("there")).toBe(5);
    host.wait(0);
    const there = server.receive();
    const port = client.localName().port;
    expect(there).toEqual({ from: LOOPBACK, port, data: chars("there") });
    expect(server.sendTo(LOOPBACK, port, "and back")).toBe(8);
    host.wait(0);
    expect(client.receive()).toEqual({ from: LOOPBACK, port: 7, data: chars("and back") });
    expect(host.said()).toEqual([]);
  });

  it("does not deliver within the system call", () => {
    const server = serverOn(7);
    new UdpSocket(host).sendTo(LOOPBACK, 7, "later");
    expect(server.receive()).toBe(-host.net.EAGAIN);
    host.wait(0);
    expect(server.receiveData()).toEqual(chars("later"));
  });

  it("carries what we send to our own address, without a word on the wire", () => {
    const server = serverOn(7);
    expect(new UdpSocket(host).sendTo(US.ip, 7, "myself")).toBe(6);
    host.wait(0);
    expect(server.receive()).toEqual(jasmine.objectContaining({ from: US.ip, data: chars("myself") }));
    expect(host.said()).toEqual([]);
  });

  it("carries datagrams as long as Ethernet does", () => {
    const server = serverOn(7);
    expect(new UdpSocket(host).sendTo(LOOPBACK, 7, pattern(1472))).toBe(1472);
    host.wait(0);
    expect(server.receiveData()).toEqual(pattern(1472));
  });

  it("carries every byte of a stream, in segments long and short", () => {
    const { net } = host.net;
    const name = { sin_family: net.AF_INET, sin_addr: net.inet_addr(LOOPBACK), sin_port: 7 };
    const listener = host.closesAtEnd(net.socket(net.AF_INET, net.SOCK_STREAM, 0));
    net.bind(listener, name);
    net.listen(listener, 1);
    const client = host.closesAtEnd(net.socket(net.AF_INET, net.SOCK_STREAM, 0));
    net.connect(client, name);
    host.wait(0);
    const server = host.closesAtEnd(net.accept(listener, null));
    let sent = "";
    let got = "";
    for (const length of [1480, 568, 5, 32, 33, 1448, 1]) {
      const piece = String.fromCharCode(...pattern(length, length));
      expect(net.send(client, piece, 0)).toBe(length);
      sent += piece;
      host.wait(200);
      for (let data = net.recvstring(server, 2000, 0, null); typeof data === "string"; ) {
        got += data;
        data = net.recvstring(server, 2000, 0, null);
      }
    }
    expect(got === sent)
      .withContext(`${got.length} of ${sent.length} bytes`)
      .toBe(true);
    net.close(client);
    net.close(server);
    host.wait(120000);
  });

  it("counts", () => {
    serverOn(7);
    const { loif } = host.net;
    new UdpSocket(host).sendTo(LOOPBACK, 7, "count");
    host.wait(0);
    expect([loif.if_opackets, loif.if_obytes, loif.if_ipackets, loif.if_ibytes]).toEqual([1, 33, 1, 33]);
  });

  it("drops and counts what its queue has no room for", () => {
    serverOn(7);
    const client = new UdpSocket(host);
    for (let i = 0; i < host.net.IFQ_MAXLEN; i++) expect(client.sendTo(LOOPBACK, 7, "x")).toBe(1);
    expect(client.sendTo(LOOPBACK, 7, "x")).toBe(-host.net.ENOBUFS);
    expect(host.net.loif.if_iqdrops).toBe(1);
    host.wait(0);
  });

  it("brings the news that nobody is there back to the sender", () => {
    const client = new UdpSocket(host);
    client.connect(LOOPBACK, 9);
    client.send("anybody?");
    host.wait(0);
    expect(client.receive()).toBe(-host.net.ECONNREFUSED);
  });

  it("is the only way to 127.0.0.1: from the wire it is dropped", () => {
    serverOn(7);
    expect(host.counted(() => host.hearsUdp({ to: LOOPBACK }))).toEqual({ IPS_TOTAL: 1, IPS_CANTFORWARD: 1 });
    expect(host.counted(() => host.hearsUdp({ to: "127.9.9.9" }))).toEqual({ IPS_TOTAL: 1, IPS_CANTFORWARD: 1 });
  });

  it("is the only source of 127.0.0.1: from the wire it is dropped", () => {
    serverOn(7);
    const liar = { ...NEIGHBOUR, ip: LOOPBACK };
    expect(host.counted(() => host.hearsUdp({ from: liar }))).toEqual({ IPS_TOTAL: 1, IPS_BADSRC: 1 });
  });

  it("answers nobody on the wire who asks from 127.0.0.1", () => {
    host.hearsIcmp(echo(ECHO_REQUEST, 1, 1), { from: LOOPBACK });
    expect(host.said()).toEqual([]);
  });

  it("cannot broadcast", () => {
    const client = new UdpSocket(host);
    client.set(host.net.SO_BROADCAST);
    expect(client.sendTo("127.255.255.255", 7, "all")).toBe(3); // a host like any other there, which nobody is
    expect(host.counted(() => host.wait(0))).toEqual({ IPS_TOTAL: 1, IPS_CANTFORWARD: 1 });
  });

  it("does not come between an Ethernet broadcast and ourselves", () => {
    const server = serverOn(7);
    const client = new UdpSocket(host);
    client.set(host.net.SO_BROADCAST);
    expect(client.sendTo(SUBNET_BROADCAST, 7, "all")).toBe(3);
    expect(host.saidOnce().ip!.to).toBe(SUBNET_BROADCAST);
    host.wait(0);
    expect(server.receive()).toEqual(jasmine.objectContaining({ from: US.ip, data: chars("all") }));
  });
});
