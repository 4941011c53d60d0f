/**
 * The functions that run for each packet, system call or interrupt, by path; all others go into drawers
 * (cold_functions.js). A test sees to it that none is missing and that each exists.
 */
exports.HOT_FUNCTIONS = [
  // machine
  "sum16 bcopy bcopy6 bcopy_string string_bytes bytes_string view uptime timeout untimeout random32 isnumber",
  // memory
  "m_spare m_sparein m_get m_gethdr m_clget m_clspare m_clfree m_free m_freem m_buf m_length m_prepend",
  "m_copydata m_adj m_adjtail m_uiotombuf copyin m_clusters bytes_copy m_mbuftouio m_own m_bytes",
  // time
  "callout_reset callout_stop callout_insert callout_remove callout_arm callout_left softclock",
  // chip
  "chip_intr chip_again chip_txwait chip_rxcluster chip_put",
  "spi_select spi_deselect spi_write1 spi_write2 spi_write4 spi_write5 spi_hold3 spi_put spi_put2 spi_get spi_get16",
  "spi_readcmd spi_read spi_readcluster spi_level",
  "en_intr en_rxbatch en_rxpending en_rxframe en_rxvalid en_rxbody en_rxdone en_rxfree",
  "en_rcr en_setbank en_wcr", // by the dozen when the chip is looked after
  "en_start en_put en_txdone en_txpoll en_rcrcommon",
  "wz_intr wz_rxbatch wz_rxpending wz_rsr wz_rxburst wz_rxframe wz_rxdone wz_deliver wz_wanted",
  "wz_start wz_put wz_txgo wz_txdone wz_pad",
  // interface
  "IF_ENQUEUE IF_DEQUEUE ether_input ether_isr ether_group ether_isbroadcast ether_same ether_equal ether_copy ether_output ether_encap ether_transmit",
  "netisr_dispatch netisr_input netisr_one rtlookup arpresolve arptab_look arp_input arp_valid in_arpinput arp_learn",
  // Internet
  "in_sum in_fold in_cksum in_pseudo ip_input ip_protosw ip_header ip_ours in_ifaddr_of in_ifaddr_with ip_reachable ip_validsrc",
  "in_canhost in_broadcast IN_MULTICAST ip_drop ip_output ip_route ip_source ip_fillin",
  "icmp_input icmp_pullup icmp_echo icmp_tomany icmp_reflect icmp_ipheader",
  "in_pcblookup in_pcbwild in_pcbname in_sockaddr",
  "udp_input udp_header udp_lookup udp_append udp_send udp_sendto udp_output udp_usrreq",
  "tcp_input tcp_segment tcp_timers tcp_header tcp_lift tcp_lookup tcp_clock tcp_dooptions tcp_dotimestamp tcp_tsnow tcp_tsrecent tcp_predict",
  "tcp_dopaws tcp_dosequence tcp_dorst tcp_dosyn tcp_doack tcp_newack tcp_cwndopen tcp_allacked tcp_sackfree",
  "tcp_rttack tcp_xmit_timer tcp_rxtcur tcp_dowindow tcp_dourg tcp_dotext tcp_append tcp_acklater tcp_reass tcp_roomfor tcp_hascluster",
  "tcp_output tcp_outone tcp_outnew tcp_maxdata tcp_maysend tcp_sendcount tcp_sendwin tcp_segment tcp_options tcp_outsent",
  "tcp_senddata tcp_send tcp_ipflags tcp_armrexmt tcp_setrexmt tcp_timerset tcp_rcvspace tcp_rcvwin tcp_sacking",
  "tcp_mayprobe tcp_predack tcp_preddat tcp_outack tcp_acksoon tcp_pipe",
  "tcp_usrreq tcp_usrsend tcp_sndappend tcp_rcvd sototcpcb TCPS_HAVERCVDFIN",
  // sockets
  "send recvstring soreceive_stream sowwakeup sbappend sbcompress sbdrop sbdrop1 m_space m_pullup m_pull m_copym m_copy1",
  "m_clshare m_mbufstouio",
  "getf getsock sendto recvfrom sendit sosendable sosendallatonce sosendhow sosend",
  "recvit soreceive soreceive_none soreceive_message soreceived soreceived_stream",
  "networkjs_recv networkjs_send networkjs_accept networkjs_recv1 networkjs_send1 networkjs_udprecv networkjs_udpsend",
  "nj_of nj_idle nj_recv nj_received nj_take nj_send nj_sent nj_upcall networkjs_slowrecv networkjs_unread",
  "sbspace sballoc sbfree sbfront sblink sbappendaddr sbappendaddr1 sbdroprecord sorwakeup sowakeup upcall_turn soupcalls soupcall sonowakeup turn_begin turn_end turn_enter turn_leave turn_upcall",
]
  .join(" ")
  .split(" ");

/**
 * Which of them a board with little memory does without: what datagrams, echoes and odd segments run through, but not each
 * segment of a connection. There they are read anew when they are called (cold_functions.js), not compressed.
 */
exports.HOT_WITH_MEMORY = [
  "icmp_input icmp_pullup icmp_echo icmp_tomany icmp_reflect icmp_ipheader",
  "udp_input udp_header udp_lookup udp_append udp_send udp_sendto udp_output in_pcbname in_sockaddr",
  "sendto recvfrom soreceive_none soreceive_message sbappendaddr sbappendaddr1 sbdroprecord sblink",
  "networkjs_udprecv networkjs_udpsend m_mbufstouio m_adj m_adjtail m_bytes m_own copyin bytes_copy m_length",
  "m_copydata m_prepend m_pullup m_pull tcp_dosyn tcp_dorst tcp_dourg callout_remove untimeout",
]
  .join(" ")
  .split(" ");

/** The same for the modules beside the stack (mDNS hears whatever anybody announces). */
exports.MODULE_HOT_FUNCTIONS = [
  "dn_expand dn_get16 dn_get32 dn_good dn_seek dn_tell dn_bytes rr_read rr_new rr_same rr_alike",
  "md_message md_response md_query md_question md_named md_heard md_conflict",
]
  .join(" ")
  .split(" ");

/**
 * Where the stack is machine code (firmware/core): what runs for each turn of the core's that has something to tell, for each
 * round of the interpreter's network and for each system call.
 */
exports.SHELL_HOT_FUNCTIONS = [
  "timeout untimeout bytes_string after data_out copyin int address_flat",
  "told tell tell_turn tell_sockets call look turn_begin turn_end turn_enter turn_leave turn_upcall",
  "behind networkjs_slowrecv networkjs_unread networkjs_httpunread networkjs_object net_object port_take nj_unread",
  "networkjs_udprecv networkjs_udpsend nj_empty",
  "name_in name_out recvstring recvfrom send sendto accept view string_bytes",
  "setupcall close shutdown",
  "callout_reset callout_stop callout_insert callout_remove callout_arm callout_left softclock uptime",
]
  .join(" ")
  .split(" ");

/** What runs with each connection there. */
exports.SHELL_WARM_FUNCTIONS = [
  "networkjs_told networkjs_hangup networkjs_ended nj_wanted nj_release net_socket setupcall close shutdown",
  "event socket bind listen connect poll getsockopt setsockopt",
]
  .join(" ")
  .split(" ");
