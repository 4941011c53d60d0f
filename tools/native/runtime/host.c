/**
 * The core as a shared library: what every host needs besides the functions that it asked for. A host gives the memory
 * (native_size bytes) and says before each call whose turn it is (native_use), so one library serves many machines.
 */
#define HOST
#define EXPORT __attribute__((visibility("default")))
#include "core.c"

EXPORT int32_t native_size(void) {
  return (int32_t)sizeof(struct globals);
}

EXPORT void native_use(void *memory) {
  g = memory;
}

EXPORT void native_boot(void) {
  core_boot();
}

EXPORT int32_t native_timeouts_next(void) {
  return timeouts_next();
}

EXPORT void native_timeouts_run(void) {
  timeouts_run();
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
#endif
