/**
 * A UDP socket of a host under test: the system calls with addresses as text. Errors are negative errnos, as they are.
 */
import type { Host } from "./host";
import { type Bytes, ipNumber, ipText, long } from "./packets";

/** Where a datagram came from, and what was in it. */
export interface Received {
  from: string;
  port: number;
  data: number[];
}

interface Name {
  sin_family: number;
  sin_addr: number;
  sin_port: number;
}

export class UdpSocket {
  readonly fd: number;

  constructor(private readonly host: Host) {
    const { net } = host.net;
    this.fd = host.closesAtEnd(net.socket(net.AF_INET, net.SOCK_DGRAM, 0));
    if (this.fd < 0) throw new Error(`socket: errno ${-this.fd}`);
  }

  bind(port: number, ip = "0.0.0.0"): number {
    return this.host.net.net.bind(this.fd, this.name(ip, port));
  }

  connect(ip: string, port: number): number {
    return this.host.net.net.connect(this.fd, this.name(ip, port));
  }

  send(data: Bytes | string): number {
    return this.host.net.net.send(this.fd, bytesOf(data), 0);
  }

  sendTo(ip: string, port: number, data: Bytes | string, flags = 0): number {
    return this.host.net.net.sendto(this.fd, bytesOf(data), flags, this.name(ip, port));
  }

  /** The next datagram, or -errno. */
  receive(length = 2000): Received | number {
    const from = this.name("0.0.0.0", 0);
    const data = this.host.net.net.recvfrom(this.fd, length, 0, from);
    if (typeof data === "number") return data;
    return { from: ipText(long(from.sin_addr)), port: from.sin_port, data: Array.from(data) };
  }

  /** What the next datagram carries; nothing else will do. */
  receiveData(): number[] {
    const received = this.receive();
    if (typeof received === "number") throw new Error(`recvfrom: errno ${-received}`);
    return received.data;
  }

  /** Sets an option of level SOL_SOCKET. */
  set(option: number, value = 1): number {
    return this.host.net.net.setsockopt(this.fd, this.host.net.SOL_SOCKET, option, value);
  }

  /** The error that waits to be told, as SO_ERROR tells it. */
  error(): number {
    return this.host.net.net.getsockopt(this.fd, this.host.net.SOL_SOCKET, this.host.net.SO_ERROR);
  }

  localName(): { ip: string; port: number } {
    const name = this.name("0.0.0.0", 0);
    this.host.net.net.getsockname(this.fd, name);
    return { ip: ipText(long(name.sin_addr)), port: name.sin_port };
  }

  close(): number {
    return this.host.net.net.close(this.fd);
  }

  private name(ip: string, port: number): Name {
    return { sin_family: this.host.net.AF_INET, sin_addr: ipNumber(ip), sin_port: port };
  }
}

function bytesOf(data: Bytes | string): Uint8Array | string {
  return typeof data === "string" ? data : Uint8Array.from(data);
}
