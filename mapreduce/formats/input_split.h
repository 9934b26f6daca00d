#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tusker::mapreduce {

// The input of one map: a part of a file, or bytes of the job's own when `uri` is empty.
struct InputSplit {
  std::string uri;  // qualified: "hdfs://host:8020/a"
  int64_t start = 0;
  int64_t length = 0;
  std::vector<std::string> hosts;  // that hold its first block, nearest first; empty: anywhere
  std::string data;

  // "hdfs://host:8020/a:0+134217728", as Hadoop's logs name a split.
  std::string to_string() const;
};

}  // namespace tusker::mapreduce
