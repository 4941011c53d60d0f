/**
 * The stack's structures as `eth.stats()` gives them, whose fields have no names outside the stack: they are known by their order, as
 * BSD's tools know the kernel's memory by the layout of its structures. A test compares the layouts with the structures. For the
 * modules netstat and nettools.
 */

export type Fields = { [name: string]: never };

/* The fields of each structure in order, as far as they are of interest; "-" for others. */
export const LAYOUTS = {
  ifnet: "name mtu flags - - - next addr snd - ip ie op oe coll ib ob im om iqd noproto chip",
  arpcom: "flags snd ip ib op ob - - - - - enaddr - - - next name mtu addr - ie oe coll im om iqd noproto chip",
  ifaddr: "- - - addr - mask",
  ifqueue: "- - len - drops",
  inpcb: "next lport fport laddr faddr socket ppcb",
  socket: "- rcv snd",
  arptab: "next addr flags enaddr",
  rtentry: "next dst mask gateway flags ifp",
};

/** Of TCP, by t_state. */
export const STATES =
  "CLOSED LISTEN SYN_SENT SYN_RCVD ESTABLISHED CLOSE_WAIT FIN_WAIT_1 CLOSING LAST_ACK FIN_WAIT_2 TIME_WAIT";
export const ATF_COM = 2;

/** The fields of a structure by name. */
export function fields(object: object, layout: string): Fields {
  const names = layout.split(" ");
  const found: Fields = {};
  let i = 0;
  for (const key in object) found[names[i++]] = (object as Fields)[key];
  return found;
}

/** The first `n` fields of a structure. */
export function first(object: object, n: number): never[] {
  const found: never[] = [];
  for (const key in object) if (n-- > 0) found.push((object as Fields)[key]);
  return found;
}

/** An interface: the loopback's structure begins with its name, an Ethernet's with its flags. */
export function interface_fields(ifp: object): Fields {
  return fields(ifp, typeof first(ifp, 1)[0] === "string" ? LAYOUTS.ifnet : LAYOUTS.arpcom);
}

export function left(value: unknown, width: number): string {
  let text = "" + value;
  while (text.length < width) text += " ";
  return text + " ";
}

export function right(value: unknown, width: number): string {
  let text = "" + value;
  while (text.length < width) text = " " + text;
  return text + " ";
}

/** The letters of BSD's RTF_UP, GATEWAY, HOST, REJECT, DYNAMIC; S for static. */
export function route_flags(flags: number): string {
  let text = "";
  for (let i = 0; i < 5; i++) if (flags & (1 << i)) text += "UGHRD".charAt(i);
  return flags & 0x800 ? text + "S" : text;
}

export function bits(mask: number): number {
  let n = 0;
  for (let m = mask; m; m <<= 1) n++;
  return n;
}
