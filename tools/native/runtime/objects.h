/**
 * The interpreter's own objects for its sockets: what is to be done with them, and how much their programs may be given. The same
 * in JavaScript, with the reasons: lib/networkjs/networkjs_sock.ts.
 *
 * Fields answer also while the interpreter breaks something off: that they do says nothing (exptr.h). What is done to an object is a
 * call of a function, which then is not done.
 */
static var field(var object, const char *name) {
  return object ? ((var (*)(var, const char *, bool))exported(EX_FIELD))(object, name, false) : NULL;
}

static bool isset(var object, const char *name) {
  var value = field(object, name);
  const bool is = value && ((bool (*)(var))exported(EX_GETBOOL))(value);
  unlock(value);
  return is;
}

/** A field's number, 0 when there is none. */
static int32_t number_in(var object, const char *name) {
  var value = field(object, name);
  const int32_t n = value ? ((int32_t (*)(var))exported(EX_GETINTEGER))(value) : 0;
  unlock(value);
  return n;
}

/** How many characters a field's string has, 0 when there is none. */
static int32_t length_in(var object, const char *name) {
  var text = field(object, name);
  const int32_t n = number_in(text, "length");
  unlock(text);
  return n;
}

/** One of those that are looked through: is it the one? An object has its socket's number plus 1. */
static int32_t found(var object) {
  struct head *h = head();
  if (number_in(object, "sckt") != h->wanted) return 0;
  unlock(h->found);
  h->found = lock(object);
  return 0;
}

/** The object of that list for a socket, to be given back; NULL: there is none, unless something was broken off. */
static var object_in(const char *list, int32_t sckt) {
  struct head *h = head();
  var objects = field(h->kept[KEPT_NETWORK], list);
  h->wanted = sckt + 1;
  h->isUnsure = true;
  if (objects) unlock(call(h->kept[KEPT_FOREACH], objects, 1, &h->kept[KEPT_FOUND]));
  unlock(objects);
  var object = h->found;
  h->found = NULL;
  return object;
}

static var object_of(int32_t sckt, int32_t type) {
  return object_in(type == (ST_HTTP | ST_ACCEPTED) ? "HttpSC" : "HttpCC", sckt);
}

static bool isKnown(const char *list, int32_t sckt) {
  var object = object_in(list, sckt);
  unlock(object);
  return object;
}

/** The connection ends in the interpreter's next round; its program gets the event "close". */
static void hangup(var object) {
  var args[] = {object, head()->kept[KEPT_CLSNOW]};
  if (!object) return;
  var same = call(head()->kept[KEPT_ASSIGN], NULL, 2, args);
  missing(same);
  unlock(same);
}

/** The peer of an HTTP server's connection will send no more: without a request there is nothing to be done. */
static int32_t ended(int32_t sckt) {
  var object = object_in("HttpSC", sckt);
  if (object && !isset(object, "hdrs")) hangup(object);
  unlock(object);
  return SOCKET_ERR_CLOSED;
}

/** Does what waits to be done with objects. */
static void wanted(void) {
  while (g->core_args[ARG_PENDING] & PENDING_NETWORK && answers()) {
    const int32_t what = ROOT_ENTRY(NJ_WANTED, 0, 0, 0);
    const int32_t sckt = what & 255;
    if (what >> NJ_WANTS_SHIFT & NJ_HANGUP) {
      var object = object_of(sckt, what >> NJ_TYPE_SHIFT & 255);
      hangup(object);
      unlock(object);
    }
    if (!(what >> NJ_WANTS_SHIFT & NJ_KNOWN) || isKnown("HttpS", sckt) || isKnown("HttpSC", sckt) || isKnown("HttpCC", sckt)) continue;
    if (answers()) ROOT_ENTRY(NJ_RELEASE, sckt, 0, 0);
  }
}

/** Headers without an end, longer than the interpreter can hold (RFC 6585 5). A client of ours has no more to say. */
static void toolarge(int32_t sckt, int32_t type, var object) {
  static const char text[] = "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n";
  if (!answers()) return;
  head()->data = (int32_t)text;
  if (type & ST_ACCEPTED) ROOT_ENTRY(NJ_SEND, sckt, sizeof text - 1, 0);
  head()->data = 0;
  hangup(object);
}

static int32_t http_unread(int32_t sckt, int32_t type, var object, int32_t len) {
  const bool hasHeaders = isset(object, "hdrs");
  var response = field(object, "res");
  if (type & ST_ACCEPTED && isset(response, "cls") && !isset(object, "#ondata")) {
    if (!isset(response, "dSnd")) hangup(object);
    len = 0;
  } else if (length_in(object, "dRcv") > NJ_HTTPMAX) {
    if (!hasHeaders) toolarge(sckt, type, object);
    len = 0;
  } else if (!hasHeaders && !isset(response, "hdrs") && len > NJ_STREAMMAX) len = NJ_STREAMMAX;
  unlock(response);
  return len;
}

/** What a stream that nobody reads has room for. */
static int32_t stream_room(var object) {
  var available = field(object, "available");
  const int32_t n = available ? number_of(call(available, object, 0, NULL)) : 0;
  unlock(available);
  return NJ_STREAMMAX - n;
}

static int32_t unread(int32_t sckt, int32_t type, var object, int32_t len) {
  if (type & ST_HTTP) return http_unread(sckt, type, object, len);
  if (length_in(object, "dSnd") > NJ_UNSENT) return 0;
  if (isset(object, "#ondata")) return len;
  const int32_t room = stream_room(object);
  return room < len ? room : len;
}

/** How many bytes the interpreter may have of what has come for a socket of that type; else what it is told. */
static int32_t allowed(int32_t sckt, int32_t type, int32_t len) {
  int32_t n = len < NJ_READ ? len : NJ_READ;
  var object = object_of(sckt, type);
  if (object) n = unread(sckt, type, object, n);
  unlock(object);
  if (!answers()) return 0;
  return n > 0 ? n : ROOT_ENTRY(NJ_UNREAD, sckt, 0, 0);
}
