#include "common/env/real_random.h"

#include <sys/random.h>

#include "common/base/check.h"

namespace tusker {

uint64_t RealRandom::next_u64() {
  // A block per thread, so that ids and placement don't cost a system call each.
  thread_local uint64_t words[32];
  thread_local size_t used = 32;
  if (used == 32) {
    CHECK_INVARIANT(::getrandom(words, sizeof words, 0) == sizeof words);
    used = 0;
  }
  return words[used++];
}

}  // namespace tusker
