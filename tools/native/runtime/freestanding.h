/**
 * What gcc calls where there is no C library: memset, memcpy and memmove, word by word as far as they are aligned; and division,
 * for processors that have none (Cortex-M0+), by the names of the ARM run-time ABI (RTABI 4.3.1).
 */
void *memset(void *to, int value, size_t n) {
  uint8_t *p = to;
  while (n && ((uintptr_t)p & 3)) *p++ = (uint8_t)value, n--;
  const uint32_t word = (uint8_t)value * 0x01010101u;
  for (; n >= 4; n -= 4, p += 4) *(uint32_t *)p = word;
  while (n--) *p++ = (uint8_t)value;
  return to;
}

void *memcpy(void *to, const void *from, size_t n) {
  uint8_t *p = to;
  const uint8_t *q = from;
  if (!(((uintptr_t)p ^ (uintptr_t)q) & 3)) {
    while (n && ((uintptr_t)p & 3)) *p++ = *q++, n--;
    for (; n >= 4; n -= 4, p += 4, q += 4) *(uint32_t *)p = *(const uint32_t *)q;
  }
  while (n--) *p++ = *q++;
  return to;
}

void *memmove(void *to, const void *from, size_t n) {
  uint8_t *p = to;
  const uint8_t *q = from;
  if (p <= q || p >= q + n) return memcpy(to, from, n);
  while (n--) p[n] = q[n];
  return to;
}

#ifndef __ARM_FEATURE_IDIV
/* gcc's own division is made for speed, and takes 800 bytes. The rest lies above the quotient. */
__attribute__((used)) uint64_t __aeabi_uidivmod(uint32_t a, uint32_t b) {
  uint32_t bit = 1, quotient = 0;
  for (; bit && b < a && !(b >> 31); b <<= 1) bit <<= 1;
  for (; bit; bit >>= 1, b >>= 1)
    if (a >= b) a -= b, quotient |= bit;
  return (uint64_t)a << 32 | quotient;
}

__attribute__((used)) uint32_t __aeabi_uidiv(uint32_t a, uint32_t b) {
  return (uint32_t)__aeabi_uidivmod(a, b);
}

__attribute__((used)) uint64_t __aeabi_idivmod(int32_t a, int32_t b) {
  const uint64_t both = __aeabi_uidivmod(a < 0 ? -(uint32_t)a : (uint32_t)a, b < 0 ? -(uint32_t)b : (uint32_t)b);
  const uint32_t quotient = (uint32_t)both, rest = (uint32_t)(both >> 32);
  return (uint64_t)(a < 0 ? -rest : rest) << 32 | ((a ^ b) < 0 ? -quotient : quotient);
}

__attribute__((used)) int32_t __aeabi_idiv(int32_t a, int32_t b) {
  return (int32_t)__aeabi_idivmod(a, b);
}
#endif
