/**
 * Builds with less in them: a profile says otherwise than firmware/config.ts what is in the stack, and the bundler drops
 * what nothing refers to any more.
 */
const { readFileSync } = require("node:fs");
const { emptied, switchOf } = require("./switched");

/** What Net/3 has besides, and no bundle that is shipped. */
const HOST = {
  INET_FRAG: false,
  INET_ROUTE: false,
  INET_FORWARD: false,
  KERN_FILES: false,
  NET_BPF: false,
  INET_NAT: false,
  UDP_SENDSPACE: 1472,
  UDP_RECVSPACE: 4 * 1480,
};

/** TCP without its options, and what else a small network can do without. */
const SMALL = {
  ...HOST,
  INET_MULTICAST: false,
  INET_IGMP: false,
  INET_RAW: false,
  INET_AUTOIP: false,
  INET_DOMAIN: false,
  IP_SRCROUTE: false,
  TCP_DO_WSCALE: false,
  TCP_DO_TSTAMP: false,
  TCP_DO_SACK: false,
  TCP_DO_SYNCOOKIES: false,
  TCP_DO_ECN: false,
  TCP_DO_URG: false,
  TCP_DO_PMTUD: false,
  TCP_DO_INFO: false,
  INET_ACD: false,
  IP_DOOPTIONS: false,
  ICMP_TSTAMPREPL: false,
  SO_CONTROL: false,
  SO_POLL: false,
  IFQ_SNDMAX: 8,
  IFQ_LARGE: 4,
  CELLS_SPARE: 600,
  NJ_HTTPMAX: 2048,
  RES_NCACHE: 2,
  NMBUFS: 16,
  MRESERVE: 6,
  NMBCLUSTERS: 4,
  TCP_SENDSPACE: 1460,
  TCP_RECVSPACE: 2048,
  NJ_READ: 1460,
  NJ_UNSENT: 500,
  NJ_LINGER: 3,
  TCP_MAXTW: 3,
};

/** For the interpreter's own net and http alone. */
const TCP = { ...SMALL, INET_UDP: false, LIB_SYSCALLS: false, TCP_DO_TLP: false, INET_DNS: false };

/** Without TCP. */
const UDP = {
  ...HOST,
  INET_TCP: false,
  INET_RAW: false,
  INET_AUTOIP: false,
  ICMP_TSTAMPREPL: false,
  SO_CONTROL: false,
  SO_POLL: false,
  IP_SRCROUTE: false,
  INET_MULTICAST: false,
  INET_IGMP: false,
  NMBUFS: 16,
  NMBCLUSTERS: 4,
  MRESERVE: 4,
};

/** The constants of config.ts that each profile sets. */
exports.PROFILES = {
  /** all there is: for tests */
  test: {},
  /** for boards with room; RFC 7126 advises against source routes */
  full: { ...HOST, IP_SRCROUTE: false, SO_CONTROL: false },
  /** what a board has that leads from one network to another: for the simulator, and whoever builds it */
  router: { IP_SRCROUTE: false, NMBUFS: 64, NMBCLUSTERS: 24, NJ_CHUNK: 8 + 9216 },
  /** for 64 KB of Storage, as machine code */
  small: SMALL,
  /** TCP for the interpreter's own net and http, and DHCP: for 48 KB of Storage, as machine code */
  tcp: TCP,
  /**
   * TCP for servers of the interpreter's own net and http at an address by hand: for 40 KB of Storage, as machine code. Nobody here
   * speaks first (NET_ACTIVE, net/kern/protosw.ts); no errors are told by ICMP; and keepalive is from the beginning as the interpreter's
   * connections have it (NJ_KEEPIDLE).
   */
  server: {
    ...TCP,
    INET_DHCP: false,
    NJ_CLIENTS: false,
    NJ_OWN: 0,
    ICMP_RATE: 0,
    TCP_KEEPIDLE: 60000,
    TCP_KEEPINTVL: 15000,
    TCP_KEEPCNT: 4,
  },
  /** without TCP: for 48 KB of Storage */
  udp: UDP,
  /** the interpreter's own dgram, and an address by DHCP: for 40 KB of Storage, as machine code */
  dgram: { ...UDP, LIB_SYSCALLS: false, INET_DOMAIN: false, RES_NCACHE: 2 },
};

/** Those that are built for boards. */
exports.SHIPPED = ["full", "small", "udp", "tcp", "dgram", "server"];

const NATIVE_SMALL = {
  TCP_RECVSPACE: 2 * 1460, // so a window is a segment of full size, which one cluster holds
  NETHER: 1,
  NFILE: 4,
  NOFILE: 4,
  FDRESERVE: 0,
  SOMAXCONN: 2,
  TCP_MAXPCB: 4,
  TCP_MAXTW: 1,
  TCP_MAXHOLES: 1,
  NROUTE: 4,
  ARPTAB_SIZE: 5,
  NMBUFS: 13,
  NMBCLUSTERS: 3,
};

const NATIVE_UDP = {
  NETHER: 1,
  NFILE: 8,
  NOFILE: 8,
  FDRESERVE: 3,
  NROUTE: 4,
  ARPTAB_SIZE: 6,
  NMBUFS: 13,
  NMBCLUSTERS: 3,
};

/**
 * What the native core of a profile has less of: there all that may ever be needed is set aside, here it comes out of what
 * the program leaves. Tests of pools have those of config.ts.
 */
exports.NATIVE = {
  full: {
    NFILE: 22,
    NOFILE: 21,
    FDRESERVE: 5,
    TCP_MAXPCB: 20,
    TCP_MAXHOLES: 16,
    NROUTE: 8,
    NMBUFS: 24,
    NMBCLUSTERS: 8,
    MRESERVE: 6,
  },
  small: NATIVE_SMALL,
  tcp: NATIVE_SMALL,
  server: NATIVE_SMALL,
  test: { BPF_BUFSIZE: 4096, NAT_MAX: 40 },
  router: {
    NFILE: 24,
    NOFILE: 22,
    TCP_MAXPCB: 20,
    TCP_MAXHOLES: 16,
    NMBUFS: 48,
    NMBCLUSTERS: 15,
    BPF_BUFSIZE: 3328,
    NAT_MAX: 48, // all of it below 64 KB: the interpreter's views count no further
  },
  udp: NATIVE_UDP,
  dgram: NATIVE_UDP,
};

/** The constants of a profile's native core: all its memory lies within 64 KB, as far as the interpreter's views see. */
exports.nativeConstants = (name) => ({ ...exports.PROFILES[name], ...exports.NATIVE[name] });

/** The text of config.ts (which has no types in it) with other constants. */
function configured(text, constants) {
  return Object.entries(constants).reduce((made, [name, value]) => {
    const declaration = new RegExp(`^export const ${name} = .*;$`, "m");
    if (!declaration.test(made)) throw new Error(`config.ts has no ${name}`);
    return made.replace(declaration, `export const ${name} = ${value};`);
  }, text);
}

exports.configured = configured;

/** A rollup input plugin, to stand before the compiler's. What the profile switches off is not there. */
exports.profile = function profile(constants) {
  return {
    name: "profile",
    load(id) {
      const constant = switchOf(id);
      if (constant && constants[constant] === false) return { code: emptied(readFileSync(id, "utf8")), map: null };
      if (!id.endsWith("/firmware/config.ts")) return null;
      const text = configured(readFileSync(id, "utf8"), constants);
      return { code: text.replace(/^export const /gm, "export var "), map: null }; // ES5, as the compiler makes it
    },
  };
};
