/**
 * The machine's functions on the arena and on bytes: machdep.ts in C. Words are in network order, at any address.
 */
/* A counter of the globals' goes up by one: there are so many of them that it is a call where code is dear. */
#ifdef __thumb__
static OUTLINE void count(size_t i) {
  ((uint32_t *)g)[i]++;
}
#define COUNT(what) count(offsetof(struct globals, what) / 4)
#else
#define COUNT(what) (g->what++)
#endif

#ifdef __ARM_FEATURE_UNALIGNED
/* A Cortex-M3 and above reads them at any address, and turns them round. */
struct word16 {
  uint16_t x;
} __attribute__((packed));
struct word32 {
  uint32_t x;
} __attribute__((packed));

static inline int32_t get16(int32_t off) {
  return __builtin_bswap16(((struct word16 *)(g->arena + off))->x);
}

static inline int32_t get32(int32_t off) {
  return (int32_t)__builtin_bswap32(((struct word32 *)(g->arena + off))->x);
}

static inline void put16(int32_t off, int32_t value) {
  ((struct word16 *)(g->arena + off))->x = __builtin_bswap16((uint16_t)value);
}

static inline void put32(int32_t off, int32_t value) {
  ((struct word32 *)(g->arena + off))->x = __builtin_bswap32((uint32_t)value);
}
#else
static OUTLINE int32_t get16(int32_t off) {
  return g->arena[off] << 8 | g->arena[off + 1];
}

static OUTLINE int32_t get32(int32_t off) {
  const uint8_t *p = g->arena + off;
  return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
}

static OUTLINE void put16(int32_t off, int32_t value) {
  g->arena[off] = (uint8_t)(value >> 8);
  g->arena[off + 1] = (uint8_t)value;
}

static OUTLINE void put32(int32_t off, int32_t value) {
  put16(off, value >> 16);
  put16(off + 2, value);
}
#endif

/** One's-complement sum (RFC 1071) of `len` bytes of `buf` from `off`: 16 bits, the first byte high. */
static int32_t sum16(const uint8_t *buf, int32_t off, int32_t len) {
  const uint8_t *p = buf + off;
  uint32_t sum = 0;
  for (; len > 1; len -= 2, p += 2) sum += (uint32_t)(p[0] << 8 | p[1]);
  if (len > 0) sum += (uint32_t)(p[0] << 8);
  sum = (sum & 65535) + (sum >> 16);
  return (int32_t)((sum & 65535) + (sum >> 16));
}

static OUTLINE void bcopy(const uint8_t *src, int32_t src_off, uint8_t *dst, int32_t dst_off, int32_t len) {
  if (len > 0) memmove(dst + dst_off, src + src_off, (size_t)len);
}

static inline bool isnumber(int32_t n) {
  (void)n;
  return true;
}

/** A hardware address. */
static OUTLINE void bcopy6(const uint8_t *src, int32_t dst_off) {
  memcpy(g->arena + dst_off, src, 6);
}

static OUTLINE void bzero(int32_t off, int32_t len) {
  if (len > 0) memset(g->arena + off, 0, (size_t)len);
}

/** Where bytes are in the memory as the shell sees it. */
static inline int32_t memory_offset(const uint8_t *buf, int32_t off) {
  return (int32_t)(buf + off - ((const uint8_t *)g + SHELL));
}

static inline int32_t words_offset(const uint32_t *words) {
  return memory_offset((const uint8_t *)words, 0);
}

/* Entropy and time, and a program's data. On the host whoever loads the library gives them. */
#ifdef HOST
static void (*host_copyin)(int32_t off, uint8_t *dst, int32_t len);
#define copyin(off, dst, dst_off, len) host_copyin(off, (dst) + (dst_off), len)
static int32_t (*host_random32)(void), (*host_uptime)(void), (*host_timeofday)(void);
/* A host that keeps time itself is told of each timeout as it is set (ms) or no longer wanted (-1). */
static void (*host_timeout)(int32_t slot, int32_t ms);
#define random32() host_random32()
#define uptime() host_uptime()
#define timeofday() host_timeofday()
#else
void copyin(int32_t off, uint8_t *dst, int32_t dst_off, int32_t len);
int32_t random32(void);
int32_t uptime(void);
int32_t timeofday(void);
#endif

/* Timeouts: a few at a time, each a function and when it is due. The shell asks when the first is, and has it run then. */

/** Answers a number from 1 on, for `untimeout`; 0 when there are too many. */
static int32_t timeout(void (*func)(void), int32_t ms) {
  for (int i = 0; i < NTIMEOUTS; i++)
    if (!g->timeouts[i].func) {
      g->timeouts[i].func = func;
      g->timeouts[i].due = (int32_t)((uint32_t)uptime() + (uint32_t)ms);
#ifdef HOST
      if (host_timeout) host_timeout(i, ms);
#endif
      return i + 1;
    }
  return 0;
}

static void untimeout(int32_t id) {
  if (id <= 0) return;
  g->timeouts[id - 1].func = NULL;
#ifdef HOST
  if (host_timeout) host_timeout(id - 1, -1);
#endif
}

static int32_t timeout_ms(const struct timeout *t) {
  return (int32_t)((uint32_t)t->due - (uint32_t)uptime());
}

/** The timeout that is due first, or NULL. */
static struct timeout *timeouts_first(void) {
  struct timeout *first = NULL;
  for (int i = 0; i < NTIMEOUTS; i++) {
    struct timeout *t = &g->timeouts[i];
    if (t->func && (!first || timeout_ms(t) < timeout_ms(first))) first = t;
  }
  return first;
}

/** Milliseconds until a timeout is due, at least 0; -1 if there is none. */
static int32_t timeouts_next(void) {
  const struct timeout *first = timeouts_first();
  if (!first) return -1;
  return timeout_ms(first) > 0 ? timeout_ms(first) : 0;
}

/** A host says that this one is due. */
static void timeout_run(struct timeout *t) {
  void (*func)(void) = t->func;
  t->func = NULL;
  if (func) func();
}

/** Runs the first, if it is due: one turn. */
static void timeouts_run(void) {
  struct timeout *first = timeouts_first();
  if (first && timeout_ms(first) <= 0) timeout_run(first);
}

/** Bytes for a cluster, of which nobody knows what is in them; NULL when there are none, or not so many. */
static uint8_t *cluster_get(int32_t len) {
  void *p = len > (int32_t)sizeof g->clusters[0] ? NULL : pool_take(POOL_CLUSTERS);
  if (p) lend(POOL_CLUSTERS, p, (size_t)len);
  return p;
}

/** Gives them back; what a cluster has adopted from elsewhere is its owner's. */
static void cluster_free(uint8_t *p) {
  size_t at = (size_t)(p - &g->clusters[0][0]);
  if (at < sizeof g->clusters) pool_free(POOL_CLUSTERS, p);
}

/** Its `len` bytes from `off` to its beginning; there is room for all that a cluster may have. */
static uint8_t *cluster_grow(uint8_t *p, int32_t off, int32_t len, int32_t size) {
  (void)size;
  memmove(p, p + off, (size_t)len);
  lend(POOL_CLUSTERS, p, (size_t)size);
  return p;
}

/* The interpreter runs out of memory and breaks off; this does neither (turn.ts). */
#define memory_spare(cells) ((void)(cells), true)
#define turn_begin() ((void)0)
#define turn_end() ((void)0)
#define turn_newfd(fd) ((void)(fd))

/** The arena lies in the globals. */
#define machdep_init(size) ((void)(size))
