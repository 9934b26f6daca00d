#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/kv/engine.h"

namespace rocksdb {
class Env;
}

namespace tusker::kv {

struct RocksOptions {
  size_t cache_bytes = 64 << 20;         // blocks, indexes, filters, and the memtables' share
  size_t write_buffer_bytes = 32 << 20;  // all memtables together
  rocksdb::Env* env = nullptr;           // null: the system's; a test's may lose what was not synced
  bool create_if_missing = false;
};

// RocksDB. A torn last WAL record is cut at recovery, and nothing else: a valid record behind a damaged one makes open() fail
// (kCorruption) rather than lose it. Values are compressed with LZ4 below the first levels.
Result<std::unique_ptr<Engine>> open_rocks(const std::string& directory, const std::vector<std::string>& families, RocksOptions options);

}  // namespace tusker::kv
