#include "common/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace tusker {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "FATAL invariant broken: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace tusker
