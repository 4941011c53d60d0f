/**
 * Types for programs: require("enc28j60"), require("w5500-raw"), what their `connect` gives, the sockets, and the modules for
 * Storage. They need no others; Espruino's own globals come from wherever an editor has them.
 *
 *     { "compilerOptions": { "types": ["espruino-ethernet"], "checkJs": true, "lib": ["ES5"] } }    // tsconfig.json
 */

declare namespace EspruinoEthernet {
  /** A pin, as Espruino has it. */
  interface Pin {
    read(): boolean;
    set(): void;
    reset(): void;
  }

  /** An SPI bus, as Espruino has it. */
  interface Spi {
    send(data: any, nss?: any): any;
    write(...data: any[]): void;
  }

  interface ConnectOptions {
    spi: Spi;
    /** chip select */
    cs: Pin;
    /** interrupt; without it the chip is asked every 5 ms */
    int?: Pin;
    /** reset; without it the chip is reset by instruction */
    rst?: Pin;
    /** "02:00:00:12:34:56"; without it an address is made of the board's serial number */
    mac?: string;
    /** sets the bus up, with `sck`, `miso` and `mosi`: Hz */
    baud?: number;
    sck?: Pin;
    miso?: Pin;
    mosi?: Pin;
  }

  interface Enc28j60Options extends ConnectOptions {
    /** only for a switch port that is set to 10BASE-T full duplex by hand: the chip cannot negotiate */
    fullDuplex?: boolean;
  }

  /** Dotted quads. */
  interface IpOptions {
    ip?: string;
    /** default: 255.255.255.0 */
    subnet?: string;
    gateway?: string;
    /** name server; default: the gateway */
    dns?: string;
    /** hardware address; it may come alone */
    mac?: string;
  }

  interface IpInfo {
    ip: string;
    subnet: string;
    gateway: string;
    dns: string;
    mac: string;
  }

  interface Status {
    /** "offline": the chip does not answer; "disconnect": no cable; "connected": no address yet; "online" */
    state: "offline" | "disconnect" | "connected" | "online";
    phylink: "up" | "down";
    ip: string;
    /** state of the DHCP client; "static" while there is none */
    dhcp: string;
    /** the DHCP server, and for how many seconds more the address is ours */
    server: string;
    lease: number;
    /** frames, and how many of them were lost */
    received: number;
    sent: number;
    errors: number;
  }

  /** Why something failed; null when it did not. */
  type ErrorCallback = (error: string | null) => void;

  interface PingOptions {
    /** ms; default 2000 */
    timeout?: number;
    /** bytes of data, at most 1472; default 56 */
    size?: number;
  }

  interface PingResult {
    host: string;
    ip: string;
    seq: number;
    ttl: number;
    ms: number;
  }

  type PingCallback = (error: string | null, result?: PingResult) => void;

  interface ForwardOptions {
    /** default "tcp" */
    protocol?: "tcp" | "udp";
    /** of the address that is shared */
    port: number;
    /** an address behind it; to "add" */
    to?: string;
    /** there; default: the same */
    toPort?: number;
  }

  /** What `connect` gives. */
  interface Ethernet {
    /** An address by DHCP. Never waits: `callback` is called when there is an address, or why there is none: at once in the server bundle. */
    setIP(callback?: ErrorCallback | null): boolean;
    /** An address by hand. */
    setIP(options: IpOptions, callback?: ErrorCallback): boolean;
    getIP(callback?: (error: null, info: IpInfo) => void): IpInfo;
    getStatus(callback?: (error: null, status: Status) => void): Status;
    /** What DHCP servers are told; before `setIP`. Undefined in the server bundle, which has no DHCP. */
    setHostname(name: string, callback?: ErrorCallback): boolean;
    getHostname(callback?: (error: null, name: string) => void): string;
    /** Routes of one's own, in builds with INET_ROUTE; throws an Error that says what is wrong. Without a gateway: on this cable. */
    route?(request: "add" | "delete" | "change", options: { to: string; gateway?: string; metric?: number }): void;
    /** Are packets for others to come and go by this interface, in builds with INET_FORWARD? */
    setForwarding?(on: boolean): void;
    /** Is this interface's address shared by those behind the others, in builds with INET_NAT? */
    setNAT?(on: boolean): void;
    /** Leads what comes to a port of the shared address to somebody behind it, or no more; throws an Error that says what is wrong. */
    forwardPort?(request: "add" | "delete", options: ForwardOptions): void;
    /** Counters of address translation, by the numbers of firmware/net/inet/nat/nat_var.ts. */
    natStats?(): Uint32Array | null;
    /** What is translated now: addresses as inet_addr has them, `ms` until it is forgotten. In such a build. */
    natSessions?(): {
      protocol: number;
      inside: number;
      insidePort: number;
      outside: number;
      outsidePort: number;
      port: number;
      ms: number;
    }[];
    ping(host: string, callback: PingCallback): void;
    ping(host: string, options: PingOptions, callback: PingCallback): void;
    /** Counters and tables; require("netstat") prints them. */
    stats(): object;
    /** Gives the address back and lets go of the chip. */
    end(): void;
    readonly net: Sockets;
    on(event: "connected", listener: (ip: string) => void): void;
    on(event: "disconnected", listener: () => void): void;
    on(event: "error", listener: (message: string) => void): void;
    /** What went wrong with the chip and was put right. */
    on(event: "recovered", listener: (cause: string) => void): void;
    removeListener(event: string, listener: Function): void;
    removeAllListeners(event?: string): void;
  }

  /** An endpoint; `sin_addr` as `inet_addr` gives it. */
  interface SockaddrIn {
    sin_family: number;
    sin_addr: number;
    sin_port: number;
  }

  /** How a connection stands: what Linux tells by TCP_INFO. */
  interface TcpInfo {
    state: string;
    rtt: number;
    rttvar: number;
    rto: number;
    backoff: number;
    mss: number;
    cwnd: number;
    ssthresh: number;
    inFlight: number;
    unsent: number;
    sendWindow: number;
    receiveWindow: number;
  }

  /** What is behind a descriptor of a program's own. */
  interface VnodeOps {
    /** at most `length` bytes, nothing at the end, -11 (EAGAIN) for "not now" */
    read?(length: number): string | number;
    /** how much was taken */
    write?(data: string): number;
    close?(): void;
    /** put here by `vnode`: it can be read (1), written (4) now */
    ready?(events: number): void;
  }

  interface Message {
    msg_name?: SockaddrIn | {} | null;
    msg_data?: string | Uint8Array;
    msg_rights?: number[] | null;
    msg_control?: { cmsg_level: number; cmsg_type: number; cmsg_data: number }[];
    msg_flags?: number;
  }

  interface Pollfd {
    fd: number;
    events: number;
    revents?: number;
  }

  /** BSD's system calls. None of them waits; a negative answer is an error number. */
  interface Sockets {
    readonly AF_INET: number;
    readonly SOCK_STREAM: number;
    readonly SOCK_DGRAM: number;
    readonly SOCK_RAW: number;
    readonly SOL_SOCKET: number;
    readonly SO_REUSEADDR: number;
    readonly SO_BROADCAST: number;
    readonly SO_ERROR: number;
    readonly SO_KEEPALIVE: number;
    readonly SO_LINGER: number;
    readonly SO_RCVBUF: number;
    readonly SO_SNDBUF: number;
    readonly IPPROTO_IP: number;
    readonly IPPROTO_ICMP: number;
    readonly IPPROTO_TCP: number;
    readonly IP_TOS: number;
    readonly IP_TTL: number;
    readonly IP_MULTICAST_IF: number;
    readonly IP_MULTICAST_TTL: number;
    readonly IP_MULTICAST_LOOP: number;
    readonly IP_ADD_MEMBERSHIP: number;
    readonly IP_DROP_MEMBERSHIP: number;
    readonly TCP_NODELAY: number;
    readonly TCP_MAXSEG: number;
    readonly TCP_KEEPIDLE: number;
    readonly TCP_KEEPINTVL: number;
    readonly TCP_KEEPCNT: number;
    readonly TCP_USER_TIMEOUT: number;
    socket(domain: number, type: number, protocol: number): number;
    bind(fd: number, name: SockaddrIn): number;
    listen(fd: number, backlog: number): number;
    /** `name` becomes the peer's. */
    accept(fd: number, name: SockaddrIn | {} | null): number;
    /** -115 (EINPROGRESS): the upcall tells when it is done. */
    connect(fd: number, name: SockaddrIn): number;
    /** How much was taken. */
    send(fd: number, data: string | Uint8Array, flags: number): number;
    sendto(fd: number, data: string | Uint8Array, flags: number, name: SockaddrIn | {}): number;
    /** -11 (EAGAIN) while nothing has come, nothing at the end. `from` becomes the sender's. */
    recvfrom(fd: number, length: number, flags: number, from: SockaddrIn | {} | null): Uint8Array | number;
    recv(fd: number, length: number, flags: number): Uint8Array | number;
    recvstring(fd: number, length: number, flags: number, from: SockaddrIn | {} | null): string | number;
    shutdown(fd: number, how: number): number;
    close(fd: number): number;
    getsockname(fd: number, name: SockaddrIn | {}): number;
    getpeername(fd: number, name: SockaddrIn | {}): number;
    getsockopt(fd: number, level: number, option: number): number;
    setsockopt(fd: number, level: number, option: number, value: number): number;
    /** Called after something has happened to the socket. */
    setupcall(fd: number, upcall: ((fd: number) => void) | null): number;
    tcpinfo(fd: number): TcpInfo | number;
    inet_addr(text: string): number;
    inet_ntoa(addr: number): string;
    gethostbyname(name: string, callback: (addr: number, herror: number) => void): void;
    /*
     * Descriptors of any type, and the packet tap: in builds with KERN_FILES and NET_BPF (the profile router), none of which is
     * shipped.
     */
    readonly POLLIN?: number;
    readonly POLLOUT?: number;
    /** Requests of ioctl: how many bytes are to be read; those of the packet tap, as bpf(4) has them. */
    readonly FIONREAD?: number;
    readonly BIOCFLUSH?: number;
    readonly BIOCPROMISC?: number;
    readonly BIOCGDLT?: number;
    /** (0): packets that have gone by; (1): those that were lost for want of room */
    readonly BIOCGSTATS?: number;
    readonly BIOCSSNAP?: number;
    /** the clock of the stamps, now (ms) */
    readonly BIOCGUPTIME?: number;
    readonly BIOCGBLEN?: number;
    /** "en0", "lo0" */
    readonly BIOCSETIF?: number;
    /** instructions, each [code, jt, jf, k] */
    readonly BIOCSETF?: number;
    /** Requests about interfaces, neighbours and routes, numbered as on Linux. */
    readonly SIOCADDRT?: number;
    readonly SIOCDELRT?: number;
    readonly SIOCGIFCONF?: number;
    readonly SIOCGIFFLAGS?: number;
    readonly SIOCSIFFLAGS?: number;
    readonly SIOCGIFADDR?: number;
    readonly SIOCSIFADDR?: number;
    readonly SIOCGIFBRDADDR?: number;
    readonly SIOCGIFNETMASK?: number;
    readonly SIOCSIFNETMASK?: number;
    readonly SIOCGIFMTU?: number;
    readonly SIOCSIFMTU?: number;
    readonly SIOCGIFHWADDR?: number;
    readonly SIOCSARP?: number;
    readonly SIOCGARP?: number;
    readonly SIOCDARP?: number;
    /** An option of level IPPROTO_IP: recvmsg tells where a datagram went to. */
    readonly IP_RECVDSTADDR?: number;
    /** "/dev/bpf": a packet tap; with the module vfs "/dev/console" and files of the Storage, `flags` as on Linux (0x441: created, added to) */
    open?(path: string, flags?: number): number;
    /** A descriptor of what a program makes readable and writable. */
    vnode?(ops: VnodeOps): number;
    /** How much was taken. */
    sendmsg?(fd: number, msg: Message, flags: number): number;
    recvmsg?(fd: number, msg: Message, length: number, flags: number): number;
    /** -11 (EAGAIN) while there is nothing, nothing at the end. Of a tap whole packets. */
    read?(fd: number, length: number): Uint8Array | number;
    readstring?(fd: number, length: number): string | number;
    /** How much was taken. */
    write?(fd: number, data: string | Uint8Array): number;
    readv?(fd: number, lengths: number[]): string[] | number;
    writev?(fd: number, pieces: (string | Uint8Array)[]): number;
    /** `value`: a number; for the tap a name or a filter; for SIOC... an object with BSD's fields (ifr_name, ifr_addr, arp_pa, rt_dst ...). */
    ioctl?(fd: number, request: number, value?: number | string | number[][] | object): number;
    /** `fds` becomes [to be read, to be written]. */
    pipe?(fds: number[]): number;
    dup?(fd: number): number;
    dup2?(fd: number, to: number): number;
    /** Of many descriptors how many have something to tell, in `revents` of each. */
    poll?(fd: number | Pollfd[], events: number): number;
    /** Called with those of `fds` that can be read and those of `writefds` that can be written, once for all that has happened in a turn. */
    select?(fds: number[], upcall: ((ready: number[], writable: number[]) => void) | null, writefds?: number[]): number;
  }

  /** What can be ended. */
  interface Service {
    end(): void;
  }

  interface MdnsService {
    /** "_http._tcp" */
    type: string;
    port: number;
    txt?: { [key: string]: string | number | boolean };
    /** as people see it; without one it is the host's */
    name?: string;
  }

  interface MdnsOptions {
    /** of the host, without ".local" */
    name: string;
    services?: MdnsService[];
    /** when the host has its name, which may be another one */
    callback?: (name: string) => void;
  }

  interface SntpResult {
    server: string;
    /** how far the clock was behind, and how long the question took (s) */
    offset: number;
    delay: number;
    stratum: number;
    /** seconds since 1970, now */
    time: number;
  }

  interface SntpOptions {
    server: string | string[];
    /** seconds between questions; default 3600, at least 15 */
    interval?: number;
    callback?: (error: string | null, result?: SntpResult) => void;
    /** sets the clock, in place of Espruino's setTime */
    setTime?: (seconds: number) => void;
  }

  interface TelnetOptions {
    password: string;
    /** default 23 */
    port?: number;
    /** seconds of silence after which a session ends; default 300 */
    timeout?: number;
    /** the other end is a program, not a telnet client */
    raw?: boolean;
  }

  interface UpdateOptions {
    password: string;
    /** default 8266 */
    port?: number;
    /** seconds that a new program must run before it counts as good; default 30 */
    confirm?: number;
    /** restart at once when a program has come; default true */
    restart?: boolean;
  }

  interface Update extends Service {
    /** The new program is good. */
    confirm(): void;
  }

  interface InterfaceInfo {
    name: string;
    /** "UP", "BROADCAST" ... */
    flags: string[];
    mtu: number;
    ether?: string;
    inet?: string;
    netmask?: string;
    broadcast?: string;
    status?: "active" | "no carrier";
    ipackets: number;
    ierrors: number;
    opackets: number;
    oerrors: number;
    collisions: number;
  }

  interface Neighbour {
    ip: string;
    /** null while it is asked for */
    mac: string | null;
    interface: string;
    permanent: boolean;
  }

  interface Route {
    /** "10.0.0.0/24", "10.0.0.7", or "default" */
    destination: string;
    /** null: on the interface's own net */
    gateway: string | null;
    /** U up, G gateway, H host, R reject, D by a redirect, S by hand */
    flags: string;
    interface: string;
  }

  interface Connection {
    proto: string;
    /** bytes that wait to be read, and to be acknowledged */
    recvQ: number;
    sendQ: number;
    /** "10.0.0.1.80", "*.80" */
    local: string;
    foreign: string;
    /** of a TCP */
    state: string;
  }

  interface MemoryInfo {
    mbufs: number;
    mbufsInUse: number;
    clusters: number;
    clustersInUse: number;
    denied: number;
  }

  /** Each prints as its namesake of Unix does, and answers the same as objects. */
  interface Tools {
    /** of one interface, or of all */
    ifconfig(name?: string): InterfaceInfo[];
    arp(option?: "-a"): Neighbour[];
    /** forgets a neighbour, in a router's stack */
    arp(option: "-d", ip: string): Neighbour[];
    route(): Route[];
    /** in a router's stack */
    route(request: "add" | "delete" | "change", to: string, gateway?: string, metric?: number): Route[];
    /** sockets with an address of the board's; `sockets` has servers too */
    netstat(): Connection[];
    mbstat(): MemoryInfo;
    sockets(): Connection[];
  }

  interface TapOptions {
    /** default "en0" */
    interface?: string;
    /** what `tcpdump -dd EXPRESSION` prints, or the instructions, each [code, jt, jf, k]; default: every packet */
    filter?: string | number[][];
    /** bytes of each packet at most */
    snaplen?: number;
    /** also what is for others */
    promiscuous?: boolean;
  }

  interface TcpdumpOptions extends TapOptions {
    /** ends after so many packets */
    count?: number;
    /** takes the lines, in place of the console */
    print?: (line: string) => void;
  }

  interface PcapOptions extends TapOptions {
    /** default 2002, or 37008 with `to` */
    port?: number;
    /** an address: frames go there in datagrams (TZSP), and nobody can connect */
    to?: string;
  }

  interface Capture extends Service {
    /** How many packets have gone by, and how many of those that were wanted were lost for want of room. */
    stats(): { received: number; dropped: number };
  }

  /** Who has asked the DHCP server. */
  interface DhcpClient {
    mac: string;
    /** "" when it has an address of its own */
    ip: string;
    /** what it says of itself; "" where it does not */
    name: string;
    vendor: string;
    user: string;
    /** RFC 4578: 0 a PC's BIOS, 7 UEFI; -1 when it does not say */
    arch: number;
  }

  interface DhcpServerOptions {
    /** the range, 64 addresses at most; default: sixteen behind the board's own */
    first?: string;
    last?: string;
    /** seconds; default 3600, at least 60 */
    lease?: number;
    /** default: none */
    router?: string;
    dns?: string | string[];
    domain?: string;
    /** addresses by hardware address */
    fixed?: { [mac: string]: string };
    /** what to boot, and from where (default: the board) */
    file?: string | ((client: DhcpClient) => string);
    next?: string;
    /** there is no other server */
    authoritative?: boolean;
    callback?: (event: string, client: DhcpClient) => void;
  }

  interface DhcpServer extends Service {
    leases(): DhcpClient[];
    readonly counts: {
      received: number;
      bad: number;
      relayed: number;
      others: number;
      busy: number;
      offers: number;
      acks: number;
      naks: number;
      declines: number;
      releases: number;
      conflicts: number;
      exhausted: number;
    };
  }

  interface TftpServerOptions {
    /** a file's content; undefined: there is none of this name */
    read: (name: string, ip: string) => string | undefined;
    /** default 69 */
    port?: number;
    /** how each transfer ends: `error` is falsy when it is whole */
    callback?: (error: string | null, name: string, ip: string) => void;
  }

  interface Hop {
    hop: number;
    /** of who answered; "" for nobody */
    ip: string;
    ms: number;
    /** no more will come */
    last: boolean;
  }

  interface TracerouteOptions {
    /** default 30 */
    hops?: number;
    /** ms for each; default 1000 */
    timeout?: number;
  }

  type TracerouteCallback = (error: string | null, hop?: Hop) => void;
}

declare module "enc28j60" {
  export function connect(options: EspruinoEthernet.Enc28j60Options): EspruinoEthernet.Ethernet;
}

declare module "w5500-raw" {
  export function connect(options: EspruinoEthernet.ConnectOptions): EspruinoEthernet.Ethernet;
}

declare module "dhcpd" {
  export function start(
    eth: EspruinoEthernet.Ethernet,
    options?: EspruinoEthernet.DhcpServerOptions,
  ): EspruinoEthernet.DhcpServer;
}

declare module "tftpd" {
  export function start(
    eth: EspruinoEthernet.Ethernet,
    options: EspruinoEthernet.TftpServerOptions,
  ): EspruinoEthernet.Service;
}

declare module "vfs" {
  /** From now on `eth.net.open` knows the console and the files of the Storage. */
  export function mount(eth: EspruinoEthernet.Ethernet): void;
}

declare module "mdns" {
  export function start(
    eth: EspruinoEthernet.Ethernet,
    options: EspruinoEthernet.MdnsOptions,
  ): EspruinoEthernet.Service;
}

declare module "sntp" {
  export function start(
    eth: EspruinoEthernet.Ethernet,
    options: EspruinoEthernet.SntpOptions,
  ): EspruinoEthernet.Service;
}

declare module "telnet" {
  export function start(
    eth: EspruinoEthernet.Ethernet,
    options: EspruinoEthernet.TelnetOptions,
  ): EspruinoEthernet.Service;
}

declare module "update" {
  export function start(
    eth: EspruinoEthernet.Ethernet,
    options: EspruinoEthernet.UpdateOptions,
  ): EspruinoEthernet.Update;
  /** Puts the first program in place. */
  export function install(program: string): void;
}

declare module "netstat" {
  /** `what`: letters of what to show: i interfaces, a sockets, r routes, n neighbours, s counters, m memory, x what is translated (a router's). */
  export function netstat(eth: EspruinoEthernet.Ethernet, what?: string, print?: (line: string) => void): void;
}

declare module "nettools" {
  export function tools(eth: EspruinoEthernet.Ethernet): EspruinoEthernet.Tools;
  /** Makes the tools functions of the console: ifconfig() arp() route() netstat() mbstat() sockets(). */
  export function install(eth: EspruinoEthernet.Ethernet): EspruinoEthernet.Tools;
}

declare module "tcpdump" {
  /** Needs a build with a packet tap (the profile router). */
  export function start(
    eth: EspruinoEthernet.Ethernet,
    options?: EspruinoEthernet.TcpdumpOptions,
  ): EspruinoEthernet.Capture;
}

declare module "pcap" {
  /** Needs a build with a packet tap (the profile router). */
  export function start(
    eth: EspruinoEthernet.Ethernet,
    options?: EspruinoEthernet.PcapOptions,
  ): EspruinoEthernet.Capture;
}

declare module "traceroute" {
  export function start(
    eth: EspruinoEthernet.Ethernet,
    host: string,
    callback: EspruinoEthernet.TracerouteCallback,
  ): EspruinoEthernet.Service;
  export function start(
    eth: EspruinoEthernet.Ethernet,
    host: string,
    options: EspruinoEthernet.TracerouteOptions,
    callback: EspruinoEthernet.TracerouteCallback,
  ): EspruinoEthernet.Service;
}
