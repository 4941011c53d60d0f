/**
 * What is left of lib/networkjs/networkjs_sock.ts on a board, where machine code sees the interpreter's own objects itself
 * (tools/native/runtime/objects.h): datagrams.
 */
import { INET_UDP } from "../config";
import { networkjs_udprecv } from "../lib/networkjs/networkjs_udp";

export function networkjs_told(): void {}

/** What the interpreter gets where machine code has left it to us. */
export function networkjs_slowrecv(fd: number, _answer: number, len: number): string {
  return INET_UDP ? networkjs_udprecv(fd, len) : "";
}
