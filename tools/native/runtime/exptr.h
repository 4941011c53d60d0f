/**
 * The interpreter as machine code sees it: Espruino's table of functions for it (process.env.EXPTR), in that table's order. Its
 * variables are locked for whoever has them, until they are given back.
 *
 * While the interpreter breaks something off, each call answers NULL; so it does for "undefined".
 */
enum { EX_LOCK = 0, EX_UNLOCK = 1, EX_NEWINTEGER = 6, EX_NEWSTRING = 7, EX_GETINTEGER = 10, EX_GETBOOL = 11, EX_CALL = 13, EX_FIELD = 15 };

static inline void *exported(int which) {
  return (void *)((int32_t *)head()->exptr)[which];
}

static void unlock(var v) {
  if (v) ((void (*)(var))exported(EX_UNLOCK))(v);
}

static var lock(var v) {
  return v ? ((var (*)(var))exported(EX_LOCK))(v) : NULL;
}

/** Keeps what the shell gives, in place of what was kept there. */
static int32_t keep(int32_t which, var v) {
  if (which < 0 || which >= NKEPT) return -1;
  unlock(head()->kept[which]);
  head()->kept[which] = lock(v);
  return 0;
}

static var integer(int32_t n) {
  return ((var (*)(int32_t))exported(EX_NEWINTEGER))(n);
}

/** Calls a function that is kept, as a method of `self`, if that is not NULL. */
static var call(var func, var self, int n, var *args) {
  return ((var (*)(var, var, var, bool, int, var *))exported(EX_CALL))(func, NULL, self, false, n, args);
}

/**
 * Has something been broken off, or was there no memory for it? The interpreter breaks all off at once: who answers tells that
 * those before it, of whom no answer is expected, were not.
 */
static bool missing(var answer) {
  head()->isUnsure = false;
  if (answer) return false;
  head()->broken++;
  head()->isBroken = true;
  return true;
}

#define MAXNUMBERS 3

/** Calls a function that is kept with numbers. */
static var numbered(int which, int n, const int32_t *numbers) {
  var args[MAXNUMBERS];
  for (int i = 0; i < n; i++) args[i] = integer(numbers[i]);
  var answer = call(head()->kept[which], NULL, n, args);
  for (int i = 0; i < n; i++) unlock(args[i]);
  return answer;
}

/** The number that `answer` is, which is given back; 0 when it is missing. */
static int32_t number_of(var answer) {
  if (missing(answer)) return 0;
  const int32_t n = ((int32_t (*)(var))exported(EX_GETINTEGER))(answer);
  unlock(answer);
  return n;
}

/** What a function that is kept answers to numbers. */
static int32_t number(int which, int n, const int32_t *numbers) {
  return number_of(numbered(which, n, numbers));
}

/** A string over `len` bytes of memory: nothing is copied. */
static var area(const uint8_t *p, int32_t len) {
  const int32_t numbers[] = {(int32_t)p, len};
  return numbered(KEPT_AREA, 2, numbers);
}

/** Has nothing been broken off since the last CORE_MEND? What has no answer of its own is asked after. */
static bool answers(void) {
  if (head()->isUnsure) {
    var any = area(head()->stage, 1);
    missing(any);
    unlock(any);
  }
  return !head()->isBroken;
}

/** Copies the characters of a string. */
static void characters(var text, uint8_t *to) {
  var args[] = {integer((int32_t)to), text};
  head()->isUnsure = true;
  unlock(call(head()->kept[KEPT_POKE], NULL, 2, args));
  unlock(args[0]);
}
