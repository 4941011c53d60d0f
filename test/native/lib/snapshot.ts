/**
 * All that there is to see of a stack, as lines of text that name what they tell: counters, pools, tables, control blocks, sockets
 * and their buffers. Two stacks that are alike have the same lines.
 */
import type { InpcbHead } from "../../../firmware/net/inet/in_pcb";
import type { Sockbuf, Socket } from "../../../firmware/net/kern/socketvar";
import { interfaceCounts } from "../../lib/counters";
import type { FakeEthernet } from "../../lib/fake_ethernet";
import type { Net } from "../../lib/kernel";
import { ipText, long } from "../../lib/packets";

const COUNTERS = ["ipstat", "icmpstat", "igmpstat", "udpstat", "arpstat", "tcpstat", "natstat"] as const;
const LISTS = ["tcb", "udb", "ripcb"] as const;

type Fields = { [field: string]: unknown };

/** The fields of each structure that are numbers, as an object of JavaScript's has them. */
const numbers = new Map<string, string[]>();

/** Numbers of a structure; `object` is the first of its kind in JavaScript, where that is not known yet. */
function fields(structure: string, object: object): string {
  const known =
    numbers.get(structure) ?? Object.keys(object).filter((name) => typeof (object as Fields)[name] === "number");
  numbers.set(structure, known);
  return known.map((name) => `${name}=${(object as Fields)[name]}`).join(" ");
}

export function snapshot(net: Net, en0: FakeEthernet): string[] {
  const { ac } = en0;
  const stat = net.mbstat();
  return [
    ...COUNTERS.map((name) => `${name}: ${counted(net[name])}`),
    `en0: ${Object.entries(interfaceCounts(ac)).join(" ")} flags ${ac.if_flags}`,
    `if_snd: ${ac.if_snd.ifq_len} drops ${ac.if_snd.ifq_drops}`,
    `pools: mbufs ${stat.m_mfree} clusters ${stat.m_clfree} drops ${stat.m_drops}`,
    `files ${net.openfiles()} sockets ${net.numopensockets()} tcp ${net.tcp_npcb()}`,
    ...neighbours(net),
    ...groups(net),
    ...LISTS.flatMap((name) => blocks(name, net[name])),
  ];
}

/** Those that are not 0; where a profile has none of a kind, none is. */
function counted(counters: Uint32Array | undefined): string {
  return Array.from(counters ?? [], (n, i) => (n ? `${i}: ${n} ` : "")).join("");
}

function neighbours(net: Net): string[] {
  const lines: string[] = [];
  for (let at = net.arptab; at; at = at.at_next) {
    let held = 0;
    for (let m = at.at_hold; m; m = m.m_nextpkt) held++;
    lines.push(
      `arp ${ipText(long(at.at_iaddr >>> 0))} ${Array.from(at.at_enaddr)} ${at.at_flags} ${at.at_due} ${at.at_asked} ${held}`,
    );
  }
  return lines;
}

function groups(net: Net): string[] {
  const lines: string[] = [];
  for (let inm = net.in_multihead; inm; inm = inm.inm_next) lines.push(`group ${fields("InMulti", inm)}`);
  return lines;
}

function blocks(name: (typeof LISTS)[number], head: InpcbHead | undefined): string[] {
  const lines: string[] = [];
  let i = 0;
  for (let inp = head?.inp_first; inp; inp = inp.inp_next) {
    lines.push(`${name} ${i}: ${fields("Inpcb", inp)}`);
    if (inp.inp_socket) lines.push(...socket(`${name} ${i}`, inp.inp_socket));
    if (name === "tcb" && inp.inp_ppcb) lines.push(...connection(`${name} ${i}`, inp.inp_ppcb as never));
    i++;
  }
  return lines;
}

function socket(name: string, so: Socket): string[] {
  return [
    `${name} socket: ${fields("Socket", so)}`,
    `${name} so_rcv: ${buffer(so.so_rcv)}`,
    `${name} so_snd: ${buffer(so.so_snd)}`,
  ];
}

function buffer(sb: Sockbuf): string {
  const records: string[] = [];
  for (let p = sb.sb_mb; p; p = p.m_nextpkt) {
    const lengths: number[] = [];
    for (let m: typeof p | null = p; m; m = m.m_next) lengths.push(m.m_len);
    records.push(lengths.join("+"));
  }
  return `${fields("Sockbuf", sb)} records ${records.join(" ")}`;
}

function connection(name: string, tp: Parameters<Net["tcp_output"]>[0]): string[] {
  const holes: string[] = [];
  for (let sh = tp.snd_holes; sh; sh = sh.sh_next) holes.push(fields("Sackhole", sh));
  const queue: number[] = [];
  for (let m = tp.t_segq; m; m = m.m_nextpkt) queue.push(m.m_pktlen);
  return [
    `${name} tcpcb: ${fields("Tcpcb", tp)}`,
    `${name} timers: ${tp.t_timer.join(" ")}`,
    `${name} holes: ${holes.join("; ")} queue: ${queue.join(" ")}`,
  ];
}
