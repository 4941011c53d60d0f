/**
 * What is given back is spoilt on a host, so that whoever uses it after its end is found out, as in the JavaScript of the tests
 * (kern_malloc.ts). The address sanitizer reports each use, and of what lies behind the bytes that were asked for.
 */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define __asan_poison_memory_region(p, size) ((void)0)
#define __asan_unpoison_memory_region(p, size) ((void)0)
#endif

/** What is in each byte (host-sim/native/core.ts knows it again). */
#define SPOILT 0xdd

/** All but the link to the next one, which whoever gives it back has written: twice would be reported there. */
static void spoil(int pool, void *p) {
  __asan_unpoison_memory_region(p, pools[pool].size);
  memset((void **)p + 1, SPOILT, pools[pool].size - sizeof(void *));
  __asan_poison_memory_region(p, pools[pool].size);
}

static void unspoil(int pool, void *p) {
  __asan_unpoison_memory_region(p, pools[pool].size);
}

/** Of one that has been taken, `size` bytes may be used; the link will need the first. */
static void lend(int pool, void *p, size_t size) {
  if (size < sizeof(void *)) size = sizeof(void *);
  __asan_unpoison_memory_region(p, size);
  __asan_poison_memory_region((char *)p + size, pools[pool].size - size);
}
