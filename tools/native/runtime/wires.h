/**
 * The wires of a board's chips (spi.h), by the interpreter's own functions of the bus and the pins, called without any JavaScript.
 *
 * What is short, command and answer together, goes as a string that lies over `stage` and is answered by one of a single cell, in
 * which the bytes are read: strings are cheap for the interpreter, and need no memory in one piece. Long answers come in such
 * strings of NPIECE bytes; long data go straight from where they lie.
 */
#define NPIECE 256

static var wire(int32_t dev, int which) {
  return head()->kept[which + NWIRE * dev];
}

static void chip_select(int32_t dev, bool low) {
  if (head()->held[dev] == low) return;
  head()->held[dev] = low;
  head()->isUnsure = true;
  unlock(call(wire(dev, low ? WIRE_LOW : WIRE_HIGH), NULL, 0, NULL));
}

/** Sends a string by a method of the bus, within chip select for itself when `whole`. Gives the string back. */
static var sent(int32_t dev, int method, var text, bool whole) {
  var args[] = {text, wire(dev, WIRE_CS)};
  return call(wire(dev, method), NULL, whole ? 2 : 1, args);
}

/** The last `len` bytes of a short answer that has `off` others before them. */
static void shorts(var answer, int32_t off, uint8_t *in, int32_t len) {
  const uint8_t *p = answer;
  if (!head()->cells) characters(answer, head()->stage), p = head()->stage;
  memcpy(in, p + off, (size_t)len);
}

static void transfer_short(int32_t dev, const uint8_t *out, int32_t outlen, uint8_t *in, int32_t inlen, bool whole) {
  memcpy(head()->stage, out, (size_t)outlen);
  memset(head()->stage + outlen, 0, (size_t)inlen);
  var answer = sent(dev, WIRE_SEND, head()->kept[KEPT_SHORT + outlen + inlen - 1], whole);
  if (!missing(answer) && inlen) shorts(answer, outlen, in, inlen);
  unlock(answer);
}

static void transfer_out(int32_t dev, const uint8_t *out, int32_t len) {
  var text = area(out, len);
  if (missing(text)) return;
  head()->isUnsure = true;
  unlock(sent(dev, WIRE_WRITE, text, false));
  unlock(text);
}

/** What is sent meanwhile does not matter. */
static void transfer_in(int32_t dev, uint8_t *in, int32_t len) {
  for (int32_t n; len > 0; in += n, len -= n) {
    n = len < NPIECE ? len : NPIECE;
    var text = area(in, n);
    var answer = text ? sent(dev, WIRE_SEND, text, false) : NULL;
    unlock(text);
    if (missing(answer)) return;
    characters(answer, in);
    unlock(answer);
  }
}

/** Short ones may lie anywhere; the memory is all there is to long ones. */
void spi_transfer(int32_t dev, const uint8_t *out, int32_t outlen, uint8_t *in, int32_t inlen, int32_t hold) {
  const bool isShort = outlen + inlen <= NSHORT;
  const bool whole = isShort && !hold && !head()->held[dev];
  if (!outlen && !inlen) {
    chip_select(dev, hold);
    return;
  }
  if (!whole) chip_select(dev, true);
  if (isShort) transfer_short(dev, out, outlen, in, inlen, whole);
  else {
    if (outlen > NSHORT) transfer_out(dev, out, outlen);
    else if (outlen) transfer_short(dev, out, outlen, NULL, 0, false);
    if (inlen) transfer_in(dev, in, inlen);
  }
  if (!whole && !hold) chip_select(dev, false);
}

int32_t spi_pin(int32_t dev, int32_t what) {
  const int32_t numbers[] = {dev, what};
  if (what == SPI_LEVEL) return number_of(call(wire(dev, WIRE_READ), NULL, 0, NULL));
  return number(KEPT_PIN, 2, numbers);
}
