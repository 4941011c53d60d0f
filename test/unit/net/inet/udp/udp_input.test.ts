import { FAR_AWAY, GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, SUBNET_BROADCAST, US } from "../../../../lib/host";
import { PORT_UNREACHABLE, pattern, UDP, UNREACHABLE, udp } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

describe("UDP input", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host({ gateway: true });
    host.knows(NEIGHBOUR);
    host.knows(GATEWAY);
    socket = new UdpSocket(host);
    socket.bind(7);
  });
  afterEach(() => host.expectPoolsRestored());

  /** Which of UDP's counters move when a datagram like this comes. */
  function counted(fields: Parameters<Host["hearsUdp"]>[0]): string {
    const counts = host.counted(() => host.hearsUdp(fields));
    return Object.keys(counts)
      .filter((name) => /^UDPS_(?!IPACKETS|CACHEMISS)/.test(name))
      .join();
  }

  it("delivers data, with the sender's address and port", () => {
    host.hearsUdp({ fromPort: 12345, payload: [1, 2, 3] });
    expect(socket.receive()).toEqual({ from: NEIGHBOUR.ip, port: 12345, data: [1, 2, 3] });
    host.hearsUdp({ from: FAR_AWAY, fromPort: 65535, payload: [4] });
    expect(socket.receive()).toEqual({ from: FAR_AWAY.ip, port: 65535, data: [4] });
    expect(socket.receive()).toBe(-host.net.EAGAIN);
  });

  it("delivers any length whole, the empty one included", () => {
    for (const length of [0, 1, 2, 17, 18, 19, 63, 64, 65, 85, 86, 87, 500, 1471, 1472]) {
      host.hearsUdp({ payload: pattern(length) });
      expect(socket.receiveData()).withContext(`${length} bytes`).toEqual(pattern(length));
    }
  });

  it("delivers what comes wherever the driver cuts the frame, odd or even", () => {
    for (let headLength = 60; headLength <= 110; headLength++) {
      host.en0.headLength = headLength;
      for (const options of [[], [1], pattern(40).fill(1)])
        for (const length of [300, 301]) {
          host.hearsUdp({ payload: pattern(length), options });
          expect(socket.receiveData()).toEqual(pattern(length));
        }
    }
  });

  it("delivers datagrams in the order in which they came", () => {
    for (let i = 0; i < 4; i++) host.hearsUdp({ payload: [i] });
    expect([0, 1, 2, 3].map(() => socket.receiveData()[0])).toEqual([0, 1, 2, 3]);
  });

  describe("of the checksum", () => {
    it("takes a datagram that has none (RFC 768)", () => {
      host.hearsUdp({ payload: [9], checksum: 0 });
      expect(socket.receiveData()).toEqual([9]);
    });

    it("takes 0xffff for the sum that comes out as zero", () => {
      const zero = { fromPort: 0, toPort: 7, payload: [0, 0] };
      const rest = udp({ ...zero, from: NEIGHBOUR.ip, to: US.ip });
      const payload = [rest[6], rest[7]]; // makes the sum come out as zero
      const message = udp({ ...zero, from: NEIGHBOUR.ip, to: US.ip, payload });
      expect(message.slice(6, 8)).toEqual([0xff, 0xff]);
      host.hearsUdp({ ...zero, payload });
      expect(socket.receiveData()).toEqual(payload);
    });

    it("drops a datagram with any bit of it, or of what it covers, wrong", () => {
      const right = udp({ from: NEIGHBOUR.ip, to: US.ip, fromPort: 2000, toPort: 7, payload: pattern(31) });
      for (let bit = 0; bit < 8 * right.length; bit++) {
        if (bit >> 3 === 4 || bit >> 3 === 5) continue; // the length says more than the sum
        const payload = [...right];
        payload[bit >> 3] ^= 1 << (bit & 7);
        const counts = host.counted(() => host.hearsIp({ protocol: UDP, payload }));
        expect(counts).toEqual({ IPS_TOTAL: 1, IPS_DELIVERED: 1, UDPS_IPACKETS: 1, UDPS_BADSUM: 1 });
      }
      expect(socket.receive()).toBe(-host.net.EAGAIN);
    });

    it("covers the addresses", () => {
      const payload = udp({ from: OTHER_NEIGHBOUR.ip, to: US.ip, fromPort: 2000, toPort: 7 });
      expect(host.counted(() => host.hearsIp({ protocol: UDP, payload }))["UDPS_BADSUM"]).toBe(1);
    });

    it("is right over long and odd datagrams, and finds a fault in the last byte", () => {
      for (const length of [201, 1471]) {
        const payload = udp({ from: NEIGHBOUR.ip, to: US.ip, fromPort: 1, toPort: 7, payload: pattern(length) });
        payload[payload.length - 1] ^= 1;
        expect(host.counted(() => host.hearsIp({ protocol: UDP, payload }))["UDPS_BADSUM"]).toBe(1);
      }
    });
  });

  describe("of the length", () => {
    it("drops a packet without room for a header", () => {
      for (const length of [0, 1, 7])
        expect(host.counted(() => host.hearsIp({ protocol: UDP, payload: pattern(length) }))["UDPS_HDROPS"]).toBe(1);
    });

    it("drops a length that is less than a header's, or more than came", () => {
      for (const length of [0, 7, 12, 65535]) expect(counted({ payload: [1, 2, 3], length })).toBe("UDPS_BADLEN");
    });

    it("cuts off what IP has carried too much", () => {
      const payload = [...udp({ from: NEIGHBOUR.ip, to: US.ip, fromPort: 1, toPort: 7, payload: [1, 2, 3] }), 4, 5, 6];
      host.hearsIp({ protocol: UDP, payload });
      expect(socket.receiveData()).toEqual([1, 2, 3]);
      host.hearsIp({ protocol: UDP, payload: [...payload, ...pattern(1000)] });
      expect(socket.receiveData()).toEqual([1, 2, 3]);
    });

    it("drops a header that there is no mbuf to pull up", () => {
      const { net } = host;
      const m = net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!;
      const n = net.m_get(net.M_DONTWAIT, net.MT_DATA)!;
      m.m_data += net.MSIZE - 20;
      m.m_len = 20;
      m.m_pktlen = 40;
      m.m_next = n;
      net.m_clget(n, new Uint8Array(20), 20);
      const counts = host.counted(() => host.withMbufsLeft(0, () => net.udp_input(m, 20)));
      expect(counts).toEqual({ UDPS_IPACKETS: 1, UDPS_HDROPS: 1 });
    });
  });

  describe("for a port on which nobody is", () => {
    it("tells the sender (RFC 1122 4.1.3.1)", () => {
      expect(counted({ toPort: 9 })).toBe("UDPS_NOPORT");
      const { icmp, ip } = host.saidOnce();
      expect([ip!.to, icmp!.type, icmp!.code]).toEqual([NEIGHBOUR.ip, UNREACHABLE, PORT_UNREACHABLE]);
    });

    it("tells nobody when it was sent to many", () => {
      expect(counted({ toPort: 9, to: SUBNET_BROADCAST })).toBe("UDPS_NOPORTBCAST");
      expect(host.said()).toEqual([]);
    });
  });

  it("finds the last PCB again without looking, while the same peer talks", () => {
    socket.connect(NEIGHBOUR.ip, 2000);
    const misses = (fromPort: number) =>
      host.counted(() => host.hearsUdp({ fromPort, payload: [1] }))["UDPS_CACHEMISS"] ?? 0;
    expect([misses(2000), misses(2000), misses(2000)]).toEqual([1, 0, 0]);
    expect([misses(2001), misses(2000)]).toEqual([1, 0]); // one that finds nothing makes nothing forgotten
    host.said();
  });

  it("finds another PCB when the last one is closed", () => {
    socket.set(host.net.SO_REUSEPORT);
    const other = new UdpSocket(host);
    socket.connect(NEIGHBOUR.ip, 2000);
    host.hearsUdp({ payload: [1] });
    socket.close();
    other.bind(7);
    host.hearsUdp({ payload: [2] });
    expect(other.receiveData()).toEqual([2]);
  });

  it("gives a connected socket what its peer sends, and nothing else", () => {
    socket.connect(NEIGHBOUR.ip, 2000);
    expect(counted({ from: OTHER_NEIGHBOUR, fromPort: 2000 })).toBe("UDPS_NOPORT");
    expect(counted({ fromPort: 2001 })).toBe("UDPS_NOPORT");
    expect(counted({ fromPort: 2000 })).toBe("UDPS_DELIVERED");
    host.said();
  });

  describe("into a buffer that is full", () => {
    it("drops and counts, by bytes", () => {
      socket.set(host.net.SO_RCVBUF, 3000);
      for (let i = 0; i < 2; i++) expect(counted({ payload: pattern(1000) })).toBe("UDPS_DELIVERED");
      expect(counted({ payload: pattern(1000) })).toBe("UDPS_FULLSOCK");
      socket.receiveData();
      expect(counted({ payload: pattern(1000) })).toBe("UDPS_DELIVERED");
    });

    it("drops and counts, by what it takes of the pool: a program that does not read deafens nobody", () => {
      let delivered = 0;
      for (let i = 0; i < 100; i++) if (counted({ payload: [i] }) === "UDPS_DELIVERED") delivered++;
      expect(delivered).toBeGreaterThan(8);
      expect(host.net.mbstat().m_mfree).toBeGreaterThanOrEqual(host.net.MRESERVE);
      for (let i = 0; i < delivered; i++) expect(socket.receiveData()).toEqual([i]);
    });

    it("leaves clusters to others", () => {
      socket.set(host.net.SO_RCVBUF, 32768);
      for (let i = 0; i < 100; i++) host.hearsUdp({ payload: pattern(1400) });
      expect(host.net.mbstat().m_clfree).toBeGreaterThan(0);
      host.hearsIcmp([8, 0, 0xf7, 0xfd, 0, 1, 0, 1]);
      expect(host.said().length).toBe(1);
    });
  });
});
