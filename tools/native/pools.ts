/**
 * How many of each structure the native build has, by the constants of config.ts as the profile sets them. All the memory
 * that the core will ever use is in here; nothing else is allocated.
 */
import type { Amounts, Constants } from "./compiler";

export function amounts(c: Constants): Amounts {
  return {
    arena: c["NMBUFS"] * c["MSIZE"],
    clusters: c["NMBCLUSTERS"],
    clusterBytes: c["MCLBYTES"],
    pools: {
      Mbuf: c["NMBUFS"],
      Cluster: c["NMBCLUSTERS"],
      File: c["NFILE"],
      Socket: c["NFILE"] + c["SOMAXCONN"],
      Rtentry: c["NROUTE"],
      Arptab: c["ARPTAB_SIZE"],
      EncSoftc: 2,
      WzSoftc: 2,
      EtherMulti: 8,
      InMulti: 8,
      InIfaddr: 4,
      IpMoptions: c["NFILE"] + 1,
      Inpcb: c["NFILE"] + c["TCP_MAXPCB"],
      Tcpcb: c["TCP_MAXPCB"],
      Sackhole: 2 * c["TCP_MAXHOLES"] + c["TCP_MAXPCB"],
    },
  };
}
