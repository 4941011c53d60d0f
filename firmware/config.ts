/**
 * Every tunable of the stack. Constants, folded into the bundle by the build; one file to read before a port.
 */

/* Memory: mbuf.ts */

/** Mbufs in the pool, MSIZE bytes each, in one arena. At most 65535 / MSIZE (a view's offset has 16 bits). */
export const NMBUFS = 32;
/** Clusters in the pool: adopted arrays or strings of at most MCLBYTES. */
export const NMBCLUSTERS = 12;
/** Mbufs that only input and acknowledgements may take, so that a full receive queue cannot deafen the board. */
export const MRESERVE = 8;

/**
 * Cells of the interpreter that must be free for a new connection to be taken: what it and its request need at most; and what
 * each of those needs yet that wait to be accepted, and all that stand together for their data (README.md has the figures).
 */
export const CELLS_SPARE = 500;
export const CELLS_CONN = 300;

/* Sockets: kern/ */

/** Open descriptors; and how many of them are left to what the stack itself needs: DHCP, names, a ping. */
export const NOFILE = 30;
export const FDRESERVE = 6;
/** File structures in the system (ENFILE beyond). */
export const NFILE = 32;
/** The longest queue of connections that listen() grants. */
export const SOMAXCONN = 8;
/** The largest buffer that setsockopt(SO_SNDBUF, SO_RCVBUF) grants, in bytes. */
export const SB_MAX = 32768;
/** Default send and receive buffer of a UDP socket, in bytes; the send buffer is the longest datagram. */
export const UDP_SENDSPACE = 9216;
export const UDP_RECVSPACE = 2 * 9216;

/** poll()? Programs have upcalls. */
export const SO_POLL = true;
/**
 * Descriptors of more than sockets: read, write, ioctl, dup, pipes (kern/sys_generic.ts)? Off in all bundles that are shipped
 * (tools/profile.js).
 */
export const KERN_FILES = true;
/** Pipes, and bytes that one holds. */
export const NPIPE = 4;
export const PIPSIZ = 512;
/** Files whose bytes the shell has: the console, the Storage (kern/vnode.ts). */
export const NVNODE = 4;
/** Control that goes with messages: descriptors in the local domain, where a datagram went to in the Internet's (IP_RECVDSTADDR). */
export const SO_CONTROL = true;

/* Interfaces: if/ */

/**
 * The packet tap (BPF: if/bpf.ts)? It needs KERN_FILES. Descriptors of it, bytes of captured packets that each holds, and
 * instructions that its filter may have.
 */
export const NET_BPF = true;
export const NBPF = 2;
export const BPF_BUFSIZE = 8192;
export const BPF_MAXINSNS = 128;

/** Chips that one native core may have. */
export const NETHER = 2;

/** Packets that may wait in the netisr queue. */
export const IFQ_MAXLEN = 8;
/**
 * Packets that may wait in an interface's output queue, and those of more than one mbuf: a SYN, an acknowledgement or a FIN
 * that is dropped costs its connection a second, data only its turn.
 */
export const IFQ_SNDMAX = 16;
export const IFQ_LARGE = 8;
/** Routes in the table. */
export const NROUTE = 16;

/* ARP (RFC 826, 1122 2.3.2, 5227): inet/arp.ts */

/** Entries in the cache. */
export const ARPTAB_SIZE = 12;
/** Life of a resolved entry that nobody uses (ms); RFC 1122 2.3.2.1 wants stale entries out. */
export const ARPT_KEEP = 1200000;
/** How long a neighbour is believed to be where it was heard, while it is sent to (ms; RFC 4861 10, REACHABLE_TIME). */
export const ARPT_REACHABLE = 30000;
/** Frames that may wait for one address to be known. */
export const ARP_MAXHOLD = 6;
/** Time between two requests for one address (ms); RFC 1122 2.3.2.1: at most one a second. */
export const ARPT_RETRY = 1000;
/** Requests before a host is declared down, and how long it stays so (ms). */
export const ARP_MAXTRIES = 5;
export const ARPT_DOWN = 20000;

/* IP, ICMP and UDP: inet/ */

/** Time to live of what we send (RFC 1700). */
export const IPDEFTTL = 64;
/** Answer address mask requests? RFC 1122 3.2.2.9: only when told to. */
export const ICMP_MASKREPL = false;
/** Answer timestamp requests? RFC 1122 3.2.2.8 leaves it open. */
export const ICMP_TSTAMPREPL = true;
/** ICMP errors a second (0: none are sent), and how many may be sent at once (RFC 1812 4.3.2.8). */
export const ICMP_RATE = 10;
export const ICMP_BURST = 20;
/** The ports for sockets that do not name one (RFC 6056, IANA's dynamic range). */
export const IPPORT_HIFIRST = 49152;
export const IPPORT_HILAST = 65535;

/** Is UDP in this build? DHCP and the resolver need it. */
export const INET_UDP = true;
/** In this build: raw sockets (SOCK_RAW); groups for sockets (IP_ADD_MEMBERSHIP ...); telling routers of groups (RFC 2236)? */
export const INET_RAW = true;
export const INET_MULTICAST = true;
export const INET_IGMP = true;
/**
 * May sockets have options of the IP header (IP_OPTIONS), source routes among them, and are those that come turned round
 * (RFC 9293 MUST-51 to 53)? RFC 7126 4.3 advises to drop such packets, and most networks do: not in what is shipped.
 */
export const IP_SRCROUTE = true;
/** Are options of the IP header looked at, and faults in them told (RFC 1122 3.2.1.8)? Without it they are passed over. */
export const IP_DOOPTIONS = true;
/** Are packets that an interface does not take cut to fragments, and those that come put together (RFC 791 3.2)? */
export const INET_FRAG = true;
/** Datagrams that are being put together, and how long the rest of one is waited for (ms; RFC 1122 3.3.2 has 60 s or more, others 30 s). */
export const IPQ_MAX = 4;
export const IPFRAGTTL = 30000;
/**
 * Switches for routers, off in all bundles that are shipped (tools/profile.js). Routes of programs, with metrics, and those that redirects tell of (RFC 1122 3.2.2.2)? Packets for others are taken on, where an
 * interface has IFF_FORWARD (RFC 1812)?
 */
export const INET_ROUTE = true;
export const INET_FORWARD = true;
/** Must what is taken on come by the interface by which its sender is reached (RFC 3704 2.2)? */
export const IP_RPFILTER = true;
/**
 * Do hosts behind an interface that has IFF_NAT share its address (RFC 3022)? Needs INET_FORWARD and INET_FRAG. Sessions, rules of
 * programs for what comes from outside, and how often it is looked for sessions that nobody uses (ms).
 */
export const INET_NAT = true;
export const NAT_MAX = 128;
export const NAT_MAXRULES = 8;
export const NAT_TICK = 10000;
/**
 * How long a session lives that nobody uses (ms): TCP's while it is established (RFC 5382 5: two hours and four minutes at least), and
 * before and after that (four minutes); UDP's (RFC 4787 4.3: five minutes), those with a name server, ICMP's (RFC 5508 3.2: one).
 */
export const NAT_TCPTIME = 7440000;
export const NAT_TCPSHORT = 240000;
export const NAT_UDPTIME = 300000;
export const NAT_DNSTIME = 30000;
export const NAT_ICMPTIME = 60000;
/** Groups that one socket may belong to. */
export const IP_MAX_MEMBERSHIPS = 8;

/* DHCP (RFC 2131) and AutoIP (RFC 3927): lib/dhcp */

/** Are they in this build? AutoIP needs DHCP, and that an address is probed before it is used (RFC 5227). */
export const INET_DHCP = true;
export const INET_AUTOIP = true;
export const INET_ACD = true;

/* TCP: inet/tcp_*.ts */

/** Is it in this build? */
export const INET_TCP = true;

/** Default send and receive buffer of a TCP socket, in bytes; the latter is the window offered at most. */
export const TCP_SENDSPACE = 2 * 1460;
export const TCP_RECVSPACE = 4 * 1460;
/** Connections, listeners included, and how many of them may be in TIME_WAIT: beyond, the oldest of these go. */
export const TCP_MAXPCB = 32;
export const TCP_MAXTW = 8;
/** Options in this build: window scale and timestamps (RFC 7323), selective acknowledgements (RFC 2018). */
export const TCP_DO_WSCALE = true;
export const TCP_DO_TSTAMP = true;
export const TCP_DO_SACK = true;
/** Is the last segment probed for, where nothing is heard for two round trips (RFC 8985 7)? Without it the timeout comes. */
export const TCP_DO_TLP = true;
/** Explicit congestion notification (RFC 3168): given to a peer that asks; asked for where a socket says TCP_ENABLE_ECN. */
export const TCP_DO_ECN = true;
/** Urgent data apart from other data (MSG_OOB; RFC 9293 3.8.5)? Without it is read in its place, as with SO_OOBINLINE. */
export const TCP_DO_URG = true;
/** Path MTU discovery (RFC 1191)? Without it routers may cut segments to pieces: they carry no DF. */
export const TCP_DO_PMTUD = true;
/** How a connection stands, for programs (tcpinfo)? */
export const TCP_DO_INFO = true;
/** Answer SYNs with cookies (RFC 4987 3.6) once the queue of half-open connections is full? */
export const TCP_DO_SYNCOOKIES = true;
/** Maximum segment lifetime (ms), half of the time in TIME_WAIT; RFC 9293 3.4.2 says two minutes, all systems less. */
export const TCP_MSL = 30000;
/** Least and greatest retransmission timeout (ms), what is added to the smoothed round-trip time at least. */
export const TCP_RTOINIT = 1000;
export const TCP_RTOMIN = 200;
export const TCP_RTOMAX = 60000;
/** Retransmissions in a row before a connection is given up: at least 100 s (RFC 9293 3.8.3, SHLD-11). */
export const TCP_MAXRXTSHIFT = 12;
/** How long an open takes at most (ms; RFC 9293 MUST-23: at least three minutes), and a half-open connection lives. */
export const TCP_CONNTIME = 180000;
export const TCP_KEEPINIT = 75000;
/** How long a peer may let no data go (ms) while others need the memory that it holds, or after the program has closed. */
export const TCP_SHUTTIME = 60000;
/** Idle time before the first keepalive probe, time between probes (ms), and probes (RFC 9293 3.8.4: two hours at least). */
export const TCP_KEEPIDLE = 7200000;
export const TCP_KEEPINTVL = 75000;
export const TCP_KEEPCNT = 9;
/** How long a closed connection waits for the peer's FIN (ms). */
export const TCP_FINWAIT2 = 60000;
/** How long a path is taken to let through no more than a router said (ms; RFC 1191 6.3: ten minutes). */
export const TCP_PMTUTIME = 600000;
/** Longest delay of an acknowledgement (ms; RFC 9293 3.8.6.3: below 500; well below a peer's least timeout, 200 with many). */
export const TCP_DELACKTIME = 100;
/** Answers a second on a connection to segments that are not believed: from before, beyond the window, forged (RFC 5961 7). */
export const TCP_CHALLENGES = 10;
/** Gaps that are remembered of what the peer has selectively acknowledged; all connections have twice as many. */
export const TCP_MAXHOLES = 24;

/* Host names: net/inet/dns, lib/resolver */

/** Are the servers asked in this build? Without it only addresses are names. */
export const INET_DNS = true;
/** Has a name without a dot the domain that DHCP gives? */
export const INET_DOMAIN = true;
/** Servers, questions that are being asked at a time, who may wait for each, and answers that are remembered. */
export const RES_MAXNS = 3;
export const RES_NQUERY = 4;
export const RES_MAXWAIT = 8;
export const RES_NCACHE = 8;
/** Rounds over the servers, and how long the first round takes (ms); each is twice as long as the one before. */
export const RES_RETRY = 3;
export const RES_RETRANS = 2000;
/** How long one server may think before the next is asked as well (ms). */
export const RES_NEXT = 500;
/** The longest reply that is read (RFC 1035 2.3.4), and the longest that one is believed (s). */
export const RES_PACKETSZ = 512;
export const RES_MAXTTL = 86400;

/* Espruino's own net, http and dgram over this stack: lib/networkjs */

/** Are they in this build? */
export const LIB_NETWORKJS = true;
/** Have programs the system calls (`eth.net`), pings of their own and counters? */
export const LIB_SYSCALLS = true;
/** Their sockets at most (the rest of NOFILE is for programs on the sockets API, and the libraries). */
export const NJ_MAXSOCK = 16;
/** How many of them are left to connections that the program makes itself, while others connect to it. */
export const NJ_OWN = 4;
/** Bytes that the interpreter moves at once: a datagram with Espruino's header. It takes them from the C stack, thrice. */
export const NJ_CHUNK = 8 + 1472;
/** Do programs connect to others with it (net.connect, http.get), or do they serve alone? */
export const NJ_CLIENTS = true;
/** How long a connection may take to come about, names included (s). */
export const NJ_CONNTIME = 30;
/** How long a request to an HTTP server may take to come, or to be answered at all (s). */
export const NJ_HTTPTIME = 120;
/** How long a connection to a net server may be silent (s), unless the program says otherwise; and when it gives way to others. */
export const NJ_IDLETIME = 600;
export const NJ_YIELDTIME = 30;
/** How long a closed connection keeps its socket for what the peer may still say, and an answer may take after the peer has (s). */
export const NJ_LINGER = 10;
export const NJ_ENDTIME = 10;
/** After so long a connection is probed when it is silent (s), so often, until so many probes found no answer. */
export const NJ_KEEPIDLE = 60;
export const NJ_KEEPINTVL = 15;
export const NJ_KEEPCNT = 4;
/** Bytes of a stream that it gets at once: it copies them more than once on their way to the program. */
export const NJ_READ = 1480;
/** While more bytes than this wait in the interpreter to be sent on a connection, its program is given nothing to read. */
export const NJ_UNSENT = 2920;
/** Bytes of a request or response that may wait for the program's reading it. */
export const NJ_HTTPMAX = 8192;
