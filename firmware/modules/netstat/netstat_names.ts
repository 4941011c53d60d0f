/**
 * What the stack's counters count, in words: one text for each, in the order of ip_var.ts, icmp_var.ts, udp_var.ts, tcp_stat.ts,
 * arp_var.ts and drivers/watchdog.ts. BSD: usr.bin/netstat/inet.c, whose words they are where it counts the same.
 */
import { INET_FORWARD, INET_FRAG } from "../../config";

export const IPS =
  "packets received,delivered,shorter than a header,of another version,bad header lengths,bad lengths," +
  "shorter than they say,bad checksums,impossible sources,for somebody else,bad options,fragments,fragments dropped," +
  "of unknown protocols,dropped for want of memory,packets sent,dropped on output,without a route,too long to send," +
  "dropped: raw socket full" +
  (INET_FRAG ? ",datagrams put together,given up: not all came,longer than can be,datagrams cut,fragments sent" : "") +
  (INET_FORWARD ? ",taken on for others,redirects sent" : "");

export const ICPS =
  "errors due,not sent: about an error,not sent: about a packet for many,not sent: too many,shorter than they must be," +
  "bad checksums,bad codes,bad lengths,answers,requests to many";

export const UDPS =
  "datagrams received,shorter than a header,bad checksums,bad lengths,for no socket,of them for many,dropped: socket full," +
  "not for the socket of the one before,delivered,datagrams sent";

export const TCPSTATS =
  "connection requests,connections accepted,connections established,connections dropped,of them not yet established," +
  "connections closed,SYNs dropped,answered with a cookie,connections by a cookie,ended early in TIME_WAIT," +
  "given up after retransmissions,keepalive timeouts,keepalive probes,dropped by keepalive,retransmission timeouts," +
  "persist timeouts,tail loss probes,fast recoveries,round trips measured,needless timeouts,segments sent," +
  "data segments sent,data bytes sent,data segments sent again,data bytes sent again,mere acks sent,window probes sent," +
  "SYN FIN RST sent,not sent for want of memory,challenge acks,challenge acks not sent,segments received," +
  "shorter than a header,bad checksums,bad offsets,predicted acks,predicted data segments," +
  "not for the connection of the one before,segments in sequence,bytes in sequence,segments had before," +
  "segments out of order,out of order: no memory,in sequence: no memory,beyond the window,after the close," +
  "too old by timestamp,duplicate acks,acks of what was not sent,acks of data,bytes acknowledged,window updates," +
  "window probes received,acks for a listener,resets sent,sizes cut by ICMP,sizes cut for a black hole," +
  "connections with ECN,segments marked by a router,windows halved as a peer said so";

export const ARPS =
  "requests sent,packets received,bad packets,requests answered,conflicts about our address,hosts given up," +
  "packets dropped while asking";

export const NATS =
  "packets translated outward,inward,from inside to inside,sessions begun,forgotten,ended to make room," +
  "dropped: no session or port left,dropped: no address,of other protocols,too short,damaged ICMP errors," +
  "from outside unasked,SYNs from outside to nobody";

export const CHIPS =
  "whole resets,times dead,times that registers were lost,filters set again,receivers found off,bad headers," +
  "stray pointers,overruns,transmitters stuck,interrupts lost,times that the interrupt line lied,silences";
