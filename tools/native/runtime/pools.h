/**
 * Pools: structures that are free are linked by their first bytes, one list for each pool. emit.ts numbers them (POOL_), and says in
 * `pools` what size their structures have and how many there are; they lie one pool behind the other, up to the end of the memory.
 */
#ifdef HOST
#include "spoil.h"
#else
#define spoil(pool, p) ((void)0)
#define unspoil(pool, p) ((void)0)
#define lend(pool, p, size) ((void)0)
#endif

/** What a free structure begins with. One without references lies at a multiple of four bytes, whatever a pointer takes. */
struct link {
  void *next;
} __attribute__((packed, aligned(4)));

static OUTLINE void pool_free(int pool, void *p) {
  ((struct link *)p)->next = g->free[pool];
  g->free[pool] = p;
  spoil(pool, p);
}

/** A structure of whatever is in it, or NULL. */
static OUTLINE void *pool_take(int pool) {
  void *p = g->free[pool];
  if (!p) return NULL;
  unspoil(pool, p);
  g->free[pool] = ((struct link *)p)->next;
  return p;
}

/** A structure of zeros, or NULL. */
static OUTLINE void *pool_get(int pool) {
  void *p = pool_take(pool);
  if (p) clear(p, pools[pool].size);
  return p;
}

/** Everything is free, the first of each pool on top. */
static void pools_init(void) {
  uint8_t *p = (uint8_t *)g + sizeof *g;
  for (int pool = NPOOLS - 1; pool >= 0; pool--)
    for (int n = pools[pool].n; n > 0; n--) pool_free(pool, p -= pools[pool].size);
}
