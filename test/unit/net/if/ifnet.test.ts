import { arpcom } from "../../../lib/arpcom";
import { Host } from "../../../lib/host";

describe("The list of interfaces", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  it("finds an interface by its name", () => {
    expect(host.net.ifunit("en0")).toBe(host.en0.ac);
    expect(host.net.ifunit("lo0")).toBe(host.net.loif);
    expect(host.net.ifunit("en1")).toBeNull();
  });

  it("lets interfaces come and go in any order", () => {
    const { net } = host;
    const [en1, en2] = ["en1", "en2"].map((name) => arpcom(net, name, Uint8Array.of(2, 0, 0, 0, 0, 9)));
    net.ether_ifattach(en1);
    net.ether_ifattach(en2);
    net.if_detach(en1);
    expect(net.ifunit("en1")).toBeNull();
    expect(net.ifunit("en2")).toBe(en2);
    net.if_detach(en2);
    expect(net.ifunit("en2")).toBeNull();
    expect(net.ifunit("en0")).toBe(host.en0.ac);
  });

  it("drops what an interface has to send when it goes", () => {
    const { net } = host;
    const en1 = arpcom(net, "en1", Uint8Array.of(2, 0, 0, 0, 0, 9));
    net.ether_ifattach(en1);
    net.IF_ENQUEUE(en1.if_snd, net.m_gethdr(net.M_DONTWAIT, net.MT_DATA)!);
    net.if_detach(en1);
    expect(net.mbstat().m_mfree).toBe(net.NMBUFS);
  });
});

describe("Flags of an interface", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  it("are set and cleared, and the driver is told", () => {
    const { net, en0 } = host;
    en0.ioctls.length = 0;
    expect(net.if_setflags(en0.ac, net.IFF_PROMISC, 0)).toBe(0);
    expect(en0.ac.if_flags & net.IFF_PROMISC).toBe(net.IFF_PROMISC);
    expect(net.if_setflags(en0.ac, 0, net.IFF_PROMISC)).toBe(0);
    expect(en0.ac.if_flags & net.IFF_PROMISC).toBe(0);
    expect(en0.ioctls).toEqual([net.SIOCSIFFLAGS, net.SIOCSIFFLAGS]);
  });

  it("answer what the driver answers", () => {
    host.en0.ioctlError = host.net.EIO;
    expect(host.net.if_setflags(host.en0.ac, host.net.IFF_PROMISC, 0)).toBe(host.net.EIO);
  });

  it("tell a listener of the cable, once a change", () => {
    const { net, en0 } = host;
    const heard: number[] = [];
    en0.ac.if_linkstate = (ifp) => heard.push(ifp.if_flags & net.IFF_LINK);
    for (const up of [true, false, false, true, true]) net.if_link(en0.ac, up);
    expect(heard).toEqual([0, net.IFF_LINK]);
  });

  it("change with the cable when nobody listens", () => {
    host.net.if_link(host.en0.ac, false);
    expect(host.en0.ac.if_flags & host.net.IFF_LINK).toBe(0);
  });
});

describe("A queue of packets", () => {
  let host: Host;

  beforeEach(() => {
    host = new Host();
  });
  afterEach(() => host.expectPoolsRestored());

  function packet() {
    return host.net.m_gethdr(host.net.M_DONTWAIT, host.net.MT_DATA)!;
  }

  it("is first in, first out", () => {
    const { net } = host;
    const queue = net.ifqueue_new(3);
    const packets = [packet(), packet(), packet()];
    for (const m of packets) expect(net.IF_ENQUEUE(queue, m)).toBe(true);
    for (const m of packets) {
      expect(net.IF_DEQUEUE(queue)).toBe(m);
      net.m_freem(m);
    }
    expect(net.IF_DEQUEUE(queue)).toBeNull();
    expect(queue.ifq_len).toBe(0);
  });

  it("works again after it was empty", () => {
    const { net } = host;
    const queue = net.ifqueue_new(1);
    for (let round = 0; round < 3; round++) {
      expect(net.IF_ENQUEUE(queue, packet())).toBe(true);
      net.m_freem(net.IF_DEQUEUE(queue));
    }
    expect(queue.ifq_tail).toBeNull();
  });

  it("counts and frees what it has no room for", () => {
    const { net } = host;
    const queue = net.ifqueue_new(1);
    net.IF_ENQUEUE(queue, packet());
    expect(net.IF_ENQUEUE(queue, packet())).toBe(false);
    expect(queue.ifq_drops).toBe(1);
    net.if_qflush(queue);
    expect(queue.ifq_len).toBe(0);
  });
});
