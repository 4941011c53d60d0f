/**
 * The core's interface: what the shell, which is JavaScript, and the core, which is machine code, say to one another. BSD:
 * sys/syscall.h. Both sides take it from here.
 *
 * The shell calls one entry with a number and three arguments (core.ts) and reads its answer: a count, a descriptor, 0, or a
 * negative errno. What does not fit lies in `core_args`, words of the core's memory (where, the blob's header says), by the indices
 * below. Two things come from the core: transfers of SPI, which it makes itself, and what is to be told to programs, which the
 * shell asks for behind each call, while ARG_PENDING says that there is something.
 */

/* Entries */
export const CORE_INIT = 0; // brings up the stack
export const CORE_TIMEOUT = 1; // (slot): it is due
export const CORE_EVENT = 2; // what has happened, EVENT_, with ARG_UNIT and its details; 0: nothing more
export const CORE_UPCALLS = 3; // the turn of the upcalls begins: how many sockets wait for theirs
export const CORE_UPCALL = 4; // the descriptor of the next; 0: it wants none any more
export const CORE_STAT = 5; // (STAT_, index): what netstat shows
export const CORE_MEND = 6; // a turn has been broken off, and nobody knows what of it was done

/* System calls: Net/3's. Addresses are in ARG_ADDR and ARG_PORT, in and out. */
export const SYS_SOCKET = 16; // (domain, type, protocol)
export const SYS_BIND = 17; // (fd)
export const SYS_LISTEN = 18; // (fd, backlog)
export const SYS_ACCEPT = 19; // (fd)
export const SYS_CONNECT = 20; // (fd)
export const SYS_SHUTDOWN = 21; // (fd, how)
export const SYS_CLOSE = 22; // (fd)
export const SYS_GETSOCKNAME = 23; // (fd)
export const SYS_GETPEERNAME = 24; // (fd)
export const SYS_SETSOCKOPT = 25; // (fd, level, name), value in ARG_VALUE
export const SYS_GETSOCKOPT = 26; // (fd, level, name)
export const SYS_SETUPCALL = 27; // (fd, on)
export const SYS_SENDTO = 28; // (fd, bytes, flags), of the data that the shell holds ready; ARG_TO: to an address
export const SYS_RECVFROM = 29; // (fd, bytes, flags): how many; ARG_VALUE of them lie from ARG_AT of the core's memory on; ARG_TO: from an address; with SO_CONTROL: MSG_ in ARG_INFO, where it went to behind that
export const SYS_PIECE = 30; // the next that lie together, from ARG_AT on: how many, 0: no more; then comes SYS_RECEIVED
export const SYS_RECEIVED = 31; // the receive is over; (1): it was none
export const SYS_POLL = 32; // (fd, events)
export const SYS_FDSPARE = 33; // may a program have one more descriptor?
export const SYS_SOCKPRIV = 34; // (fd): it is the stack's own
export const SYS_NOTSOCK = 35; // (fd): 0 for a socket, else why it is none
export const SYS_TCPINFO = 36; // (fd), into ARG_INFO and on
export const SYS_SETIPOPTS = 37; // (fd, bytes): IP_OPTIONS are the data that the shell holds ready
export const SYS_GETIPOPTS = 38; // (fd): how many bytes, from ARG_AT of the core's memory on

/* Files of all types (KERN_FILES), and the packet tap */
export const SYS_READ = 39; // (fd, bytes): as SYS_RECVFROM; the next that lie together tells SYS_PIECE, and then comes SYS_READDONE
export const SYS_READDONE = 41; // the read is over
export const SYS_WRITE = 42; // (fd, bytes), of the data that the shell holds ready
export const SYS_IOCTL = 43; // (fd, request, value)
export const SYS_DUP = 44; // (fd, to): a second descriptor, the lowest that is free for `to` 0
export const SYS_OPEN = 45; // (OPEN_): a new descriptor
export const BPF_SETIF = 46; // (fd, unit)
export const BPF_SETF = 47; // (fd, bytes): the filter is the data that the shell holds ready
/* What SYS_OPEN opens */
export const OPEN_BPF = 0;
export const OPEN_PIPE = 1; // the end to be read; the other is in ARG_VALUE
export const OPEN_VNODE = 2; // whose bytes the shell has

/* Interfaces, by unit: 0 is the first chip */
export const LO0_UNIT = -1; // where lo0 may be meant
export const NO_UNIT = 99; // none has it: of an interface that is no more
export const IF_ATTACH = 48; // (wires, flags), hardware address in ARG_ENADDR: the unit; ATTACH_W5500 among the flags where the core has both drivers (router.ts)
export const ATTACH_W5500 = 256;
export const IF_DETACH = 49; // (unit)
export const IF_INTR = 50; // (unit): the interrupt line has fallen
export const IF_GET = 51; // (unit, IFV_)
export const IF_SETFLAGS = 52; // (unit, to set, to clear)
export const IF_SETLLADDR = 53; // (unit), hardware address in ARG_ENADDR
export const IF_SETMTU = 54; // (unit, bytes)
export const IN_IFADDR = 55; // (unit), address and mask into ARG_ADDR and ARG_VALUE: 1 if there is one
export const IN_IFINIT = 56; // (unit, address, mask)
export const IN_IFSCRUB = 57; // (unit)
export const IN_SETGATEWAY = 58; // (address)
export const IN_GATEWAY = 59; // the address
export const IN_ANNOUNCE = 60; // (unit)
export const RES_SERVER = 61; // (which, address): a name server; 0: it is none
export const RES_ASK = 62; // (bytes, local): the question is the data that the shell holds ready; its number
export const RES_TAKE = 63; // the number of a question that has its answer: ARG_ADDR, or why not in ARG_CAUSE; for ARG_VALUE seconds. -1: none has
export const RT_REQUEST = 66; // (dst, mask, gateway), RTM_ and the metric times 256 in ARG_VALUE
export const NAT_RULE = 67; // (protocol, our port and port inside: 16 bits each, address inside); port inside 0: the rule goes
export const DHCP_START = 68; // (unit)
export const DHCP_STOP = 69; // (unit)
export const DHCP_GET = 70; // (unit, DR_ or DHV_)
export const DHCP_HOSTNAME = 71; // (bytes): the data that the shell holds ready
export const DHCP_DOMAIN = 72; // how many bytes, from ARG_AT of the core's memory on
export const ARP_SET = 73; // (unit, address, ATF_), hardware address in ARG_ENADDR
export const ARP_DELETE = 74; // (address)

/* Files whose bytes the shell has, by their numbers */
export const VN_NO = 75; // (fd): the number
export const VN_ISOPEN = 76; // (number): 1 while it has a descriptor
export const VN_SETEVENTS = 77; // (number, events)

/* Sockets of the interpreter's network: net/njs */
export const NJ_ROOM = 80; // 1: there may be one more
export const NJ_LISTEN = 81; // (port, type, idle)
export const NJ_CLIENT = 82; // (type, idle)
export const NJ_CONNECT = 83; // (fd, address, port)
export const NJ_DGRAMS = 84; // (port, reuse)
export const NJ_EMPTY = 85; // (fd)
export const NJ_JOIN = 86; // (fd, group)
export const NJ_WANTED = 87; // what is to be done with an object of the interpreter's, 0: nothing
export const NJ_RELEASE = 88; // (fd)
export const NJ_ACCEPT = 89; // (fd)
export const NJ_RECV = 90; // (fd, bytes): how many may be taken, or what the interpreter is told
export const NJ_TAKE = 91; // (fd, bytes): so many were taken (they lie together, as with SYS_RECVFROM), or what the interpreter is told
export const NJ_UNREAD = 92; // (fd)
export const NJ_SEND = 93; // (fd, bytes): so many went, or what the interpreter is told
export const NJ_CLOSE = 94; // (fd)
export const NJ_IDLE = 95; // (fd): 1 when it is not worth while to ask

/* core_args */
export const ARG_PENDING = 0; // PENDING_ flags
export const ARG_ADDR = 1;
export const ARG_PORT = 2;
export const ARG_VALUE = 3;
export const ARG_TO = 4; // SYS_SENDTO has an address, SYS_RECVFROM has found one
export const ARG_AT = 5;
export const ARG_UNIT = 6;
export const ARG_CAUSE = 7;
export const ARG_FAULT = 8;
export const ARG_ENADDR = 9; // six bytes, the first in the lowest of the first word
export const ARG_INFO = 11; // twelve of them
export const ARG_COUNT = 24;

/*
 * What CORE_STAT gives. Counters: how many, from ARG_AT of the core's memory on. A structure: 1, with what is of interest of it
 * from ARG_INFO on; 0 when the list has no more.
 */
export const STAT_IP = 0;
export const STAT_ICMP = 1;
export const STAT_UDP = 2;
export const STAT_TCP = 3;
export const STAT_ARP = 4;
export const STAT_MBUF = 5; // as Mbstat has it
export const STAT_IF = 6; // ARG_UNIT (LO0_UNIT: no chip), ARG_ENADDR, STATIF_; counters of the chip as above, none: ARG_AT is 0
export const STAT_ARPTAB = 7; // address, flags, ARG_ENADDR
export const STAT_ROUTE = 8; // destination, mask, gateway, flags, ARG_UNIT
export const STAT_TCB = 9; // ports and addresses, here and there; bytes that wait to be read, and sent; state
export const STAT_UDB = 10; // the same
export const STAT_RIPCB = 11;
export const STAT_NAT = 12; // counters, as above
export const STAT_NATSESSION = 13; // protocol, endpoint inside, endpoint outside, our port; ms until it is forgotten

/* Of an interface, from ARG_INFO on */
export const STATIF_MTU = 0;
export const STATIF_FLAGS = 1;
export const STATIF_ADDR = 2; // 0: none
export const STATIF_IPACKETS = 3;
export const STATIF_IERRORS = 4;
export const STATIF_OPACKETS = 5;
export const STATIF_OERRORS = 6;
export const STATIF_COLLISIONS = 7;
export const STATIF_IQDROPS = 8;
export const STATIF_ODROPS = 9;
export const STATIF_NOPROTO = 10;
export const STATIF_NCHIP = 11;

/* Something is to be asked for */
export const PENDING_UPCALLS = 1;
export const PENDING_EVENTS = 2;
export const PENDING_NETWORK = 4; // NJ_WANTED
export const PENDING_NAMES = 8; // RES_TAKE

/* Events */
export const EVENT_LINK = 1; // the cable was plugged in, or pulled
export const EVENT_CONFLICT = 2; // ARG_ENADDR uses ARG_ADDR
export const EVENT_CHIP = 3; // ARG_CAUSE and ARG_FAULT, as the driver has them
export const EVENT_DHCP = 4; // ARG_CAUSE: a DHF_, ARG_FAULT: which server's

/* What IF_GET gives */
export const IFV_FLAGS = 0;
export const IFV_IPACKETS = 1;
export const IFV_OPACKETS = 2;
export const IFV_ERRORS = 3; // of all kinds
