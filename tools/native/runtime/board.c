/**
 * The core as a blob for a board's Storage: position independent Thumb code that the shell calls by E.nativeCall, at most four
 * words at a time. It keeps nothing in itself: all state lies in memory that the shell gives, at an address that is a multiple
 * of 128, so that the number of an entry (firmware/core/sysent.ts) fits below it in one word.
 *
 * The first words of that memory, `struct head`, are between shell and machine code alone; firmware/core's own (core_args) come
 * behind them. What the core needs of the machine it calls by Espruino's table for machine code (process.env.EXPTR): functions
 * of the shell's in JavaScript, which it keeps locked. Should one break off (no memory, Ctrl-C) its answer is missing:
 * that is counted, and the shell puts bus and chip in order.
 *
 * ROOT is the root's name (enc28j60), LAYOUT what shell and core must agree in, as one number.
 */
#define EXPORT static
#include "core.c"

#define PASTE_(a, b, c) a##b##c
#define PASTE(a, b, c) PASTE_(a, b, c)
#define ROOT_ENTRY PASTE(native_, ROOT, _entry)
#define ROOT_TOLD PASTE(native_, ROOT, _told)

/* The shell gives a function: an entry besides those of sysent.ts. */
enum { BOARD_HOOK = 127 };

/* Functions of the shell's. Those of a chip come last, for each of two. */
enum { HOOK_RANDOM, HOOK_TIMEOFDAY, HOOK_COPYIN, HOOK_PIN, HOOK_TRANSFER, NHOOKS = HOOK_TRANSFER + 2 };

/** Bytes that lie outside of the memory, on the stack or in the code, are sent from here, and short answers received. */
#define NSTAGE 64

struct head {
  int32_t now;    /* in: ms of uptime */
  int32_t next;   /* out: ms until CORE_TIMEOUT is due, -1: never */
  int32_t data;   /* in: address of what SYS_SENDTO sends; 0: HOOK_COPYIN gives it */
  int32_t broken; /* out: functions of the shell's that gave no answer */
  int32_t exptr;  /* in: process.env.EXPTR */
  void *hooks[NHOOKS];
  uint8_t stage[NSTAGE];
  int32_t pad[5];
};

struct board {
  struct head head;
  struct globals globals;
};

/** What the shell looks at before it jumps anywhere. */
struct header {
  uint32_t magic;
  uint32_t layout;
  uint32_t size;   /* bytes of memory */
  uint32_t args;   /* where in it core_args are */
  uint32_t length; /* of all this */
  uint32_t entry;  /* from the header's beginning on */
};

int32_t board_entry(int32_t word, int32_t a, int32_t b, int32_t c);

__attribute__((section(".header"), used)) static const struct header header = {
  0x31484545, LAYOUT, sizeof(struct board), sizeof(struct head), 0 /* written behind the linker */, sizeof(struct header),
};

/** First in the code, right behind the header. r9 is the caller's, and given back. */
__attribute__((naked, section(".entry"), used)) int32_t board_entry(int32_t word, int32_t a, int32_t b, int32_t c) {
  __asm__ volatile(
    "push {r4, lr}\n"
    "mov r4, r9\n"
    "bl board_call\n"
    "mov r9, r4\n"
    "pop {r4, pc}\n"
  );
}

static inline struct head *head(void) {
  return (struct head *)((uint8_t *)g - sizeof(struct head));
}

/* The table of functions for machine code. */
enum { EX_LOCK = 0, EX_UNLOCK = 1, EX_NEWINTEGER = 6, EX_GETINTEGER = 10, EX_CALL = 13 };

static inline void *exported(int which) {
  return (void *)((int32_t *)head()->exptr)[which];
}

#define MAXARGS 5

/** Calls a function of the shell's with numbers. What it answers; 0, and a count, when it has broken off. */
static int32_t hook(int which, int n, const int32_t *numbers) {
  void *(*const newinteger)(int32_t) = exported(EX_NEWINTEGER);
  int32_t (*const getinteger)(void *) = exported(EX_GETINTEGER);
  void (*const unlock)(void *) = exported(EX_UNLOCK);
  void *(*const call)(void *, void *, void *, bool, int, void **) = exported(EX_CALL);
  void *args[MAXARGS];
  for (int i = 0; i < n; i++) args[i] = newinteger(numbers[i]);
  void *answer = call(head()->hooks[which], NULL, NULL, false, n, args);
  for (int i = 0; i < n; i++) unlock(args[i]);
  if (!answer) {
    head()->broken++;
    return 0;
  }
  int32_t number = getinteger(answer);
  unlock(answer);
  return number;
}

static bool isInside(const uint8_t *p) {
  return (uint32_t)(p - (const uint8_t *)head()) < sizeof(struct board);
}

static int32_t inside(const uint8_t *p) {
  return (int32_t)(p - (const uint8_t *)head());
}

int32_t uptime(void) {
  return head()->now;
}

int32_t random32(void) {
  return hook(HOOK_RANDOM, 0, NULL);
}

int32_t timeofday(void) {
  return hook(HOOK_TIMEOFDAY, 0, NULL);
}

void copyin(int32_t off, uint8_t *dst, int32_t dst_off, int32_t len) {
  const int32_t numbers[] = {off, inside(dst + dst_off), len};
  if (head()->data) memcpy(dst + dst_off, (const uint8_t *)head()->data + off, (size_t)len);
  else hook(HOOK_COPYIN, 3, numbers);
}

int32_t spi_pin(int32_t dev, int32_t what) {
  const int32_t numbers[] = {dev, what};
  return hook(HOOK_PIN, 2, numbers);
}

void spi_told(int32_t dev, int32_t cause, int32_t fault) {
  ROOT_TOLD(dev, cause, fault);
}

/** Of the shell's function the memory is all there is: what lies elsewhere goes by way of it. Long things lie inside. */
void spi_transfer(int32_t dev, const uint8_t *out, int32_t outlen, uint8_t *in, int32_t inlen, int32_t hold) {
  uint8_t *stage = head()->stage;
  const bool isOut = outlen && !isInside(out);
  const bool isIn = inlen && !isInside(in);
  if ((isOut && outlen > NSTAGE / 2) || (isIn && inlen > NSTAGE / 2)) {
    head()->broken++;
    return;
  }
  if (isOut) memcpy(stage, out, (size_t)outlen);
  const int32_t numbers[] = {
    outlen ? inside(isOut ? stage : out) : 0, outlen, inlen ? inside(isIn ? stage + NSTAGE / 2 : in) : 0, inlen, hold,
  };
  hook(HOOK_TRANSFER + dev, 5, numbers);
  if (isIn) memcpy(in, stage + NSTAGE / 2, (size_t)inlen);
}

/** `word`: where the memory is, and below it which entry. */
__attribute__((used)) static int32_t board_call(int32_t word, int32_t a, int32_t b, int32_t c) {
  const int32_t code = word & 127;
  g = &((struct board *)(word & ~127))->globals;
  if (code == BOARD_HOOK) {
    void *(*const lock)(void *) = exported(EX_LOCK);
    if (a < 0 || a >= NHOOKS) return -1;
    head()->hooks[a] = lock((void *)b);
    return 0;
  }
  int32_t answer = 0;
  if (code == CORE_INIT) core_boot();
  if (code == CORE_TIMEOUT) timeouts_run();
  else answer = ROOT_ENTRY(code, a, b, c);
  head()->next = timeouts_next();
  return answer;
}

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
