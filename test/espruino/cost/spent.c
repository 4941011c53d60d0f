/**
 * A plugin of user-mode QEMU that counts what an interpreter's instructions are spent on, for spent.ts, besides those of its turns
 * (marks.h). Slower than insn.c, since it looks at each block of instructions.
 *
 * Where the Storage is mapped (flash=ADDRESS,size=BYTES) lie machine code, which is recognised by being executed there, and JavaScript,
 * which is by being read there by the lexer: what is executed until the lexer reads elsewhere is for the text that it has read last.
 * Code made at run time, which lies in variables, counts for whoever came before it. Into DIR/n.spent go lines "KIND WHAT COUNT":
 *
 *     machine 0 COUNT           machine code itself
 *     called FUNCTION COUNT     what it has called of the interpreter, by the first of Espruino's wrapper functions
 *     text ADDRESS COUNT        JavaScript whose last character lay there
 *     network 0 COUNT           the interpreter's own sockets, in its idle loop
 *     idle 0 COUNT              all else
 */
#include "marks.h"

#include <stdbool.h>
#include <stdlib.h>

struct qemu_plugin_insn;
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t n);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
const char *qemu_plugin_insn_symbol(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_tb_exec_cb(
  struct qemu_plugin_tb *block, void (*call)(unsigned, void *), int flags, void *data
);
void qemu_plugin_register_vcpu_mem_cb(
  struct qemu_plugin_insn *insn, void (*call)(unsigned, uint32_t, uint64_t, void *), int flags, int reads_or_writes, void *data
);

enum { BOTH = 3, DEEPEST = 64, WRAPPERS = 256 };

static uint64_t flash, flash_size;

/** A block of instructions. */
struct block {
  uint64_t at, end;
  unsigned n;
  const char *symbol;
  bool is_machine, is_wrapper, is_network, is_call;
};

static uint64_t machine, network, idle, *text;
static struct { const char *name; uint64_t n; } called[WRAPPERS];

/* Where it is: calls of machine code, each with what goes on behind it; within the interpreter's sockets; in a function */
static struct frame { uint64_t back, read; const char *wrapper; } frames[DEEPEST];
static int depth;
static bool in_machine;
static uint64_t entry, network_back, call_back;
static struct block *last;
/** where the lexer has read, 0: it has not; who has been called, and what was spent before that was known */
static uint64_t read_at;
static const char *wrapper;
static uint64_t unknown;

static void spend_called(uint64_t n) {
  const char *name = wrapper ? wrapper : "-";
  int i = 0;
  while (i < WRAPPERS - 1 && called[i].name && strcmp(called[i].name, name)) i++;
  called[i].name = name;
  called[i].n += n;
}

static void let_go(void) {
  if (unknown) spend_called(unknown);
  unknown = 0;
  wrapper = NULL;
  read_at = 0;
}

static void into_machine(const struct block *block) {
  const struct frame now = {last ? last->end : 0, read_at, wrapper};
  let_go();
  if (block->at == entry && depth < DEEPEST) frames[depth++] = now;
  in_machine = true;
}

static void out_of_machine(const struct block *block) {
  in_machine = false;
  if (!depth || block->at != frames[depth - 1].back) return;
  depth--;
  read_at = frames[depth].read;
  wrapper = frames[depth].wrapper;
}

/** The interpreter of itself: where its sockets begin and end, and a function of JavaScript. */
static void interpreter(const struct block *block) {
  if (call_back && block->at == call_back) call_back = read_at = 0;
  if (network_back && block->at == network_back) network_back = read_at = 0;
  if (block->is_call && !call_back && last) call_back = last->end;
  if (block->is_network && !network_back && last) network_back = last->end, read_at = 0;
}

static void spend(const struct block *block) {
  if (read_at) {
    text[read_at - flash] += block->n + unknown;
    unknown = 0;
  } else if (depth) {
    if (!wrapper && block->is_wrapper) wrapper = block->symbol;
    unknown += block->n;
  } else if (network_back) network += block->n;
  else idle += block->n;
}

static void executed(unsigned cpu, void *data) {
  (void)cpu;
  struct block *block = data;
  total += block->n;
  if (block->is_machine) {
    if (!in_machine) into_machine(block);
    machine += block->n;
  } else {
    if (in_machine) out_of_machine(block);
    if (!depth) interpreter(block);
    spend(block);
  }
  last = block;
}

static void loaded(unsigned cpu, uint32_t info, uint64_t at, void *data) {
  (void)cpu, (void)info, (void)data;
  if (at - flash < flash_size) read_at = at;
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb) {
  (void)id;
  const size_t n = qemu_plugin_tb_n_insns(tb);
  struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(tb, 0), *end = qemu_plugin_tb_get_insn(tb, n - 1);
  const char *symbol = qemu_plugin_insn_symbol(first);
  struct block *block = calloc(1, sizeof *block);
  if (!block) return;
  block->at = qemu_plugin_tb_vaddr(tb);
  block->end = qemu_plugin_insn_vaddr(end) + qemu_plugin_insn_size(end);
  block->n = (unsigned)n;
  block->symbol = symbol ? symbol : "";
  block->is_machine = block->at - flash < flash_size;
  block->is_wrapper = !strncmp(block->symbol, "jswrap_", 7);
  block->is_network = !strcmp(block->symbol, "socketIdle");
  block->is_call = !strcmp(block->symbol, "jspeFunctionCall");
  if (block->is_machine && !entry) entry = block->at;
  qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0, block);
  if (strncmp(block->symbol, "jsl", 3)) return;
  for (size_t i = 0; i < n; i++)
    qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(tb, i), loaded, 0, BOTH, NULL);
}

static void at_turn(void) {
  if (in_machine) return;
  let_go();
  depth = 0;
  network_back = call_back = 0;
}

static void at_mark(unsigned mark) {
  char name[512];
  snprintf(name, sizeof name, "%s/%u.spent", dir, mark);
  FILE *file = fopen(name, "w");
  if (!file) return;
  fprintf(file, "machine 0 %" PRIu64 "\nnetwork 0 %" PRIu64 "\nidle 0 %" PRIu64 "\n", machine, network, idle);
  for (int i = 0; i < WRAPPERS && called[i].name; i++) {
    fprintf(file, "called %s %" PRIu64 "\n", called[i].name, called[i].n);
    called[i].n = 0;
  }
  for (uint64_t i = 0; i < flash_size; i++) {
    if (text[i]) fprintf(file, "text %" PRIu64 " %" PRIu64 "\n", flash + i, text[i]);
    text[i] = 0;
  }
  fclose(file);
  machine = network = idle = 0;
}

EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv) {
  (void)info;
  const char *at = argument("flash=", argc, argv), *size = argument("size=", argc, argv);
  if (!at || !size) return 1;
  flash = strtoull(at, NULL, 0);
  flash_size = strtoull(size, NULL, 0);
  text = calloc(flash_size, sizeof *text);
  return text ? install(id, argc, argv) : 1;
}
