/**
 * The types for programs (index.d.ts) against those of the firmware: whatever the firmware gives is what they say, and
 * whatever they allow the firmware takes. Compiled by types.test.ts.
 */
import type { EncOptions } from "../../firmware/drivers/enc28j60/enc28j60_shell";
import type { ConnectOptions } from "../../firmware/lib/ethernet/connect";
import type { Ethernet } from "../../firmware/lib/ethernet/ethernet";
import type { SocketsApi } from "../../firmware/lib/sockets";
import type { DhcpServer } from "../../firmware/modules/dhcpd/dhcpd";
import type { DhcpdOptions } from "../../firmware/modules/dhcpd/dhcpd_var";
import type { MdnsOptions } from "../../firmware/modules/mdns/mdns_var";
import type { tools } from "../../firmware/modules/nettools/nettools";
import type { Pcap, PcapOptions } from "../../firmware/modules/pcap_udp";
import type { Sntp, SntpOptions } from "../../firmware/modules/sntp";
import type { Tcpdump, TcpdumpOptions } from "../../firmware/modules/tcpdump/tcpdump";
import type { Telnet, TelnetOptions } from "../../firmware/modules/telnet";
import type { TftpdOptions } from "../../firmware/modules/tftpd";
import type { Hop, TracerouteOptions } from "../../firmware/modules/traceroute";
import type { Update, UpdateOptions } from "../../firmware/modules/update/update";

type Told = EspruinoEthernet.Ethernet;
/** Events are of every object on a board. */
type Events = "on" | "removeListener" | "removeAllListeners";

/** Compiles where From may stand for To. */
type Fits<From extends To, To> = From;
/** The names that only one of them has. */
type Strays<A, B> = [Exclude<keyof A, keyof B>, Exclude<keyof B, keyof A>];
type None = [never, never];

export type Agreement = [
  Fits<ReturnType<Ethernet["getIP"]>, EspruinoEthernet.IpInfo>,
  Fits<Strays<ReturnType<Ethernet["getStatus"]>, EspruinoEthernet.Status>, None>,
  Fits<Strays<Ethernet, Omit<Told, Events>>, None>,
  Fits<Strays<SocketsApi, EspruinoEthernet.Sockets>, None>,
  Fits<Strays<ConnectOptions & EncOptions, EspruinoEthernet.Enc28j60Options>, None>,
  Fits<EspruinoEthernet.MdnsOptions, MdnsOptions>,
  Fits<EspruinoEthernet.DhcpServerOptions, DhcpdOptions>,
  Fits<DhcpServer, EspruinoEthernet.DhcpServer>,
  Fits<EspruinoEthernet.TftpServerOptions, TftpdOptions>,
  Fits<EspruinoEthernet.SntpOptions, SntpOptions>,
  Fits<EspruinoEthernet.TelnetOptions, TelnetOptions>,
  Fits<EspruinoEthernet.UpdateOptions, UpdateOptions>,
  Fits<EspruinoEthernet.TracerouteOptions, TracerouteOptions>,
  Fits<ReturnType<typeof tools>, EspruinoEthernet.Tools>,
  Fits<EspruinoEthernet.TcpdumpOptions, TcpdumpOptions>,
  Fits<EspruinoEthernet.PcapOptions, PcapOptions>,
  Fits<Tcpdump | Pcap, EspruinoEthernet.Capture>,
  Fits<Hop, EspruinoEthernet.Hop>,
  Fits<Sntp | Telnet | Update, EspruinoEthernet.Service>,
  Fits<Update, EspruinoEthernet.Update>,
];
