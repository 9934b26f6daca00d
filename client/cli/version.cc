#include "client/cli/version.h"

#include <fmt/format.h>

namespace tusker::cli {

void print_version() {
  fmt::print("Hadoop 3.5.0\nTusker " TUSKER_VERSION ", which speaks Hadoop's protocols\nCompiled with clang {} and C++ {}\n",
             __clang_version__, __cplusplus);
}

}  // namespace tusker::cli
