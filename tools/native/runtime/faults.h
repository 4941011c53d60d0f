/**
 * Counts what a test build finds wrong, in place of stopping: promises that were not kept (CHECKED), and what the
 * undefined behaviour sanitizer calls these for.
 */
static int32_t faults;

#define FAULT(name, ...) \
  void __ubsan_handle_##name(__VA_ARGS__); \
  void __ubsan_handle_##name(__VA_ARGS__) { faults++; }
FAULT(add_overflow, void *where, void *a, void *b)
FAULT(sub_overflow, void *where, void *a, void *b)
FAULT(mul_overflow, void *where, void *a, void *b)
FAULT(divrem_overflow, void *where, void *a, void *b)
FAULT(shift_out_of_bounds, void *where, void *a, void *b)
FAULT(pointer_overflow, void *where, void *a, void *b)
FAULT(negate_overflow, void *where, void *a)
FAULT(out_of_bounds, void *where, void *a)
FAULT(type_mismatch_v1, void *where, void *a)
FAULT(load_invalid_value, void *where, void *a)
FAULT(nonnull_arg, void *where)
