/**
 * The one timer of the interpreter's by which CORE_TIMEOUT is entered, and a second one, some seconds later, that does so should the
 * first one's turn be broken off. Both are timeouts: an interval whose function is broken off the interpreter takes away.
 */

/** A timer of the interpreter's that is so late (ms) does not come any more. */
#define LATE 2000
/** It is set for so long at most (ms), also when nothing is due: a clock that goes on by an hour has been set. */
#define LONGEST_SLEEP 1800000
/** The second comes so long (ms) after a turn of the first, in which it is set if it is not. */
#define LIFELINE 2000

static int32_t timer_set(int32_t ms, bool isLifeline) {
  var args[] = {head()->kept[KEPT_EXPIRED], integer(ms), isLifeline ? integer(1) : NULL};
  const int32_t id = number_of(call(head()->kept[KEPT_TIMEOUT], NULL, 2 + isLifeline, args));
  unlock(args[1]);
  unlock(args[2]);
  return id;
}

static void timer_clear(int32_t id) {
  var args[] = {integer(id)};
  head()->isUnsure = true;
  unlock(call(head()->kept[KEPT_UNTIMEOUT], NULL, 1, args));
  unlock(args[0]);
}

static int32_t ms_until(int32_t time) {
  return (int32_t)((uint32_t)time - (uint32_t)head()->now);
}

/** Does the timer still come? */
static bool isRunning(void) {
  return head()->isTimer && ms_until(head()->timer) > -LATE;
}

/** A timer has come. While the first one has not, the second has done its work. */
static void expired(bool isLifeline) {
  struct head *h = head();
  if (isLifeline) h->isLifeline = false;
  else h->isTimer = false;
  if (isLifeline ? isRunning() : h->isLifeline && ms_until(h->lifeline) > -LATE) return;
  h->isLifeline = true;
  h->lifeline = (int32_t)((uint32_t)h->now + LIFELINE);
  timer_set(LIFELINE, true);
}

/** Has the timer to come sooner? At once when something is `untold` at this call's end, which is no turn. */
static void deadline(bool untold) {
  struct head *h = head();
  int32_t ms = timeouts_next();
  if (ms < 0 || ms > LONGEST_SLEEP) ms = LONGEST_SLEEP;
  if (untold && g->core_args[ARG_PENDING]) ms = 0;
  if (isRunning()) {
    if (ms_until(h->timer) <= ms) return;
    timer_clear(h->timer_id);
  }
  h->isTimer = true;
  h->timer = (int32_t)((uint32_t)h->now + (uint32_t)ms);
  h->timer_id = timer_set(ms, false);
}

/** Was something of this entry broken off? Then nobody knows what became of its timers either. */
static void looked(void) {
  if (!answers()) head()->isTimer = head()->isLifeline = false;
}
