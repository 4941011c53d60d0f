/**
 * Functions that are not worth memory while they do not run, but run often enough that their text should lie ready: with
 * each connection, once a second, with each segment that is lost, or with what any neighbour may send. What is neither
 * here nor in hot_functions.js is compressed (frozen_drawers.js): a call of it may cost 10 ms. A test sees to it that
 * nothing is missing that a connection runs through.
 */
const WARM = [
  // files and sockets
  "bzero memory_spare fdspare turn_newfd accept_later accept_again callout_disarm",
  "networkjs_close networkjs_rescue callout_rescue sorescue netisr_rescue networkjs_httpunread networkjs_object networkjs_told networkjs_hangup networkjs_ended",
  "nj_accept nj_roomin nj_room nj_spare nj_open nj_release nj_close nj_drain nj_end nj_fail nj_want nj_wanted nj_tick nj_slowtimo nj_second nj_expired nj_empty",
  "shutdown soshutdown tcp_shutdown tcp_twstart tcp_recycle",
  "ether_send sbfits soreceive_run accept setupcall kern_setupcall close kern_close fdalloc falloc fdclose closef sockalloc",
  "accept_none soalloc sodealloc sofree soclose soaccept sodisconnect sonewconn soqinsque soqremque soisconnecting",
  "soisconnected soisdisconnecting soisdisconnected socantsendmore socantrcvmore sosetupcall sonoupcall soerror",
  "soreadable sowriteable sorflush soreserve sb_new sbreserve sbrelease sbflush uio_none",
  "soreceive_low m_last m_movehdr m_prepend1 m_pullup1 m_cat m_split",
  "m_copyback m_nobufs mbuf_at",
  // when memory is scarce, which is no time to decompress
  "nj_unread sendit_not m_reserved",
  "m_sparefirst m_fair m_count sbcollapse sbabsorb sbmerge tcp_scarce tcp_mayhave sbmayhave tcp_drain tcp_trimhead tcp_trimtail tcp_trouble tcp_sendflat",
  "chip_putchain spi_hold wz_txready ether_full sbfair m_smalls tcp_hopeless",
  // a segment is lost, or the peer's window is shut: scarce memory brings both
  "tcp_dupack tcp_dupacksneeded",
  "tcp_reassqueue tcp_reasshead tcp_reasstail tcp_reassnext",
  "tcp_duplicate tcp_old tcp_twsegment tcp_dotimewait tcp_windowopen tcp_progress tcp_badack tcp_challenge tcp_synagain tcp_isdupack tcp_outhole tcp_outlimited tcp_outerror",
  // chip and interface, once a second or when the cable is busy
  "wz_mode wz_alive1 wz_read spi_get3 wz_word wz_lookcommon wz_looksocket wz_common wz_link wz_read8 callout_pending wd_look if_link callout_new",
  "en_phyinit en_phywait en_phywrite en_physcan en_bank0 en_wcr16 en_bfs en_bfc en_lookregs en_looklink en_lookrx",
  "chip_trust en_strayed en_rxpolled en_pktcnt en_rxnobufs en_rxfail en_rxseek en_alive en_keep en_keep16",
  "en_differs arpgroup arphold arpask arptnew arptspare arptfree arpcomplete arpdrop arprequest arp_reply",
  "arpschedule arptdue arpdue arpleft arpconfirm ether_broadcast ether_move",
  // a connection's beginning and end
  "in_pcballoc in_pcbdetach in_usrreq in_setsockaddr in_setpeeraddr in_setname tcp_usrreq1 tcp_nosegment",
  "tcp_dolisten tcp_attach tcp_detach tcp_disconnect udp_usrreq1 tcp_newtcpcb tcpcb_new tcp_passive",
  "tcp_tomany tcp_overflow tcp_pushout tcp_newiss in_hash hash_word hash_round tcp_sendseqinit tcp_rcvseqinit tcp_winshift tcp_established",
  "tcp_keepstart tcp_mssroute tcp_mssopt tcp_mss tcp_setmaxopd tcp_initwnd tcp_synoptions tcp_mssoption tcp_outsyn",
  "tcp_dosynoptions tcp_dooptions1 tcp_dosynoption tcp_synoptionsin tcp_finacked tcp_dofin tcp_dodisconnect",
  "tcp_usrclosed tcp_canceltimers tcp_timerarm tcp_cwndidle tcp_close tcp_ackseq tcp_freeq tcp_ecnsynin tcp_ecnsyn",
]
  .join(" ")
  .split(" ");

/**
 * Which of them a board with little Storage has compressed all the same: what it tells a neighbour is not urgent.
 */
exports.WARM_WITH_STORAGE = [
  // what a neighbour may send without being asked
  "udp_drop udp_noport udp_many icmp_error icmp_mayerror icmp_iserror icmp_token icmp_senderror tcp_respond",
  "tcp_dropwithreset ip_isbroadcast in_isbroadcast",
  // what has waited for a timer, 200 ms and more, or is about a loss
  "tcp_enterrecovery tcp_recoverack tcp_partialack tcp_eifel tcp_unanswered tcp_rexmt tcp_persist tcp_refused tcp_tlp tcp_doubt",
  "in_losing arp_losing ip_nexthop tcp_ssthresh tcp_blackhole tcp_backoff tcp_rexmtloss tcp_rescue tcp_rexmtclosed tcp_outprobe",
  "tcp_setpersist tcp_windowprobe tcp_outpersist",
  // holes, and what SACK makes of them
  "tcp_sackack tcp_sackinput tcp_sacktwice tcp_sackblock tcp_sackgap tcp_sackfill tcp_sackmark tcp_reowait",
  "tcp_dupthresh tcp_moretosend tcp_overtaken tcp_sacknext tcp_sackrexmit tcp_sacklost tcp_sackfirst tcp_sackunlost",
  "tcp_newconn tcp_alone hole_new hole_free hole_split hole_arrived tcp_holesfree",
]
  .join(" ")
  .split(" ");

exports.WARM_FUNCTIONS = [...WARM, ...exports.WARM_WITH_STORAGE];
