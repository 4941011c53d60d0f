/**
 * What the lab records of a simulation: one list in the order of virtual time, from which its page draws every view at any moment.
 * Of types alone: the recorder (recorder.ts), recordings on disk, and the page (lab/) have them in common.
 *
 * Times `t` are ns of virtual time. Bytes are base64.
 */

export interface PacketRecord {
  k: "packet";
  t: number;
  /** counts packets from 0 */
  id: number;
  /** the sender's port on the cable */
  from: string;
  frame: string;
}

/** What became of a packet, somewhere on its way. */
export interface FateRecord {
  k: "fate";
  t: number;
  /** the packet's */
  id: number;
  /** the port or board that tells */
  at: string;
  /** "cable": on the way; "chip": in the network chip; "stack": in the firmware; "sent": a board sent it */
  where: "cable" | "chip" | "stack" | "sent";
  /** in a word or two */
  what: string;
  /** was it the packet's end, where it should not have ended? */
  bad: boolean;
  /** what the stack counted meanwhile: "udp: for no socket" */
  counters?: string[];
  /** the socket it was for or from */
  socket?: string;
  /** the functions that it went through */
  path?: string[];
}

/** A period of chip select. Of long ones the first bytes. */
export interface SpiRecord {
  k: "spi";
  t: number;
  board: string;
  mosi: string;
  miso: string;
  /** bytes that went over the bus, and the time they took, ns */
  length: number;
  ns: number;
}

/** An mbuf of a chain, as Stevens draws it. */
export interface MbufView {
  /** which one of the pool */
  no: number;
  type: number;
  flags: number;
  len: number;
  /** where its data begins: in its own bytes, or in the cluster */
  off: number;
  /** of the packet, where M_PKTHDR is set */
  pktlen: number;
  /** its cluster; -1: none */
  ext: number;
  /** how many share that, and how long it is */
  refs: number;
  size: number;
  /** the first bytes of its data */
  head: string;
  /** the next record or packet begins behind this one: what comes is linked by m_nextpkt */
  last: boolean;
}

export interface ChainView {
  /** who holds it: "tcp 10.0.2.15:80 so_snd" */
  owner: string;
  mbufs: MbufView[];
}

/** A function of the stack was entered, with a packet or a socket buffer in hand. */
export interface CallRecord {
  k: "call";
  t: number;
  board: string;
  depth: number;
  name: string;
  chain?: MbufView[];
}

/** How a connection stood when a segment passed. Sequence numbers are those of the wire. */
export interface TcpRecord {
  k: "tcp";
  t: number;
  board: string;
  socket: string;
  state: string;
  iss: number;
  irs: number;
  una: number;
  max: number;
  wnd: number;
  cwnd: number;
  ssthresh: number;
  /** ms */
  srtt: number;
  rttvar: number;
  rto: number;
  nxt: number;
  rwnd: number;
  mss: number;
}

export interface MemoryView {
  mbufs: number;
  mfree: number;
  clusters: number;
  clfree: number;
  drops: number;
  /** bytes of an mbuf */
  msize: number;
  chains: ChainView[];
  /** in use, and held by none of the owners above: on their way through a function */
  elsewhere: number;
}

export interface BufferView {
  cc: number;
  hiwat: number;
  mbcnt: number;
  mbmax: number;
}

export interface SocketView {
  proto: string;
  local: string;
  foreign: string;
  state: string;
  /** "" when a program has no descriptor for it */
  fd: string;
  rcv: BufferView;
  snd: BufferView;
  /** of a listener: connections that wait, half open and open, and how many may */
  queue?: { q0: number; q: number; limit: number };
  tcp?: { srtt: number; rto: number; cwnd: number; ssthresh: number; wnd: number; rwnd: number; mss: number };
}

export interface InterfaceView {
  name: string;
  flags: string[];
  mtu: number;
  mac: string;
  address: string;
  counters: { [name: string]: number };
  queue: number;
}

export interface ArpView {
  ip: string;
  mac: string;
  state: string;
  /** frames that wait for the address */
  held: number;
  asked: number;
}

export interface RouteView {
  destination: string;
  gateway: string;
  flags: string;
  interface: string;
  mtu: number;
}

export interface TimerView {
  /** ns of virtual time at which it is due */
  due: number;
  /** the function, or the timer's name in the book */
  name: string;
  of: string;
  /** "callout": of the stack; "program": setTimeout and setInterval of the board */
  kind: "callout" | "tcp" | "program";
  /** ns between two, of an interval */
  every?: number;
}

export interface Parts {
  memory: MemoryView;
  sockets: SocketView[];
  interfaces: InterfaceView[];
  arp: ArpView[];
  routes: RouteView[];
  /** by protocol, those that have counted */
  counters: { [protocol: string]: { [name: string]: number } };
  timers: TimerView[];
  /** of a stack that is machine code: what netstat prints on the board */
  netstat: string[];
}

export type PartName = keyof Parts;

/** A part of a board's state has changed: this is how it is from now on. */
export type StateRecord = {
  [P in PartName]: { k: "state"; t: number; board: string; part: P; value: Parts[P] };
}[PartName];

export interface PrintRecord {
  k: "print";
  t: number;
  board: string;
  text: string;
  /** typed by whoever sits before the page */
  typed?: boolean;
}

export interface PinRecord {
  k: "pin";
  t: number;
  board: string;
  name: string;
  level: boolean;
}

/** A board has started. */
export interface BoardRecord {
  k: "board";
  t: number;
  board: string;
  chip: string;
  core: string;
  app: string;
  mac: string;
}

/** The cable as it is from now on. */
export interface CableRecord {
  k: "cable";
  t: number;
  faults: { [name: string]: number };
  plugged: { [board: string]: boolean };
}

/** What there is to see, in a scene of the tour. */
export interface NoteRecord {
  k: "note";
  t: number;
  title: string;
  text: string;
  view: ViewName;
}

export type ViewName = "packets" | "tcp" | "memory" | "netstat" | "spi" | "timers" | "bench";

export type LabRecord =
  | PacketRecord
  | FateRecord
  | SpiRecord
  | CallRecord
  | TcpRecord
  | StateRecord
  | PrintRecord
  | PinRecord
  | BoardRecord
  | CableRecord
  | NoteRecord;

/** A file with it opens in the page again. */
export interface Recording {
  format: "espruino-ethernet lab";
  version: 1;
  title: string;
  /** time of day at virtual time 0, ns since 1970 (a decimal number) */
  epoch: string;
  records: LabRecord[];
}
