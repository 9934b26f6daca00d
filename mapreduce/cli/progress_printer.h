#pragma once

#include <string>

namespace tusker::mapreduce {

// Hadoop's " map 50% reduce 0%" on stderr, when it changed: one line that renews itself on a terminal, else a line each. One thread.
class ProgressPrinter {
 public:
  ProgressPrinter();
  // Between 0 and 1.
  void update(double map, double reduce);
  // A line of its own.
  void line(const std::string& text);
  // Ends the line on a terminal.
  void finish();

 private:
  bool terminal_;
  int map_ = -1;
  int reduce_ = -1;
  bool open_ = false;
};

}  // namespace tusker::mapreduce
