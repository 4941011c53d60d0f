/**
 * How many of each structure the native build has, by the constants of config.ts as the profile sets them. All the memory
 * that the core will ever use is in here; nothing else is allocated.
 */
import type { Amounts, Constants } from "./compiler";

export function amounts(c: Constants): Amounts {
  const tcp = c["INET_TCP"] ? c["TCP_MAXPCB"] : 0;
  // what one socket may be in, and those that each interface is in of itself
  const groups = c["INET_MULTICAST"] ? c["NETHER"] + c["IP_MAX_MEMBERSHIPS"] : 0;
  return {
    arena: c["NMBUFS"] * c["MSIZE"],
    clusters: c["NMBCLUSTERS"],
    clusterBytes: c["MCLBYTES"],
    pools: {
      Mbuf: c["NMBUFS"],
      Cluster: c["NMBCLUSTERS"],
      File: c["NFILE"],
      Pipe: c["KERN_FILES"] ? c["NPIPE"] : 0,
      Vnode: c["KERN_FILES"] ? c["NVNODE"] : 0,
      BpfD: c["NET_BPF"] ? c["NBPF"] : 0,
      // Those that have a file, and TCP's that go on without one: TCP's own limit is met first, and makes room.
      Socket: c["NFILE"] + tcp,
      Nj: c["LIB_NETWORKJS"] ? Math.min(c["NJ_MAXSOCK"], c["NOFILE"] - c["FDRESERVE"]) : 0,
      Dhcp: c["INET_DHCP"] ? c["NETHER"] : 0,
      Rtentry: c["NROUTE"],
      Arptab: c["ARPTAB_SIZE"],
      EncSoftc: c["NETHER"],
      WzSoftc: c["NETHER"],
      EtherMulti: groups,
      InMulti: groups,
      InIfaddr: c["NETHER"] + 1, // the loopback's
      IpMoptions: c["INET_MULTICAST"] ? c["NFILE"] + 1 : 0,
      Ipq: c["INET_FRAG"] ? c["IPQ_MAX"] : 0,
      NatSession: c["INET_NAT"] ? c["NAT_MAX"] : 0,
      Inpcb: c["NFILE"] + tcp,
      Tcpcb: tcp,
      Sackhole: tcp ? 2 * c["TCP_MAXHOLES"] + tcp : 0,
    },
  };
}
