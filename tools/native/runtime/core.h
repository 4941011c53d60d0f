/**
 * What every compiled file stands on: types, the arithmetic that C leaves open, pools, and the machine's functions on bytes
 * (machdep.ts). All state lies in `struct globals`, wherever that is: the code has no address of its own in memory.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __thumb__
register struct globals *g __asm__("r9");
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

/* Promises (that a value fits the field that it goes into) are kept in silence, or checked: -DCHECKED. */
#ifdef CHECKED
#include "faults.h"
static int32_t checked_at(int32_t value, int32_t lo, int32_t hi, const char *file, uint32_t line) {
  if (value < lo || value > hi) fault(file, line);
  return value;
}
#define checked(value, lo, hi) checked_at(value, lo, hi, __FILE__, __LINE__)
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

/* What waits for its time (machdep.h). */
struct timeout {
  void (*func)(void);
  int32_t due;
};

/* A pool: free structures are linked by their first bytes. */
struct pool {
  void *free;
#ifdef HOST
  size_t size;
#endif
};

#ifdef HOST
#include "spoil.h"
#else
#define spoil(pool, p) ((void)0)
#define unspoil(pool, p) ((void)0)
#define lend(pool, p, size) ((void)0)
#define pool_sized(pool, bytes) ((void)0)
#endif

static OUTLINE void pool_free(struct pool *pool, void *p) {
  *(void **)p = pool->free;
  pool->free = p;
  spoil(pool, p);
}

/** The next that is free, or NULL. */
static inline void *pool_take(struct pool *pool) {
  void *p = pool->free;
  if (!p) return NULL;
  unspoil(pool, p);
  pool->free = *(void **)p;
  return p;
}

/** A structure of zeros, or NULL. */
static OUTLINE void *pool_get(struct pool *pool, size_t size) {
  void *p = pool_take(pool);
  return p ? memset(p, 0, size) : NULL;
}

/** Puts the `n` structures of a pool into it, the first on top. */
static OUTLINE void pool_init(struct pool *pool, void *all, size_t size, int n) {
  pool->free = NULL;
  pool_sized(pool, size);
  while (n--) pool_free(pool, (char *)all + size * (size_t)n);
}
