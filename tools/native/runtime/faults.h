/**
 * Counts what a test build finds wrong, in place of stopping, and keeps where the first was: promises that were not kept
 * (CHECKED), and what the sanitizers of undefined behaviour and of addresses call these for.
 */
struct fault {
  const char *file;
  uint32_t line;
};
static int32_t faults;
static struct fault fault_first;

static void fault(const char *file, uint32_t line) {
  if (!faults++) fault_first = (struct fault){file, line};
}

/* What the sanitizer's reports begin with: where it is in the source. */
#define FAULT(name, ...) \
  void __ubsan_handle_##name(const struct fault *where, ##__VA_ARGS__); \
  void __ubsan_handle_##name(const struct fault *where, ##__VA_ARGS__) { fault(where->file, where->line); }
FAULT(add_overflow, void *a, void *b)
FAULT(sub_overflow, void *a, void *b)
FAULT(mul_overflow, void *a, void *b)
FAULT(divrem_overflow, void *a, void *b)
FAULT(shift_out_of_bounds, void *a, void *b)
FAULT(pointer_overflow, void *a, void *b)
FAULT(negate_overflow, void *a)
FAULT(out_of_bounds, void *a)
FAULT(type_mismatch_v1, void *a)
FAULT(load_invalid_value, void *a)
FAULT(nonnull_arg)
