/**
 * Which files are native: they lie in the subset (docs/subset.md), as `npm run check` sees to, and are compiled. The list
 * grows from the bottom, and never shrinks.
 */
export const NATIVE_FILES: readonly string[] = [
  "firmware/config.ts",
  "firmware/net/if/ifnet.ts",
  "firmware/net/if/route.ts",
  "firmware/net/inet/in_cksum.ts",
  "firmware/net/inet/in_hash.ts",
  "firmware/net/inet/tcp/tcp_fsm.ts",
  "firmware/net/inet/tcp/tcp_stat.ts",
  "firmware/net/kern/errno.ts",
  "firmware/net/kern/mbuf.ts",
  "firmware/net/kern/mbuf_chain.ts",
  "firmware/net/kern/mbuf_copyback.ts",
  "firmware/net/kern/mbuf_devget.ts",
  "firmware/net/kern/protosw.ts",
  "firmware/net/kern/sbcollapse.ts",
  "firmware/net/kern/sockbuf.ts",
  "firmware/net/kern/socketvar.ts",
  "firmware/net/wire/arp.ts",
  "firmware/net/wire/icmp.ts",
  "firmware/net/wire/igmp.ts",
  "firmware/net/wire/ip.ts",
  "firmware/net/wire/tcp.ts",
  "firmware/net/wire/udp.ts",
  "firmware/types.ts",
];
