/**
 * What runs on the host that is fuzzed: an echo, a socket that is seldom read, one that is connected, and, where the
 * build has TCP, an echo for connections.
 */
import type { Host } from "../lib/host";
import { NEIGHBOUR } from "../lib/host";
import { ipNumber } from "../lib/packets";
import { CONNECTED_PORT, ECHO_PORT, PEER_PORT, SELDOM_READ_PORT, TCP_PORT } from "./seeds";

export class Services {
  private readonly open = new Set<number>();

  private readonly seldomRead: number[];

  constructor(private readonly host: Host) {
    this.datagramSocket(ECHO_PORT, (fd) => this.echoDatagrams(fd));
    this.seldomRead = [this.datagramSocket(SELDOM_READ_PORT), this.datagramSocket(CONNECTED_PORT)];
    this.sys.connect(this.seldomRead[1], this.name(NEIGHBOUR.ip, PEER_PORT));
    this.listen();
  }

  /** Reads what has come to the sockets that have no upcall, errors included. */
  readAll(): void {
    for (const fd of this.seldomRead)
      for (let data: unknown; data !== -this.host.net.EAGAIN; data = this.sys.recv(fd, 100, 0));
  }

  /** Closes all sockets, whatever their state. */
  close(): void {
    for (const fd of this.open) this.sys.close(fd);
    this.open.clear();
  }

  private get sys() {
    return this.host.net.net;
  }

  private name(ip: string, port: number) {
    return { sin_family: this.sys.AF_INET, sin_addr: ipNumber(ip), sin_port: port };
  }

  private datagramSocket(port: number, upcall?: (fd: number) => void): number {
    const fd = this.sys.socket(this.sys.AF_INET, this.sys.SOCK_DGRAM, 0);
    this.open.add(fd);
    this.sys.bind(fd, this.name("0.0.0.0", port));
    if (upcall) this.sys.setupcall(fd, upcall);
    return fd;
  }

  private echoDatagrams(fd: number): void {
    for (;;) {
      const from = this.name("0.0.0.0", 0);
      const data = this.sys.recvfrom(fd, 1500, 0, from);
      if (typeof data === "number") return;
      this.sys.sendto(fd, data, 0, from);
    }
  }

  private listen(): void {
    const fd = this.sys.socket(this.sys.AF_INET, this.sys.SOCK_STREAM, 0);
    if (fd < 0) return; // a build without TCP
    this.open.add(fd);
    this.sys.bind(fd, this.name("0.0.0.0", TCP_PORT));
    this.sys.listen(fd, 4);
    this.sys.setupcall(fd, () => this.accept(fd));
  }

  private accept(listener: number): void {
    for (let fd = this.sys.accept(listener, null); fd >= 0; fd = this.sys.accept(listener, null)) {
      const connection = fd;
      this.open.add(connection);
      this.sys.setupcall(connection, () => this.echoStream(connection));
    }
  }

  /** Sends back what comes, and closes when nothing more does. */
  private echoStream(fd: number): void {
    for (;;) {
      const data = this.sys.recv(fd, 1500, 0);
      if (typeof data === "number" && data === -this.host.net.EAGAIN) return;
      if (typeof data === "number" || data.length === 0) {
        this.sys.close(fd);
        this.open.delete(fd);
        return;
      }
      this.sys.send(fd, data, 0);
    }
  }
}
