#include "mapreduce/cli/progress_printer.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace tusker::mapreduce {

ProgressPrinter::ProgressPrinter() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressPrinter::update(double map, double reduce) {
  const int map_percent = static_cast<int>(std::clamp(map, 0.0, 1.0) * 100 + 1e-3);
  const int reduce_percent = static_cast<int>(std::clamp(reduce, 0.0, 1.0) * 100 + 1e-3);
  if (map_percent == map_ && reduce_percent == reduce_) return;
  map_ = map_percent;
  reduce_ = reduce_percent;
  fmt::print(stderr, "{}mapreduce.Job:  map {}% reduce {}%{}", terminal_ ? "\r" : "", map_, reduce_, terminal_ ? "\033[K" : "\n");
  open_ = terminal_;
}

void ProgressPrinter::line(const std::string& text) {
  finish();
  fmt::print(stderr, "{}\n", text);
}

void ProgressPrinter::finish() {
  if (open_) fmt::print(stderr, "\n");
  open_ = false;
}

}  // namespace tusker::mapreduce
