#pragma once

#include <cstdint>
#include <string>

#include "common/base/ids.h"

namespace tusker::datanode {

// A block as NameNode and DataNodes name it to one another (org.apache.hadoop.hdfs.protocol.Block).
struct Block {
  BlockId id;
  GenerationStamp generation_stamp;
  int64_t bytes = 0;
  friend bool operator==(const Block&, const Block&) = default;
  // "blk_1073741825_1001", as in every message of Hadoop's.
  std::string name() const { return "blk_" + std::to_string(id.value) + "_" + std::to_string(generation_stamp.value); }
};

}  // namespace tusker::datanode
