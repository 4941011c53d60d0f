/**
 * A program that comes over the network, and the way back when it is no good. The module `update` of a board's Storage
 * (boot-update.ts), on nothing but the system calls of the interface it is given; its sender is tools/update.ts.
 *
 * The protocol, one TCP connection (numbers in decimal, digests in hex, lines end with LF):
 *
 *     board   espruino-update 1 NONCE
 *     sender  LENGTH DIGEST PROOF          and then the program, LENGTH bytes
 *     board   ok                           or  error WHY
 *
 * DIGEST is a chain over blocks of 512 bytes, which a board can compute without ever holding the program: D(0) is empty,
 * D(n) = SHA-256(D(n-1) block(n)). PROOF = SHA-256(PASSWORD NONCE LENGTH DIGEST PASSWORD), the digest in hex. So nobody
 * without the password can send, replay or change a program. What has arrived is read back from flash and hashed again
 * before it counts.
 *
 * A program then gets one trial (update_files.ts). It passes when it has run, with this module in it, for `confirm`
 * seconds; one that throws at its start, or whose board restarts before, is not tried again.
 */

import type { Ethernet } from "../../lib/ethernet/ethernet";
import type { SocketsApi } from "../../lib/sockets";
import { random32, timeout, untimeout } from "../../machdep";
import { restart, sha256, storage } from "../../machdep_board";
import { listener_open } from "../listener";
import { update_ontrial, update_passed, update_room, update_totry } from "./update_files";

export interface UpdateOptions {
  /** what the sender must know; not empty */
  password: string;
  /** default 8266 */
  port?: number;
  /** seconds that a new program must run before it counts as good; default 30 */
  confirm?: number;
  /** restart at once when a program has come; default true */
  restart?: boolean;
}

export interface Update {
  /** The new program is good: do not wait any longer. */
  confirm(): void;
  /** Listens no more. */
  end(): void;
}

/** The server, and the transfer that is under way. */
interface UpdateServer {
  up_net: SocketsApi;
  up_password: string;
  up_restart: boolean;
  up_listener: number;
  up_fd: number;
  up_nonce: string;
  /** read but not yet worked at; the file that is written, how long it will be, how much of it is there */
  up_held: string;
  up_file: string;
  up_length: number;
  up_at: number;
  up_digest: string;
  up_chain: string;
  up_timer: number;
  up_confirm: number;
}

const BLOCK = 512;
/** A sender that says nothing for so long is left (ms). */
const SILENCE = 30000;
const EAGAIN = -11;
const HEADER_MAX = 160;

/** Listens for programs; throws an Error that says what is wrong with the options, or why the port cannot be had. */
export function update_start(eth: Ethernet, options: UpdateOptions): Update {
  if (!options || !options.password) throw new Error("update: a password is needed");
  const up: UpdateServer = {
    up_net: eth.net,
    up_password: options.password,
    up_restart: options.restart !== false,
    up_listener: -1,
    up_fd: -1,
    up_nonce: "",
    up_held: "",
    up_file: "",
    up_length: 0,
    up_at: 0,
    up_digest: "",
    up_chain: "",
    up_timer: -1,
    up_confirm: -1,
  };
  up.up_listener = listener_open(eth.net, options.port || 8266, () => update_accept(up));
  if (update_ontrial()) up.up_confirm = timeout(() => update_confirm(up), (options.confirm || 30) * 1000);
  return {
    confirm: () => update_confirm(up),
    end: () => {
      update_end(up, "");
      if (up.up_confirm >= 0) untimeout(up.up_confirm);
      eth.net.close(up.up_listener);
    },
  };
}

/** The program has run for long enough. */
function update_confirm(up: UpdateServer): void {
  if (up.up_confirm >= 0) untimeout(up.up_confirm);
  up.up_confirm = -1;
  update_passed();
}

function update_accept(up: UpdateServer): void {
  const net = up.up_net;
  let fd = net.accept(up.up_listener, null);
  while (fd >= 0) {
    if (up.up_fd < 0) update_open(up, fd);
    else {
      net.send(fd, "error busy\n", 0);
      net.close(fd);
    }
    fd = net.accept(up.up_listener, null);
  }
}

/** A sender: its proof must be for this connection's number alone. */
function update_open(up: UpdateServer, fd: number): void {
  up.up_fd = fd;
  up.up_nonce = hex32(random32()) + hex32(random32()) + hex32(random32()) + hex32(random32());
  up.up_held = up.up_file = up.up_chain = "";
  up.up_at = 0;
  up.up_net.send(fd, "espruino-update 1 " + up.up_nonce + "\n", 0);
  up.up_net.setupcall(fd, () => update_read(up));
  update_patience(up);
}

/** Has it been silent for too long? Begins anew with whatever comes. */
function update_patience(up: UpdateServer): void {
  if (up.up_timer >= 0) untimeout(up.up_timer);
  up.up_timer = timeout(() => {
    up.up_timer = -1;
    update_end(up, "error silence\n");
  }, SILENCE);
}

/** A piece, and the next one in a turn of its own: writing to flash takes its time. */
function update_read(up: UpdateServer): void {
  if (up.up_fd < 0) return;
  const data = up.up_net.recvstring(up.up_fd, BLOCK, 0, null);
  if (data === EAGAIN) return;
  if (typeof data === "number" || !data.length) {
    update_end(up, "error incomplete\n");
    return;
  }
  update_patience(up);
  up.up_held += data;
  const fault = up.up_file ? update_write(up) : update_header(up);
  if (fault) update_end(up, "error " + fault + "\n");
  else timeout(() => update_read(up), 0);
}

/** The sender's first line; what is wrong with it, or "". Nothing is written before its proof has been found right. */
function update_header(up: UpdateServer): string {
  const end = up.up_held.indexOf("\n");
  if (end < 0) return up.up_held.length > HEADER_MAX ? "header" : "";
  const words = up.up_held.substr(0, end).split(" ");
  const length = parseInt(words[0], 10);
  if (words.length !== 3 || !(length > 0)) return "header";
  const password = up.up_password;
  if (hex(sha256(password + up.up_nonce + length + words[1] + password)) !== words[2]) return "proof";
  if (update_ontrial()) return "trial"; // both files are needed: the one that runs, and the way back
  up.up_held = up.up_held.substr(end + 1);
  up.up_length = length;
  up.up_digest = words[1];
  up.up_file = update_room(length);
  return up.up_file ? update_write(up) : "room";
}

/** Writes what is there, in whole blocks but for the last. */
function update_write(up: UpdateServer): string {
  while (up.up_held.length) {
    const left = up.up_length - up.up_at;
    const block = up.up_held.substr(0, left < BLOCK ? left : BLOCK);
    if (block.length < BLOCK && block.length < left) return "";
    if (!block.length) return "length";
    if (!update_block(up, block)) return "flash";
    up.up_held = up.up_held.substr(block.length);
  }
  if (up.up_at === up.up_length) update_verify(up, 0);
  return "";
}

function update_block(up: UpdateServer, block: string): boolean {
  const files = storage();
  const written = up.up_at ? files.write(up.up_file, block, up.up_at) : files.write(up.up_file, block, 0, up.up_length);
  up.up_at += block.length;
  return written;
}

/** Hashes the file as it is in flash, a block a turn. */
function update_verify(up: UpdateServer, at: number): void {
  if (up.up_fd < 0) return;
  if (at >= up.up_length) {
    update_verified(up);
    return;
  }
  up.up_chain = sha256(up.up_chain + storage().read(up.up_file, at, BLOCK));
  timeout(() => update_verify(up, at + BLOCK), 0);
}

function update_verified(up: UpdateServer): void {
  if (hex(up.up_chain) !== up.up_digest) {
    storage().erase(up.up_file);
    update_end(up, "error digest\n");
    return;
  }
  if (!update_totry(up.up_file)) {
    update_end(up, "error room\n");
    return;
  }
  update_end(up, "ok\n");
  if (up.up_restart) timeout(restart, 1000);
}

/** Ends the connection, with a last word for the sender; a program that is not whole is erased at the next start. */
function update_end(up: UpdateServer, word: string): void {
  if (up.up_fd < 0) return;
  if (up.up_timer >= 0) untimeout(up.up_timer);
  up.up_timer = -1;
  if (word) up.up_net.send(up.up_fd, word, 0);
  up.up_net.close(up.up_fd);
  up.up_fd = -1;
}

function hex(bytes: string): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += hex2(bytes.charCodeAt(i));
  return text;
}

function hex2(byte: number): string {
  return (byte < 16 ? "0" : "") + byte.toString(16);
}

function hex32(word: number): string {
  return hex2(word >>> 24) + hex2((word >> 16) & 255) + hex2((word >> 8) & 255) + hex2(word & 255);
}
