#pragma once

#include <unistd.h>

#include <string>

#include "common/env/real_env.h"

namespace tusker::mapreduce::testing {

// A real environment and a directory of its own, removed at the end.
class Scratch {
 public:
  Scratch() : env_({.net_threads = 1, .disk_threads = 1}) {
    path_ = "/tmp/tusker-test-" + std::to_string(::getpid()) + "-" + std::to_string(env_.env().random.below(1U << 30));
    static_cast<void>(env_.env().disk.make_directories(path_));
  }
  ~Scratch() { static_cast<void>(env_.env().disk.remove_tree(path_)); }
  const std::string& path() const { return path_; }
  Env& env() { return env_.env(); }

 private:
  RealEnv env_;
  std::string path_;
};

}  // namespace tusker::mapreduce::testing
