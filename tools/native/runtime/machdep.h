/**
 * The machine's functions on the arena and on bytes: machdep.ts in C. Words are in network order, at any address.
 */
static inline int32_t get16(int32_t off) {
  return g->arena[off] << 8 | g->arena[off + 1];
}

static inline int32_t get32(int32_t off) {
  const uint8_t *p = g->arena + off;
  return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
}

static inline void put16(int32_t off, int32_t value) {
  g->arena[off] = (uint8_t)(value >> 8);
  g->arena[off + 1] = (uint8_t)value;
}

static inline void put32(int32_t off, int32_t value) {
  put16(off, value >> 16);
  put16(off + 2, value);
}

/** One's-complement sum (RFC 1071) of `len` bytes of `buf` from `off`: 16 bits, the first byte high. */
static int32_t sum16(const uint8_t *buf, int32_t off, int32_t len) {
  const uint8_t *p = buf + off;
  uint32_t sum = 0;
  for (; len > 1; len -= 2, p += 2) sum += (uint32_t)(p[0] << 8 | p[1]);
  if (len > 0) sum += (uint32_t)(p[0] << 8);
  sum = (sum & 65535) + (sum >> 16);
  return (int32_t)((sum & 65535) + (sum >> 16));
}

static inline void bcopy(const uint8_t *src, int32_t src_off, uint8_t *dst, int32_t dst_off, int32_t len) {
  if (len > 0) memmove(dst + dst_off, src + src_off, (size_t)len);
}

static inline void bzero(int32_t off, int32_t len) {
  if (len > 0) memset(g->arena + off, 0, (size_t)len);
}

/** The arena lies in the globals. */
#define machdep_init(size) ((void)(size))

/* Entropy and time. On the host whoever loads the library gives them. */
#ifdef HOST
static int32_t (*host_random32)(void), (*host_uptime)(void), (*host_timeofday)(void);
#define random32() host_random32()
#define uptime() host_uptime()
#define timeofday() host_timeofday()
#else
int32_t random32(void);
int32_t uptime(void);
int32_t timeofday(void);
#endif
