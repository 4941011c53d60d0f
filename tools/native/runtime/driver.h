/**
 * The functions of a NetworkJS driver, which the interpreter calls in each round for each of its sockets. What has come it gets as a
 * string that lies over the mbuf, which it copies at once. Datagrams are left to the shell, last of all: whatever the shell calls
 * then, nothing of this is under way.
 */
static var empty(void) {
  return lock(head()->kept[KEPT_EMPTY]);
}

/** Is there nothing to be asked for? Now and then it is looked at all the same. */
static bool isIdle(int32_t sckt) {
  return ++head()->polls % POLLS && ROOT_ENTRY(NJ_IDLE, sckt, 0, 0);
}

static void behind(int32_t todo) {
  number(KEPT_BEHIND, 1, &todo);
}

/** At most `len` bytes of a stream, or the number in place of them. Without memory for the string they stay where they are. */
static var take(int32_t sckt, int32_t len, int32_t *answer) {
  *answer = ROOT_ENTRY(NJ_TAKE, sckt, len, 0);
  if (*answer <= 0) return NULL;
  var text = area((const uint8_t *)g + SHELL + g->core_args[ARG_AT], *answer);
  head()->isTaken = !missing(text);
  if (!text) *answer = ROOT_ENTRY(SYS_RECEIVED, 1, 0, 0);
  return text;
}

static int32_t address_of(var text) {
  var args[] = {text, integer(1)};
  const int32_t at = number_of(call(head()->kept[KEPT_ADDRESS], NULL, 2, args));
  unlock(args[1]);
  return at;
}

static int32_t send(int32_t sckt, var text) {
  struct head *h = head();
  const int32_t len = number_in(text, "length");
  h->data = address_of(text);
  h->text = text;
  const int32_t answer = ROOT_ENTRY(NJ_SEND, sckt, len, 0);
  h->text = NULL;
  h->data = 0;
  return answer;
}

/** What the shell answers for us; the string is what was to be sent, or NULL. */
static var shell(int32_t sckt, var text, int32_t answer, int32_t len) {
  var args[] = {integer(sckt), text ? text : integer(answer), integer(len)};
  var made = call(head()->kept[text ? KEPT_SEND : KEPT_RECV], NULL, 3, args);
  unlock(args[0]);
  if (!text) unlock(args[1]);
  unlock(args[2]);
  return missing(made) ? empty() : made;
}

/** What the interpreter has called: a number, or a variable, as its signature in port.ts has it. */
static int32_t driver(int32_t code, int32_t sckt, int32_t second) {
  const bool isRecv = code == BOARD_RECV;
  int32_t answer = second;
  var data = NULL;
  if (code == BOARD_ACCEPT) answer = ROOT_ENTRY(NJ_ACCEPT, sckt, 0, 0);
  if (code == BOARD_CLOSE) answer = ROOT_ENTRY(NJ_CLOSE, sckt, 0, 0);
  if (code == BOARD_SEND) answer = send(sckt, (var)second);
  if (isRecv) answer = ROOT_ENTRY(NJ_RECV, sckt, second, 0);
  if (INET_TCP && isRecv) {
    if (answer <= NJ_ASK) answer = allowed(sckt, NJ_ASK - answer, second);
    if (answer > 0) data = take(sckt, answer, &answer);
    if (answer == NJ_ENDED) answer = ended(sckt);
  }
  if (!data) overdue();
  deadline(true);
  looked();
  if (!(head()->polls % POLLS)) behind(TURN_RESCUE);
  if (code == BOARD_ACCEPT || code == BOARD_CLOSE) return answer;
  if (data) return (int32_t)data;
  if (answer == NJ_DGRAM) return (int32_t)shell(sckt, isRecv ? NULL : (var)second, answer, second);
  return (int32_t)(isRecv && !answer ? empty() : integer(answer));
}
