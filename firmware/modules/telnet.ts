/**
 * The board's console over TCP: one session, behind a password, with an end to idleness. RFC 854, 857, 858. The module
 * `telnet` of a board's Storage (boot-telnet.ts), on nothing but the system calls of the interface it is given.
 *
 * A telnet client is told that the board echoes and that nobody waits for a go-ahead, which makes it send every key; what
 * it answers or asks is read over. The interpreter's console is borrowed while a session lasts.
 */

import type { Ethernet } from "../lib/ethernet/ethernet";
import type { SocketsApi } from "../lib/sockets";
import { timeout, untimeout } from "../machdep";
import { console_borrow, console_return, console_type } from "../machdep_board";
import { listener_open } from "./listener";

export interface TelnetOptions {
  /** what must be typed first; not empty */
  password: string;
  /** default 23 */
  port?: number;
  /** seconds of silence after which a session ends; default 300 */
  timeout?: number;
  /** the other end is a program (the Espruino command line), not a telnet client: no negotiation */
  raw?: boolean;
}

export interface Telnet {
  /** Ends the session, and listens no more. */
  end(): void;
}

/** The server, and its session while there is one. */
interface TelnetServer {
  tn_net: SocketsApi;
  tn_password: string;
  tn_timeout: number;
  tn_raw: boolean;
  tn_listener: number;
  /** the session's socket, -1 without one; has the password been given; wrong ones in a row */
  tn_fd: number;
  tn_open: boolean;
  tn_failures: number;
  /** what is typed of the password, what is yet to be sent, and bytes of a telnet command yet to be read over */
  tn_typed: string;
  tn_out: string;
  tn_iac: number;
  /** the last key was CR: a LF or NUL that follows belongs to it */
  tn_cr: boolean;
  /** ends an idle session; goes on with input; -1 for none */
  tn_idle: number;
  tn_next: number;
}

const EAGAIN = -11;
const ENOBUFS = -105;
/** When to try again after memory was short (ms). */
const NOBUFS_DELAY = 50;
/** Bytes that are typed at the console per turn: its queue is short. */
const PIECE = 64;
/** What the interpreter prints while the client does not read; more is lost, and said to be. */
const OUT_MAX = 2048;
const LOST = "\r\n...\r\n";
/** Passwords that may be wrong, and for how long nobody is let in then (ms). */
const FAILURES = 3;
const LOCKED = 10000;
const PROMPT = "Password: ";

/* RFC 854: commands, and options 1 (echo, RFC 857) and 3 (suppress go-ahead, RFC 858) */
const IAC = 255;
const SB = 250;
const SE = 240;
const WILL = 251;
const HELLO = "\xff\xfb\x01\xff\xfb\x03";

/* Of a telnet command, what is awaited: its code, its option, or the end of a subnegotiation */
const IAC_NONE = 0;
const IAC_CODE = 1;
const IAC_OPTION = 2;
const IAC_SUB = 3;
const IAC_SUBIAC = 4;

/** Serves the console; throws an Error that says what is wrong with the options, or why the port cannot be had. */
export function telnet_start(eth: Ethernet, options: TelnetOptions): Telnet {
  if (!options || !options.password) throw new Error("telnet: a password is needed");
  const tn: TelnetServer = {
    tn_net: eth.net,
    tn_password: options.password,
    tn_timeout: (options.timeout || 300) * 1000,
    tn_raw: !!options.raw,
    tn_listener: -1,
    tn_fd: -1,
    tn_open: false,
    tn_failures: 0,
    tn_typed: "",
    tn_out: "",
    tn_iac: IAC_NONE,
    tn_cr: false,
    tn_idle: -1,
    tn_next: -1,
  };
  tn.tn_listener = listener_open(eth.net, options.port || 23, () => telnet_accept(tn));
  return {
    end: () => {
      telnet_close(tn);
      eth.net.close(tn.tn_listener);
    },
  };
}

/** Somebody is at the door: one is let in, the others are told. */
function telnet_accept(tn: TelnetServer): void {
  const net = tn.tn_net;
  let fd = net.accept(tn.tn_listener, null);
  while (fd >= 0) {
    if (tn.tn_fd >= 0 || tn.tn_failures >= FAILURES) {
      net.send(fd, tn.tn_fd >= 0 ? "Busy\r\n" : "Locked\r\n", 0);
      net.close(fd);
    } else telnet_open(tn, fd);
    fd = net.accept(tn.tn_listener, null);
  }
}

function telnet_open(tn: TelnetServer, fd: number): void {
  tn.tn_fd = fd;
  tn.tn_open = false;
  tn.tn_typed = "";
  tn.tn_iac = IAC_NONE;
  tn.tn_cr = false;
  tn.tn_out = (tn.tn_raw ? "" : HELLO) + PROMPT;
  tn.tn_net.setsockopt(fd, tn.tn_net.SOL_SOCKET, tn.tn_net.SO_KEEPALIVE, 1);
  tn.tn_net.setsockopt(fd, tn.tn_net.IPPROTO_TCP, tn.tn_net.TCP_NODELAY, 1); // an echo is awaited key by key
  tn.tn_net.setupcall(fd, () => telnet_step(tn));
  telnet_awake(tn);
  telnet_step(tn);
}

/** Something has happened to the session's socket. */
function telnet_step(tn: TelnetServer): void {
  telnet_flush(tn);
  if (tn.tn_next < 0) telnet_read(tn);
}

/** Reads a little; the rest in a turn of its own, after the interpreter has had its own. */
function telnet_read(tn: TelnetServer): void {
  tn.tn_next = -1;
  if (tn.tn_fd < 0) return;
  const data = tn.tn_net.recvstring(tn.tn_fd, PIECE, 0, null);
  if (data === EAGAIN) return;
  if (typeof data === "number" || !data.length) {
    telnet_close(tn);
    return;
  }
  telnet_awake(tn);
  const typed = telnet_text(tn, data);
  if (tn.tn_open) console_type(typed);
  else telnet_login(tn, typed);
  tn.tn_next = timeout(() => telnet_read(tn), 0);
}

/** What of `data` was typed: without telnet's commands, and CR for a line's end of CR LF, CR NUL or (nc's) LF. */
function telnet_text(tn: TelnetServer, data: string): string {
  if (tn.tn_raw) return data;
  let text = "";
  for (let i = 0; i < data.length; i++) {
    const code = data.charCodeAt(i);
    if (tn.tn_iac) telnet_command(tn, code);
    else if (code === IAC) tn.tn_iac = IAC_CODE;
    else {
      if (code === 10 && !tn.tn_cr) text += "\r";
      else if (code && code !== 10) text += data[i];
      tn.tn_cr = code === 13;
    }
  }
  return text;
}

function telnet_command(tn: TelnetServer, code: number): void {
  if (tn.tn_iac === IAC_CODE) tn.tn_iac = code === SB ? IAC_SUB : code >= WILL && code < IAC ? IAC_OPTION : IAC_NONE;
  else if (tn.tn_iac === IAC_OPTION) tn.tn_iac = IAC_NONE;
  else if (tn.tn_iac === IAC_SUB) tn.tn_iac = code === IAC ? IAC_SUBIAC : IAC_SUB;
  else tn.tn_iac = code === SE ? IAC_NONE : IAC_SUB;
}

/** The password, key by key; what follows it in the same piece is typed at the console. */
function telnet_login(tn: TelnetServer, typed: string): void {
  for (let i = 0; i < typed.length; i++) {
    const key = typed[i];
    if (key !== "\r" && key !== "\n") {
      if (tn.tn_typed.length < 64) tn.tn_typed += key;
    } else if (telnet_password(tn)) {
      telnet_enter(tn);
      console_type(typed.substr(i + 1));
      return;
    } else if (tn.tn_fd < 0) return;
  }
}

/** Is it right? It takes as long to say no, whatever is wrong. */
function telnet_password(tn: TelnetServer): boolean {
  const typed = tn.tn_typed;
  const password = tn.tn_password;
  let wrong = typed.length ^ password.length;
  for (let i = 0; i < password.length; i++) wrong |= typed.charCodeAt(i % (typed.length || 1)) ^ password.charCodeAt(i);
  tn.tn_typed = "";
  if (!wrong) return true;
  if (++tn.tn_failures < FAILURES) telnet_print(tn, "\r\n" + PROMPT);
  else {
    tn.tn_out += "\r\nLocked\r\n";
    telnet_flush(tn);
    telnet_close(tn);
    timeout(() => {
      tn.tn_failures = 0;
    }, LOCKED);
  }
  return false;
}

function telnet_enter(tn: TelnetServer): void {
  tn.tn_failures = 0;
  tn.tn_open = true;
  telnet_print(tn, "\r\n");
  console_borrow((data) => telnet_print(tn, data));
}

/** Sends what is printed: all of this turn together. */
function telnet_print(tn: TelnetServer, data: string): void {
  if (!tn.tn_out.length) timeout(() => telnet_flush(tn), 0);
  if (tn.tn_out.length + data.length <= OUT_MAX) tn.tn_out += data;
  else if (tn.tn_out.substr(-LOST.length) !== LOST) tn.tn_out += LOST;
}

function telnet_flush(tn: TelnetServer): void {
  if (tn.tn_fd < 0 || !tn.tn_out.length) return;
  const sent = tn.tn_net.send(tn.tn_fd, tn.tn_out, 0);
  if (sent > 0) tn.tn_out = tn.tn_out.substr(sent);
  else if (sent === ENOBUFS) timeout(() => telnet_flush(tn), NOBUFS_DELAY);
}

/** Something was typed: the session lives on. */
function telnet_awake(tn: TelnetServer): void {
  if (tn.tn_idle >= 0) untimeout(tn.tn_idle);
  tn.tn_idle = timeout(() => {
    tn.tn_idle = -1;
    telnet_close(tn);
  }, tn.tn_timeout);
}

/** Ends the session. */
function telnet_close(tn: TelnetServer): void {
  if (tn.tn_fd < 0) return;
  if (tn.tn_idle >= 0) untimeout(tn.tn_idle);
  if (tn.tn_next >= 0) untimeout(tn.tn_next);
  tn.tn_idle = tn.tn_next = -1;
  tn.tn_net.close(tn.tn_fd);
  tn.tn_fd = -1;
  tn.tn_out = "";
  if (tn.tn_open) console_return();
  tn.tn_open = false;
}
