/**
 * What the plugins of user-mode QEMU have in common (insn.c, spent.c), which count instructions of an interpreter's turns for measure.ts;
 * board.ts compiles them (cc, 64-bit host). What they use of QEMU's plugin interface is declared here, as docs/devel/tcg-plugins has it,
 * since Debian has no package of the header; version 1 of the interface is that of QEMU 4.2 to 8.2.
 *
 * The interpreter marks each round of its idle loop by the system call 159 (sched_get_priority_max, which harms nobody) with 2000, and
 * with 1000 + n that the turns since the mark before are to be written into the file DIR/n: how many instructions each of them took,
 * a number a line.
 *
 * A plugin adds up `total`, and has three functions: what it does at a turn's end, what else it writes at a mark, and what it asks of QEMU.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_info;
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*call)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_syscall_cb(
  plugin_id id,
  void (*call)(plugin_id, unsigned, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t)
);

EXPORT int qemu_plugin_version = 1;

enum { CALL = 159, ROUND = 2000, MARK = 1000, MARKS = 128, MOST = 1 << 20 };

static const char *dir;
static uint64_t total, before, turns[MOST];
static int count;

static void at_turn(void);
static void at_mark(unsigned mark);
static void translated(plugin_id id, struct qemu_plugin_tb *block);

static void turn_ends(void) {
  if (count < MOST) turns[count++] = total - before;
  before = total;
  at_turn();
}

/** Under another name first: whoever waits for the file finds all of it. */
static void told(unsigned mark) {
  char part[520], whole[512];
  at_mark(mark);
  snprintf(whole, sizeof whole, "%s/%u", dir, mark);
  snprintf(part, sizeof part, "%s.part", whole);
  FILE *file = fopen(part, "w");
  if (!file) return;
  for (int i = 0; i < count; i++) fprintf(file, "%" PRIu64 "\n", turns[i]);
  fclose(file);
  rename(part, whole);
  count = 0;
}

static void called_system(
  plugin_id id, unsigned cpu, int64_t number, uint64_t what, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f,
  uint64_t g, uint64_t h
) {
  (void)id, (void)cpu, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
  if (number != CALL) return;
  if (what == ROUND) turn_ends();
  else if (what >= MARK && what < MARK + MARKS) told((unsigned)what - MARK);
}

/** What stands behind `name` among a plugin's arguments ("dir="), or NULL. */
static const char *argument(const char *name, int argc, char **argv) {
  const size_t length = strlen(name);
  for (int i = 0; i < argc; i++)
    if (!strncmp(argv[i], name, length)) return argv[i] + length;
  return NULL;
}

/** A plugin's last step; 1 without a folder to write into. */
static int install(plugin_id id, int argc, char **argv) {
  const char *folder = argument("dir=", argc, argv);
  if (!folder) return 1;
  dir = strdup(folder);
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_vcpu_syscall_cb(id, called_system);
  return 0;
}
