/**
 * The core as a shared library: what every host needs besides the functions that it asked for. A host gives the memory
 * (native_size bytes) and says before each call whose turn it is (native_use), so one library serves many machines.
 */
#define HOST
#define EXPORT __attribute__((visibility("default")))
#include "core.c"
#ifdef FFI
#include "ffi.h"
#endif

#if defined CHECKED && defined __SANITIZE_ADDRESS__
/** It tells more than we can keep. */
static void reported(const char *text) {
  (void)text;
  fault("the address sanitizer's report", 0);
}
#endif

EXPORT int32_t native_size(void) {
  return (int32_t)sizeof(struct globals);
}

/** Where what the shell sees of it begins. */
EXPORT int32_t native_args(void) {
  return (int32_t)SHELL;
}

EXPORT void native_use(void *memory) {
  g = memory;
}

EXPORT void native_boot(void) {
  __asan_unpoison_memory_region(g, sizeof *g);
#if defined CHECKED && defined __SANITIZE_ADDRESS__
  __asan_set_error_report_callback(reported);
#endif
  core_boot();
}

EXPORT int32_t native_timeouts_next(void) {
  return timeouts_next();
}

EXPORT void native_timeouts_run(void) {
  timeouts_run();
}

EXPORT void native_timeout_run(int32_t slot) {
  timeout_run(&g->timeouts[slot]);
}

EXPORT void native_data(void (*copyin)(int32_t off, uint8_t *dst, int32_t len)) {
  host_copyin = copyin;
}

EXPORT void native_keeps_time(void (*timeout)(int32_t slot, int32_t ms)) {
  host_timeout = timeout;
}

/** Bytes for a cluster, as a distance from the memory's beginning; 0: there are none. */
EXPORT int32_t native_cluster(int32_t len) {
  uint8_t *p = cluster_get(len);
  return p ? (int32_t)(p - (uint8_t *)g) : 0;
}

/** Where the mbufs' arena begins. */
EXPORT int32_t native_arena(void) {
  return (int32_t)offsetof(struct globals, arena);
}

EXPORT void native_machine(int32_t (*random32)(void), int32_t (*uptime)(void), int32_t (*timeofday)(void)) {
  host_random32 = random32;
  host_uptime = uptime;
  host_timeofday = timeofday;
}

/** What drivers stand on: spi.h. */
EXPORT void native_spi(spi_transfer_t transfer, spi_pin_t pin, spi_told_t told) {
  spi_transfer = transfer;
  spi_pin = pin;
  spi_told = told;
}

#ifdef CHECKED
/** How many promises have been broken since the last time. */
EXPORT int32_t native_faults(void) {
  int32_t found = faults;
  faults = 0;
  return found;
}

/* Where the first of them was. */
EXPORT const char *native_fault_file(void) {
  return fault_first.file;
}

EXPORT int32_t native_fault_line(void) {
  return (int32_t)fault_first.line;
}
#endif
