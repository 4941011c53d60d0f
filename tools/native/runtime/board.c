/**
 * The core as a blob for a board's Storage: position independent Thumb code that the shell calls by E.nativeCall, at most four
 * words at a time. It keeps nothing in itself: all state lies in memory that the shell gives, at an address that is a multiple
 * of 128, so that the number of an entry (firmware/core/sysent.ts) fits below it in one word.
 *
 * The first words of that memory, `struct head`, are between shell and machine code alone; where firmware/core's own (core_args)
 * are the header says. What the core needs of the machine it calls by Espruino's table for machine code (exptr.h): the bus's and the
 * pins' own functions (wires.h), and a few of the shell's (firmware/core/port.ts). The interpreter may break any of them off
 * (no memory, Ctrl-C): then the answer is missing, which is counted, and bus and chip are put in order with the next entry.
 *
 * ROOT is the root's name (enc28j60), LAYOUT what shell and core must agree in, as one number.
 */
#define EXPORT static
#include "core.c"

#define PASTE_(a, b, c) a##b##c
#define PASTE(a, b, c) PASTE_(a, b, c)
#define ROOT_ENTRY PASTE(native_, ROOT, _entry)
#define ROOT_TOLD PASTE(native_, ROOT, _told)

/*
 * Entries besides those of sysent.ts. BOARD_RECV to BOARD_CLOSE are functions of a NetworkJS driver, which the interpreter calls
 * with its own arguments; BOARD_FOUND is called with each of its objects that is looked through (objects.h). BOARD_KEEP (which, its
 * address): the shell gives a variable, which stays locked. BOARD_INTR and on: the interrupt line of unit 0 has fallen, and of the next.
 * BOARD_UNPACK (code, from, process.env.EXPTR) needs no memory (unpack.h).
 */
enum {
  BOARD_UNPACK = 118,
  BOARD_RECV, /* (socket, bytes) */
  BOARD_SEND,       /* (socket, variable) */
  BOARD_ACCEPT,     /* (socket) */
  BOARD_CLOSE,      /* (socket) */
  BOARD_FOUND,      /* (variable) */
  BOARD_INTR,
  BOARD_KEEP = 127,
};

/* What the shell does behind machine code */
enum {
  TURN_TELL = 1,   /* programs are told of what has happened */
  TURN_RESCUE = 2, /* it is time to look after its own timers that were lost */
};

/** So often the interpreter asks for something before TURN_RESCUE. */
#define POLLS 1024

/** Bytes that are sent or answered in one string of the interpreter's that has but one cell. */
#define NSHORT 8

/* The variables. Those of a chip come last, for each of them. */
enum {
  KEPT_MEMORY,    /* the string in which all this lies */
  KEPT_RANDOM,    /* functions: () */
  KEPT_TIMEOFDAY, /* () */
  KEPT_COPYIN,    /* (offset, address, bytes) */
  KEPT_PIN,       /* (chip, what): what of spi.h's SPI_ is seldom */
  KEPT_AREA,      /* (address, bytes): a string that lies there; Espruino's E.memoryArea */
  KEPT_POKE,      /* (address, string): its characters go there; Espruino's poke8 */
  KEPT_CLOCK,     /* (): in ms; Espruino's Date.now */
  KEPT_ADDRESS,   /* (value, flat): where its bytes lie in one piece; Espruino's E.getAddressOf */
  KEPT_SUBSTR,    /* a string's method (offset, bytes) */
  KEPT_EMPTY,     /* a string of no bytes */
  KEPT_TIMEOUT,   /* (function, ms, its argument): Espruino's setTimeout */
  KEPT_UNTIMEOUT, /* (what that has answered): its clearTimeout */
  KEPT_EXPIRED,   /* CORE_TIMEOUT, as a function */
  KEPT_NETWORK,   /* the object of the interpreter's in which its sockets are (objects.h) */
  KEPT_FOREACH,   /* an array's method (function) */
  KEPT_FOUND,     /* BOARD_FOUND, as a function */
  KEPT_ASSIGN,    /* (object, object): Espruino's Object.assign */
  KEPT_CLSNOW,    /* an object that has the field by which an object of the interpreter's ends */
  KEPT_RECV,      /* what is left to the shell (socket, answer, bytes): a string or a number */
  KEPT_SEND,      /* (socket, string) */
  KEPT_BEHIND,    /* (TURN_): what is to be done behind a call of the interpreter's own */
  KEPT_SHORT,     /* strings of 1 to NSHORT bytes that lie in `stage` */
  KEPT_WIRES = KEPT_SHORT + NSHORT,
  WIRE_SEND = KEPT_WIRES, /* the bus's functions */
  WIRE_WRITE,
  WIRE_CS, /* the chip select pin, for them */
  WIRE_LOW, /* functions of its own */
  WIRE_HIGH,
  WIRE_READ, /* the interrupt pin's level, where there is one */
  NWIRE = WIRE_READ + 1 - WIRE_SEND,
};

/** Chips at most. */
#define NWIRED NETHER
#define NKEPT (KEPT_WIRES + NWIRED * NWIRE)

/** A variable of the interpreter's. */
typedef void *var;

struct head {
  int32_t polls;  /* how often the interpreter has asked */
  int32_t last;   /* the interpreter's clock, in ms, when it was read last; whoever sets it moves this */
  int32_t now;    /* ms of uptime */
  int32_t data;   /* in: address of what SYS_SENDTO sends; 0: KEPT_COPYIN gives it */
  int32_t broken; /* out: functions of the interpreter's that gave no answer */
  int32_t exptr;  /* in: process.env.EXPTR */
  int32_t cells;  /* in: a short string's characters are where its variable is */
  var text;       /* what is sent, when it does not lie in one piece */
  int32_t timer;  /* when the interpreter's timer is due (uptime), while `isTimer`; and its number */
  int32_t timer_id;
  int32_t lifeline; /* when another is, should that one's turn be broken off, while `isLifeline` */
  int32_t wanted; /* the number of an object that is looked for, and the object when it is found */
  var found;
  uint8_t stage[NSHORT];  /* what is sent lies here when it is short */
  uint8_t isTimer;
  uint8_t isLifeline;
  uint8_t isBroken; /* since the last CORE_MEND */
  uint8_t isUnsure; /* nothing has answered since something was done that has no answer */
  uint8_t isTaken;  /* the interpreter has been given bytes that lie in mbufs: with the next entry they go */
  uint8_t held[NWIRED]; /* chip select is low */
  var kept[NKEPT];
};

_Static_assert(__builtin_offsetof(struct head, stage) == 52, "firmware/core/port.ts has it otherwise");

struct board {
  struct head head;
  struct globals globals;
};

/** The shell puts it at a multiple of 128 in a string, and its views of that count to 65,535. */
_Static_assert(sizeof(struct board) <= 65536 - 127, "views reach all of the memory");

/** Where these lie in it: `struct head` may end before. */
#define GLOBALS_AT __builtin_offsetof(struct board, globals)

/** What the shell looks at before it jumps anywhere. */
struct header {
  uint32_t magic;
  uint32_t layout;
  uint32_t size;   /* bytes of memory */
  uint32_t args;   /* where in it core_args are */
  uint32_t length; /* of all this */
};

_Static_assert(sizeof(struct header) == 20, "firmware/core/port.ts and tools/frozen_drawers.js have it otherwise");

int32_t board_entry(int32_t word, int32_t a, int32_t b, int32_t c);

__attribute__((section(".header"), used)) static const struct header header = {
  0x31484545, LAYOUT, sizeof(struct board), GLOBALS_AT + SHELL, 0 /* written behind the linker */,
};

/** First in the code, right behind the header. r7 is the caller's, and given back. */
__attribute__((naked, section(".entry"), used)) int32_t board_entry(int32_t word, int32_t a, int32_t b, int32_t c) {
  __asm__ volatile(
    "push {r4, lr}\n"
    "mov r4, r7\n"
    "bl board_call\n"
    "mov r7, r4\n"
    "pop {r4, pc}\n"
  );
}

static inline struct head *head(void) {
  return (struct head *)((uint8_t *)g - GLOBALS_AT);
}

#include "exptr.h"
#include "wires.h"

int32_t uptime(void) {
  return head()->now;
}

int32_t random32(void) {
  return number(KEPT_RANDOM, 0, NULL);
}

int32_t timeofday(void) {
  return number(KEPT_TIMEOFDAY, 0, NULL);
}

/** Bytes of `text`. */
static void piece_in(int32_t off, uint8_t *to, int32_t len) {
  var args[] = {integer(off), integer(len)};
  var piece = call(head()->kept[KEPT_SUBSTR], head()->text, 2, args);
  if (!missing(piece)) characters(piece, to);
  unlock(args[0]);
  unlock(args[1]);
  unlock(piece);
}

void copyin(int32_t off, uint8_t *dst, int32_t dst_off, int32_t len) {
  const int32_t numbers[] = {off, (int32_t)(dst + dst_off), len};
  if (head()->data) memcpy(dst + dst_off, (const uint8_t *)head()->data + off, (size_t)len);
  else if (head()->text) piece_in(off, dst + dst_off, len);
  else if (LIB_SYSCALLS || INET_UDP || INET_DHCP || INET_DNS) number(KEPT_COPYIN, 3, numbers);
}

void spi_told(int32_t dev, int32_t cause, int32_t fault) {
  ROOT_TOLD(dev, cause, fault);
}

/** What was broken off may have been in the middle of a transfer. */
static void mended(void) {
  if (!head()->isBroken) return;
  head()->isBroken = false;
  ROOT_ENTRY(CORE_MEND, 0, 0, 0);
}

/** Time goes on by what the clock has, unless something has set it: a step backwards, or of more than an hour, is none. */
static void tick(struct head *h) {
  var now = call(h->kept[KEPT_CLOCK], NULL, 0, NULL);
  if (!now) return;
  const int32_t clock = number_of(now);
  const uint32_t step = (uint32_t)clock - (uint32_t)h->last;
  h->last = clock;
  if (step < 3600000) h->now = (int32_t)((uint32_t)h->now + step);
}

/** What waits for nothing but this entry's end, in turns of its own: netisr, say. */
static void overdue(void) {
  for (int n = 0; n < NTIMEOUTS && timeouts_next() == 0; n++) timeouts_run();
}

/** What the interpreter was given has been copied by it. */
static void taken(void) {
  if (!head()->isTaken) return;
  head()->isTaken = false;
  ROOT_ENTRY(SYS_RECEIVED, 0, 0, 0);
}

#include "timer.h"
#include "objects.h"
#include "driver.h"
#include "unpack.h"

/** Last in a turn: whatever the shell calls then, nothing of this is under way. */
static void tell(void) {
  if (g->core_args[ARG_PENDING]) behind(TURN_TELL);
}

/** `word`: where the memory is, and below it which entry. */
__attribute__((used)) static int32_t board_call(int32_t word, int32_t a, int32_t b, int32_t c) {
  const int32_t code = word & 127;
  if (code == BOARD_UNPACK) return (int32_t)unpack((const uint8_t *)a, (const uint8_t *)b, (const int32_t *)c);
  g = &((struct board *)(word & ~127))->globals;
  if (code == BOARD_KEEP) return keep(a, (var)b);
  if (code == BOARD_FOUND) return found((var)a);
  if (code == BOARD_RECV && isIdle(a)) return (int32_t)empty();
  if (code == BOARD_ACCEPT && isIdle(a)) return -1;
  tick(head());
  taken();
  mended();
  if (code >= BOARD_RECV && code <= BOARD_CLOSE) return driver(code, a, b);
  int32_t answer = 0;
  const bool isTurn = code == CORE_TIMEOUT || code >= BOARD_INTR;
  if (code == CORE_INIT) core_boot();
  if (code == CORE_TIMEOUT) expired(a);
  else answer = code >= BOARD_INTR ? ROOT_ENTRY(IF_INTR, code - BOARD_INTR, 0, 0) : ROOT_ENTRY(code, a, b, c);
  overdue();
  if (LIB_NETWORKJS && isTurn) wanted();
  deadline(!isTurn && (code < CORE_EVENT || code > CORE_UPCALL));
  looked();
  if (isTurn) tell();
  return answer;
}

#include "freestanding.h"
