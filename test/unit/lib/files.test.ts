/**
 * Descriptors of all kinds side by side: what a program makes readable (net.vnode), messages with control, many waited for at once.
 */
import type { FilesApi, Message, Pollfd } from "../../../firmware/lib/files";
import type { SocketsApi } from "../../../firmware/lib/sockets";
import type { Vnodeops } from "../../../firmware/lib/vnode";
import { Host, NEIGHBOUR, SUBNET_BROADCAST, US } from "../../lib/host";
import { chars, ipNumber } from "../../lib/packets";
import { bootSockets } from "../../lib/pools";

const [EBADF, EAGAIN, EINVAL, ENFILE, EOPNOTSUPP] = [-9, -11, -22, -23, -95];

describe("Descriptors", () => {
  let host: Host;
  let net: SocketsApi & FilesApi;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
    net = host.net.net as SocketsApi & FilesApi;
  });
  afterEach(() => host.expectPoolsRestored());

  /** A file of a text; `log` tells what was done with it. */
  function textFile(text: string, log: string[]): Vnodeops {
    return {
      read: (len) => {
        const data = text.slice(0, len);
        text = text.slice(len);
        return data;
      },
      write: (data) => {
        log.push(data);
        return data.length;
      },
      close: () => log.push("closed"),
    };
  }

  it("of what a program has made are read, written, doubled and closed like others", () => {
    const log: string[] = [];
    const fd = net.vnode(textFile("hello, world", log));
    expect(net.readstring(fd, 5)).toBe("hello");
    expect(Buffer.from(net.read(fd, 2) as Uint8Array).toString()).toBe(", ");
    expect(net.readv(fd, [3, 9])).toEqual(["wor", "ld"]);
    expect(net.readstring(fd, 9)).toBe("");
    expect([net.write(fd, "abc"), net.writev(fd, ["d", Uint8Array.from([101])])]).toEqual([3, 2]);
    expect([net.send(fd, "x", 0), net.ioctl(fd, net.FIONREAD), net.readstring(fd, -1)]).toEqual([-88, EINVAL, EINVAL]);
    const second = net.dup(fd);
    net.close(fd);
    expect([net.write(second, "f"), net.write(fd, "g")]).toEqual([1, EBADF]);
    expect(log).toEqual(["abc", "de", "f"]);
    const udp = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    expect(net.dup2(udp, second)).toBe(second);
    expect(log.at(-1)).toBe("closed");
    for (const each of [udp, second]) net.close(each);
    expect(log.filter((line) => line === "closed").length).toBe(1);
  });

  it("of them there are NVNODE; what they do not do is refused", () => {
    const fds = Array.from({ length: host.net.NVNODE }, () => net.vnode({}));
    expect(net.vnode({})).toBe(ENFILE);
    expect([net.readstring(fds[0], 1), net.write(fds[0], "x")]).toEqual([EBADF, EBADF]);
    for (const fd of fds) net.close(fd);
    expect(net.vnode(null as never)).toBe(EINVAL);
    const odd = net.vnode({ read: () => 7, write: () => EAGAIN });
    expect([net.readstring(odd, 1), net.write(odd, "x")]).toEqual([EAGAIN, EAGAIN]);
    net.close(odd);
  });

  it("are waited for together, whatever they are, by one upcall", () => {
    const pipe: number[] = [];
    net.pipe(pipe);
    const udp = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    net.bind(udp, { sin_family: 2, sin_addr: 0, sin_port: 7 } as never);
    const ops: Vnodeops = {};
    const file = net.vnode(ops);
    ops.ready!(0);
    const bpf = net.open("/dev/bpf");
    net.ioctl(bpf, net.BIOCSETIF, "en0");
    const all = [pipe[0], udp, file, bpf];
    const told: number[][][] = [];
    expect(net.select(all, (ready, writable) => told.push([[...ready], [...writable]]), [pipe[1]])).toBe(0);
    for (let i = 0; i < 3; i++) host.wait(0);
    told.length = 0;
    net.write(pipe[1], "x");
    ops.ready!(1);
    host.hearsUdp({ payload: chars("hello") });
    for (let i = 0; i < 3; i++) host.wait(0);
    expect(told).toEqual([[all, [pipe[1]]]]);
    const polled: Pollfd[] = [...all, pipe[1], 99].map((fd) => ({ fd, events: net.POLLIN | net.POLLOUT }));
    expect(net.poll(polled, 0)).toBe(6);
    expect(polled.map(({ revents }) => revents)).toEqual([1, 5, 1, 5, 4, 32]);
    expect(net.poll(null as never, 0)).toBe(EINVAL);
    for (const fd of [...all, pipe[1]]) net.close(fd);
  });

  it("of datagrams tell where those went to, for who wants to know", () => {
    const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 7 } as never);
    const heard = () => {
      const from = { sin_family: 0, sin_addr: 0, sin_port: 0 };
      const msg: Message = { msg_name: from as never };
      const n = net.recvmsg(fd, msg, 4, 0);
      return [n, String.fromCharCode(...(msg.msg_data as Uint8Array)), msg.msg_flags, msg.msg_control, from.sin_addr];
    };
    host.hearsUdp({ payload: chars("one") });
    expect(heard()).toEqual([3, "one", 0, [], ipNumber(NEIGHBOUR.ip)]);
    expect(net.setsockopt(fd, net.IPPROTO_IP, net.IP_RECVDSTADDR, 1)).toBe(0);
    expect(net.getsockopt(fd, net.IPPROTO_IP, net.IP_RECVDSTADDR)).toBe(1);
    for (const [text, to] of [
      ["two", US.ip],
      ["three", SUBNET_BROADCAST],
    ]) {
      host.hearsUdp({ payload: chars(text), to });
      const control = [{ cmsg_level: net.IPPROTO_IP, cmsg_type: net.IP_RECVDSTADDR, cmsg_data: ipNumber(to) }];
      expect(heard()).toEqual([
        Math.min(text.length, 4),
        text.slice(0, 4),
        text.length > 4 ? 16 : 0,
        control,
        ipNumber(NEIGHBOUR.ip),
      ]);
    }
    host.hearsUdp({ payload: chars("read as a file") });
    expect(net.readstring(fd, 100)).toBe("read as a file");
    host.hearsUdp({ payload: chars("taken without") });
    expect(net.recvstring(fd, 100, 0, null)).toBe("taken without");
    host.hearsUdp({ payload: chars("left behind") });
    expect([net.recvmsg(fd, null as never, 1, 0), net.recvmsg(99, {}, 1, 0)]).toEqual([EINVAL, EBADF]);
    net.close(fd);
  });

  it("send messages with an address, and no descriptors by the Internet", () => {
    const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    const to = { sin_family: 2, sin_addr: ipNumber(NEIGHBOUR.ip), sin_port: 9 } as never;
    expect(net.sendmsg(fd, { msg_name: to, msg_data: "hello" }, 0)).toBe(5);
    expect(net.sendmsg(fd, { msg_name: to }, 0)).toBe(0);
    host.wait(1);
    expect(host.said().map(({ udp }) => String.fromCharCode(...udp!.payload))).toEqual(["hello", ""]);
    expect(net.sendmsg(fd, { msg_name: to, msg_data: "x", msg_rights: [fd] }, 0)).toBe(EOPNOTSUPP);
    expect([net.sendmsg(fd, null as never, 0), net.sendmsg(99, {}, 0)]).toEqual([EINVAL, EBADF]);
    net.close(fd);
  });
});

describe("A read of a stream's bytes", () => {
  it("lets go of descriptors that came with them", () => {
    const kernel = bootSockets();
    const net = kernel.sys as SocketsApi & FilesApi;
    const sv: number[] = [];
    expect(kernel.net.socketpair(kernel.net.AF_UNIX, kernel.net.SOCK_STREAM, 0, sv)).toBe(0);
    const udp = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
    expect(net.sendmsg(sv[0], { msg_data: "x", msg_rights: [udp] }, 0)).toBe(1);
    net.close(udp);
    expect(net.readstring(sv[1], 9)).toBe("x");
    for (const fd of sv) net.close(fd);
    kernel.expectPoolsRestored();
  });
});
