/**
 * A plugin of user-mode QEMU that counts the instructions of an interpreter's turns, and nothing else (marks.h).
 *
 *     QEMU_PLUGIN=insn.so,dir=DIR qemu-arm espruino
 */
#include "marks.h"

void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int add, void *to, uint64_t number);

enum { ADD = 0 };

static void at_turn(void) {}

static void at_mark(unsigned mark) {
  (void)mark;
}

static void translated(plugin_id id, struct qemu_plugin_tb *block) {
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_inline(block, ADD, &total, qemu_plugin_tb_n_insns(block));
}

EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv) {
  (void)info;
  return install(id, argc, argv);
}
