/**
 * What every compiled file stands on: types, the arithmetic that C leaves open, pools, and the machine's functions on bytes
 * (machdep.ts). All state lies in `struct globals`, wherever that is: the code has no address of its own in memory.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __thumb__
register struct globals *g __asm__("r7");
#else
static struct globals *g;
#endif

/** Small things that are called from everywhere: where code is dear, out of line. */
#ifdef __thumb__
#define OUTLINE __attribute__((noinline))
#else
#define OUTLINE inline
#endif

void *memset(void *, int, size_t);
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);

static OUTLINE void clear(void *p, size_t n) {
  memset(p, 0, n);
}

/* Promises (that a value fits the field that it goes into) are kept in silence, or checked: -DCHECKED. */
#ifdef CHECKED
#include "faults.h"
static int32_t checked(int32_t value, int32_t lo, int32_t hi) {
  if (value < lo || value > hi) faults++;
  return value;
}
#else
#define checked(value, lo, hi) (value)
#endif
#define U8(value) ((uint8_t)checked(value, 0, 255))
#define U16(value) ((uint16_t)checked(value, 0, 65535))
#define I8(value) ((int8_t)checked(value, -128, 127))
#define I16(value) ((int16_t)checked(value, -32768, 32767))

/** (a / b) | 0 */
static inline int32_t div32(int32_t a, int32_t b) {
  if (b == -1) return (int32_t)-(uint32_t)a;
  return b ? a / b : 0;
}

/** a % b, where there is an answer */
static inline int32_t mod32(int32_t a, int32_t b) {
  return b == 0 || b == -1 ? 0 : a % b;
}

/* What waits for its time (machdep.h): callouts, and packets that wait. */
#define NTIMEOUTS 3
struct timeout {
  void (*func)(void);
  int32_t due;
};
