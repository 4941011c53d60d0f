/**
 * A plugin of user-mode QEMU that counts the instructions of an interpreter's turns, for measure.ts, which compiles it (cc, 64-bit
 * host). What it uses of QEMU's plugin interface is declared here, as docs/devel/tcg-plugins has it, since Debian has no
 * package of the header; version 1 of the interface is that of QEMU 4.2 to 8.2.
 *
 * The interpreter marks each round of its idle loop by the system call 159 (sched_get_priority_max, which harms nobody) with 2000, and
 * with 1000 + n that the turns since the mark before are to be written into the file DIR/n: how many instructions each of them took,
 * a number a line.
 *
 *     QEMU_PLUGIN=insn.so,dir=DIR qemu-arm espruino
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
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int add, void *to, uint64_t number);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*call)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_syscall_cb(
  plugin_id id,
  void (*call)(plugin_id, unsigned, int64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t)
);

EXPORT int qemu_plugin_version = 1;

enum { ADD = 0, CALL = 159, ROUND = 2000, MARK = 1000, MARKS = 128, MOST = 1 << 20 };

static const char *dir;
static uint64_t total, before;
static uint64_t turns[MOST];
static int count;

static void turn_ends(void) {
  if (count < MOST) turns[count++] = total - before;
  before = total;
}

/** Under another name first: whoever waits for the file finds all of it. */
static void told(unsigned mark) {
  char part[520], whole[512];
  snprintf(whole, sizeof whole, "%s/%u", dir, mark);
  snprintf(part, sizeof part, "%s.part", whole);
  FILE *file = fopen(part, "w");
  if (!file) return;
  for (int i = 0; i < count; i++) fprintf(file, "%" PRIu64 "\n", turns[i]);
  fclose(file);
  rename(part, whole);
  count = 0;
}

static void called(
  plugin_id id, unsigned cpu, int64_t number, uint64_t what, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f,
  uint64_t g, uint64_t h
) {
  (void)id, (void)cpu, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
  if (number != CALL) return;
  if (what == ROUND) turn_ends();
  else if (what >= MARK && what < MARK + MARKS) told((unsigned)what - MARK);
}

static void translated(plugin_id id, struct qemu_plugin_tb *block) {
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_inline(block, ADD, &total, qemu_plugin_tb_n_insns(block));
}

EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++)
    if (!strncmp(argv[i], "dir=", 4)) dir = strdup(argv[i] + 4);
  if (!dir) return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_vcpu_syscall_cb(id, called);
  return 0;
}
