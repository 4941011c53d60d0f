/**
 * A TFTP server that gives files and takes none: RFC 1350, with options (RFC 2347): the size of blocks (2348), the size of the file and
 * how long to wait (2349). The module `tftpd` of a board's Storage (boot-tftpd.ts), on nothing but the system calls of the interface
 * that it is given.
 *
 * Each transfer has a socket, and there are SESSIONS at most. What is malformed is counted, and answered by nothing or by an error.
 */
import type { SocketsApi } from "../lib/sockets";
import { type Timeout, timeout, untimeout } from "../machdep";
import type { SockaddrIn } from "../net/inet/in_var";

export interface TftpdOptions {
  /** the content of a file, chars are bytes; undefined: there is none of this name */
  read: (name: string, ip: string) => string | undefined;
  /** default 69 */
  port?: number;
  /** hears how each transfer ends: `error` is null when it is whole */
  callback?: (error: string | null, name: string, ip: string) => void;
}

export interface TftpServer {
  /** Ends what is being sent, and answers no more. */
  end(): void;
}

interface Tftpd {
  tf_net: SocketsApi;
  tf_options: TftpdOptions;
  tf_fd: number;
  tf_sessions: Transfer[];
}

/** A file on its way. */
interface Transfer {
  tf_fd: number;
  tf_to: SockaddrIn;
  tf_name: string;
  tf_content: string;
  tf_size: number;
  tf_wait: number;
  /** the block that is to be acknowledged; 0: the options. What was sent, and how often */
  tf_block: number;
  tf_packet: string;
  tf_tries: number;
  tf_timer: Timeout | null;
}

const PORT = 69;
const SESSIONS = 4;
const RRQ = 1;
const WRQ = 2;
const DATA = 3;
const ACK = 4;
const ERROR = 5;
const OACK = 6;
const ENOTFOUND = 1;
const EACCESS = 2;
const EBADOP = 4;
const EBUSY = 0;
/** RFC 1350; RFC 2348 has 8 to 65464, of which a frame takes so many. */
const BLOCK = 512;
const LEAST_BLOCK = 8;
const MOST_BLOCK = 1428;
const MAXREQUEST = 512;
/** ms; and how often a packet is sent. */
const WAIT = 1000;
const TRIES = 6;

/** Serves files; throws an Error when there is no socket, or nothing to read from. */
export function tftpd_start(eth: { net: SocketsApi }, options: TftpdOptions): TftpServer {
  if (!options || typeof options.read !== "function") throw new Error("tftpd: read: a function is needed");
  const net = eth.net;
  const tf: Tftpd = { tf_net: net, tf_options: options, tf_fd: -1, tf_sessions: [] };
  const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  const error =
    fd < 0 ? fd : net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: options.port || PORT } as never);
  if (error) {
    if (fd >= 0) net.close(fd);
    throw new Error("tftpd: no socket, or its port is in use");
  }
  tf.tf_fd = fd;
  net.setupcall(fd, () => tftpd_input(tf));
  return { end: () => tftpd_end(tf) };
}

function tftpd_end(tf: Tftpd): void {
  if (tf.tf_fd >= 0) tf.tf_net.close(tf.tf_fd);
  tf.tf_fd = -1;
  while (tf.tf_sessions.length) tftpd_done(tf, tf.tf_sessions[0], "ended");
}

function word(n: number): string {
  return String.fromCharCode((n >> 8) & 255, n & 255);
}

function word_at(s: string, at: number): number {
  return s.length < at + 2 ? -1 : (s.charCodeAt(at) << 8) | s.charCodeAt(at + 1);
}

/** Upcall: requests. */
function tftpd_input(tf: Tftpd): void {
  const net = tf.tf_net;
  while (tf.tf_fd >= 0) {
    const from: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
    const message = net.recvstring(tf.tf_fd, MAXREQUEST, 0, from);
    if (typeof message === "number") return;
    const code = word_at(message, 0);
    const words = message.substr(2).split("\0");
    if (code === WRQ) tftpd_refuse(tf, from, EACCESS, "files are given, not taken");
    else if (code === RRQ && words.length > 2 && words[0]) tftpd_request(tf, from, words);
  }
}

function tftpd_refuse(tf: Tftpd, to: SockaddrIn, code: number, text: string): void {
  tf.tf_net.sendto(tf.tf_fd, tftpd_error(code, text), 0, to);
}

function tftpd_error(code: number, text: string): string {
  return word(ERROR) + word(code) + text + "\0";
}

/** Somebody wants a file: `words` are its name, the mode, then options and their values. One who asks again had no answer yet. */
function tftpd_request(tf: Tftpd, from: SockaddrIn, words: string[]): void {
  const ip = tf.tf_net.inet_ntoa(from.sin_addr);
  for (let i = 0; i < tf.tf_sessions.length; i++) {
    const to = tf.tf_sessions[i].tf_to;
    if (to.sin_addr === from.sin_addr && to.sin_port === from.sin_port) return;
  }
  const name = words[0];
  const content = tf.tf_options.read(name, ip);
  if (content === undefined) {
    tftpd_refuse(tf, from, ENOTFOUND, "no such file");
    tftpd_tell(tf, "no such file", name, ip);
  } else if (tf.tf_sessions.length >= SESSIONS) tftpd_refuse(tf, from, EBUSY, "busy");
  else tftpd_transfer(tf, from, name, content, words);
}

function tftpd_transfer(tf: Tftpd, to: SockaddrIn, name: string, content: string, words: string[]): void {
  const net = tf.tf_net;
  const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  const tr: Transfer = {
    tf_fd: fd,
    tf_to: to,
    tf_name: name,
    tf_content: content,
    tf_size: BLOCK,
    tf_wait: WAIT,
    tf_block: 0,
    tf_packet: "",
    tf_tries: 0,
    tf_timer: null,
  };
  if (fd < 0 || net.connect(fd, to)) {
    if (fd >= 0) net.close(fd);
    tftpd_refuse(tf, to, EBUSY, "busy");
    return;
  }
  tf.tf_sessions.push(tr);
  net.setupcall(fd, () => tftpd_heard(tf, tr));
  const agreed = tftpd_options(tr, words);
  if (agreed) tftpd_send(tf, tr, word(OACK) + agreed);
  else tftpd_next(tf, tr);
}

/** What of the options that a client asks for it gets; "": none. */
function tftpd_options(tr: Transfer, words: string[]): string {
  let agreed = "";
  for (let i = 2; i + 1 < words.length; i += 2) {
    const option = words[i].toLowerCase();
    const value = +words[i + 1];
    if (option === "blksize" && value >= LEAST_BLOCK) {
      tr.tf_size = value < MOST_BLOCK ? value | 0 : MOST_BLOCK;
      agreed += "blksize\0" + tr.tf_size + "\0";
    } else if (option === "tsize" && words[i + 1] === "0") agreed += "tsize\0" + tr.tf_content.length + "\0";
    else if (option === "timeout" && value >= 1 && value <= 255) {
      tr.tf_wait = value * 1000;
      agreed += "timeout\0" + words[i + 1] + "\0";
    }
  }
  return agreed;
}

/** The next block; the last is shorter than the others, and may be empty. */
function tftpd_next(tf: Tftpd, tr: Transfer): void {
  const at = tr.tf_block * tr.tf_size;
  if (tr.tf_block && at > tr.tf_content.length) {
    tftpd_done(tf, tr, null);
    return;
  }
  tr.tf_block++;
  tftpd_send(tf, tr, word(DATA) + word(tr.tf_block) + tr.tf_content.substr(at, tr.tf_size));
}

function tftpd_send(tf: Tftpd, tr: Transfer, packet: string): void {
  tr.tf_packet = packet;
  tr.tf_tries = 0;
  tftpd_again(tf, tr);
}

/** Sends what is not acknowledged yet; what cannot be sent is sent when it is time again. */
function tftpd_again(tf: Tftpd, tr: Transfer): void {
  if (tr.tf_timer !== null) untimeout(tr.tf_timer);
  tr.tf_timer = null;
  if (tr.tf_tries++ >= TRIES) tftpd_done(tf, tr, "no answer");
  else {
    tf.tf_net.send(tr.tf_fd, tr.tf_packet, 0);
    tr.tf_timer = timeout(() => tftpd_again(tf, tr), tr.tf_wait);
  }
}

/** Upcall: acknowledgements. An old one is not answered (RFC 1123 4.2.3.1: else each packet would come twice from then on). */
function tftpd_heard(tf: Tftpd, tr: Transfer): void {
  while (tr.tf_fd >= 0) {
    const message = tf.tf_net.recvstring(tr.tf_fd, MAXREQUEST, 0, null);
    if (message === -11) return; // EAGAIN
    const code = typeof message === "number" ? ERROR : word_at(message, 0);
    if (typeof message === "number") tftpd_done(tf, tr, "nobody is there");
    else if (code === ERROR) tftpd_done(tf, tr, "the client says: " + message.substr(4).split("\0")[0]);
    else if (code !== ACK) {
      tf.tf_net.send(tr.tf_fd, tftpd_error(EBADOP, "not an acknowledgement"), 0);
      tftpd_done(tf, tr, "not an acknowledgement");
    } else if (word_at(message, 2) === (tr.tf_block & 65535)) tftpd_next(tf, tr);
  }
}

function tftpd_done(tf: Tftpd, tr: Transfer, error: string | null): void {
  if (tr.tf_timer !== null) untimeout(tr.tf_timer);
  tr.tf_timer = null;
  tf.tf_net.close(tr.tf_fd);
  tr.tf_fd = -1;
  tf.tf_sessions.splice(tf.tf_sessions.indexOf(tr), 1);
  tftpd_tell(tf, error, tr.tf_name, tf.tf_net.inet_ntoa(tr.tf_to.sin_addr));
}

/** The program's function is called in a turn of its own. */
function tftpd_tell(tf: Tftpd, error: string | null, name: string, ip: string): void {
  const callback = tf.tf_options.callback;
  if (callback) timeout(() => callback(error, name, ip), 0);
}
