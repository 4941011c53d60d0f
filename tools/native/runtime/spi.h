/**
 * A chip's wires: drivers/spi_bus.ts in C. All of it stands on three functions, to which `dev` is the chip's number; on the
 * host whoever loads the library gives them.
 *
 *  - spi_transfer: chip select low, `outlen` bytes of `out` are sent, then `inlen` bytes are read to `in`, while what is sent
 *    does not matter; chip select high, unless `hold`. With neither bytes nor `hold` it only goes high.
 *  - spi_pin: what to do with a line (SPI_ below); the interrupt line's level where it asks for that, otherwise 0.
 *  - spi_told: what the program is to hear.
 */
enum {
  SPI_LEVEL = 0, /* of the interrupt line */
  SPI_RST_LOW = 1,
  SPI_RST_HIGH = 2,
  SPI_WATCH = 3, /* the interrupt line is watched anew: chip_intr */
  SPI_UNWATCH = 4,
};

typedef void (*spi_transfer_t)(int32_t dev, const uint8_t *out, int32_t outlen, uint8_t *in, int32_t inlen, int32_t hold);
typedef int32_t (*spi_pin_t)(int32_t dev, int32_t what);
typedef void (*spi_told_t)(int32_t dev, int32_t cause, int32_t fault);
#ifdef HOST
static spi_transfer_t spi_transfer;
static spi_pin_t spi_pin;
static spi_told_t spi_told;
#else
void spi_transfer(int32_t dev, const uint8_t *out, int32_t outlen, uint8_t *in, int32_t inlen, int32_t hold);
int32_t spi_pin(int32_t dev, int32_t what);
void spi_told(int32_t dev, int32_t cause, int32_t fault);
#endif

static void spi_out(int32_t dev, const uint8_t *out, int32_t len, int32_t hold) {
  spi_transfer(dev, out, len, NULL, 0, hold);
}

/* Nothing is prepared, and the first transfer selects. */
#define spi_prepare(dev, cmd, len) ((void)(dev), (void)(cmd), (void)(len))
#define spi_select(dev) ((void)(dev))

static void spi_deselect(int32_t dev) {
  spi_out(dev, NULL, 0, 0);
}

/** Up to five bytes, of which `n` are sent. */
static void spi_bytes(int32_t dev, int32_t n, int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t hold) {
  const uint8_t bytes[5] = {U8(a), U8(b), U8(c), U8(d), U8(e)};
  spi_out(dev, bytes, n, hold);
}

#define spi_write1(dev, a) spi_bytes(dev, 1, a, 0, 0, 0, 0, 0)
#define spi_write2(dev, a, b) spi_bytes(dev, 2, a, b, 0, 0, 0, 0)
#define spi_write4(dev, a, b, c, d) spi_bytes(dev, 4, a, b, c, d, 0, 0)
#define spi_write5(dev, a, b, c, d, e) spi_bytes(dev, 5, a, b, c, d, e, 0)
#define spi_hold3(dev, a, b, c) spi_bytes(dev, 3, a, b, c, 0, 0, 1)

static inline void spi_hold(int32_t dev, const uint8_t *buf, int32_t off, int32_t len) {
  spi_out(dev, buf + off, len, 1);
}

static void spi_put(int32_t dev, const uint8_t *cmd, int32_t n, const uint8_t *buf, int32_t off, int32_t len) {
  spi_out(dev, cmd, n, 1);
  spi_out(dev, buf + off, len, 0);
}

static void spi_put2(
  int32_t dev, const uint8_t *cmd, int32_t n, const uint8_t *buf, int32_t off, int32_t len, const uint8_t *buf2,
  int32_t off2, int32_t len2
) {
  spi_out(dev, cmd, n, 1);
  spi_out(dev, buf + off, len, 1);
  spi_out(dev, buf2 + off2, len2, 0);
}

/** Of what comes behind the `n` bytes of `cmd`, byte `at` counted from the first of `cmd`; and the one before it above. */
static int32_t spi_get16(int32_t dev, const uint8_t *cmd, int32_t n, int32_t at) {
  uint8_t in[4] = {0};
  int32_t len = at + 1 - n;
  spi_transfer(dev, cmd, n, in, len, 0);
  return (len > 1 ? in[len - 2] << 8 : 0) | in[len - 1];
}

static int32_t spi_get(int32_t dev, const uint8_t *cmd, int32_t n, int32_t at) {
  return spi_get16(dev, cmd, n, at) & 255;
}

static void spi_get3(int32_t dev, int32_t a, int32_t b, int32_t c, uint8_t *buf, int32_t len) {
  const uint8_t cmd[3] = {U8(a), U8(b), U8(c)};
  spi_transfer(dev, cmd, 3, buf, len, 0);
}

/** Nothing comes while the instruction is sent. */
static void spi_readcmd(int32_t dev, int32_t cmd, int32_t len, int32_t off) {
  const uint8_t out = U8(cmd);
  g->arena[off] = 0;
  spi_transfer(dev, &out, 1, g->arena + off + 1, len - 1, 1);
}

static void spi_read(int32_t dev, int32_t len, int32_t off) {
  spi_transfer(dev, NULL, 0, g->arena + off, len, 1);
}

static uint8_t *spi_readcluster(int32_t dev, int32_t len) {
  uint8_t *buf = cluster_get(len);
  if (buf) spi_transfer(dev, NULL, 0, buf, len, 1);
  return buf;
}

static inline bool spi_level(int32_t dev) {
  return spi_pin(dev, SPI_LEVEL) != 0;
}

static inline void spi_reset(int32_t dev, bool high) {
  spi_pin(dev, high ? SPI_RST_HIGH : SPI_RST_LOW);
}

static void spi_resync(int32_t dev) {
  spi_deselect(dev);
  spi_pin(dev, SPI_WATCH);
}

static void spi_close(int32_t dev) {
  spi_deselect(dev);
  spi_pin(dev, SPI_UNWATCH);
}

static inline void spi_tell(int32_t dev, int32_t cause, int32_t fault) {
  spi_told(dev, cause, fault);
}
