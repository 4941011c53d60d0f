/**
 * Which functions of the shell (firmware/core, and the libraries above it) run often; all others go into drawers
 * (cold_functions.js), since a function that is declared takes cells, and most of the shell's run once.
 */

/** For each turn of the core's that has something to tell, each round of the interpreter's network, each system call. */
exports.HOT_FUNCTIONS = [
  "timeout untimeout buffer_string data_out copyin int address_flat",
  "told tell tell_sockets turn_begin turn_end turn_enter turn_leave turn_upcall",
  "behind networkjs_slowrecv networkjs_udprecv networkjs_udpsend nj_empty",
  "name_in name_out recvstring recvdata recvfrom send sendto accept setupcall close view string_bytes",
  // before anything can be unpacked (frozen_drawers.js)
  "core_find storage native_table word",
  "callout_reset callout_stop callout_insert callout_remove callout_arm callout_left softclock uptime callout_rescue",
]
  .join(" ")
  .split(" ");

/** With each connection. */
exports.WARM_FUNCTIONS = [
  "net_object net_socket shutdown",
  "event socket bind listen connect poll getsockopt setsockopt sockets_api",
]
  .join(" ")
  .split(" ");

/** Of the first, those that only a program has which uses dgram or the system calls (late_functions.js). */
exports.LATE_FUNCTIONS =
  "name_in name_out recvstring recvdata recvfrom send sendto accept setupcall close buffer_string".split(" ");
