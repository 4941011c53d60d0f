/**
 * Unpacks the shell's own text, of which what seldom runs is packed (tools/pack.js has the format): a tenth of the interpreter's work
 * with its heatshrink, and a quarter less of Storage.
 */
#define CODES 15 /* bits at most */

struct bits {
  const uint8_t *from;
  uint32_t at;
};

static uint32_t bit(struct bits *b) {
  const uint32_t at = b->at++;
  return (uint32_t)b->from[at >> 3] >> (7 - (at & 7)) & 1;
}

static uint32_t symbol(struct bits *b, const uint8_t *counts) {
  const uint8_t *symbols = counts + CODES;
  for (uint32_t code = 0;; code <<= 1) {
    code |= bit(b);
    const uint32_t count = *counts++;
    if (code < count) return symbols[code];
    code -= count;
    symbols += count;
  }
}

/**
 * What is packed at `from`, as a string of the interpreter's, which lies in as many pieces as there is room for. `code` is the
 * code, `exptr` process.env.EXPTR, LONGEST_TEXT pack.js's. A shell that does not lie in the Storage has no address.
 */
static var unpack(const uint8_t *code, const uint8_t *from, const int32_t *exptr) {
  struct bits b = {from, 8};
  char to[LONGEST_TEXT + 1];
  if (!code) return NULL;
  const uint32_t end = 8u * *from;
  to[end] = 0;
  for (uint32_t at = 0; at < end; ) {
    uint32_t length = symbol(&b, code);
    if (length >= 32) {
      to[at++] = (char)length;
      continue;
    }
    uint32_t back = 0;
    for (uint32_t most = at - 1; most; most >>= 1) back = back << 1 | bit(&b);
    for (length += 2; length; length--, at++) to[at] = to[at - back - 1];
  }
  return ((var (*)(const char *))exptr[EX_NEWSTRING])(to);
}
