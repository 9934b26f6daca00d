#pragma once

#include <memory>
#include <string>

#include "common/env/env.h"
#include "common/kv/engine.h"
#include "namenode/store/codec.h"

namespace tusker::namenode {

// A formatted namespace, opened: the store, who it is, where its counters stand. The lock keeps a second NameNode out.
struct OpenStore {
  std::unique_ptr<FileLock> lock;
  std::unique_ptr<kv::Engine> engine;
  Identity identity;
  Counters counters;
};

// What a fresh namespace's identity is made of; `address` goes into the block pool's name as in HDFS.
Identity new_identity(Env& env, const std::string& cluster_id, const std::string& address);

// Writes the first rows of a namespace into an empty engine: identity, counters, root directory. Durable on return.
Result<void> write_first_rows(kv::Engine& engine, const Identity& identity, const std::string& owner, const std::string& group,
                              int64_t now_ms);
Result<OpenStore> read_first_rows(std::unique_ptr<kv::Engine> engine);

// True if `directory` holds a namespace.
bool is_formatted(Disk& disk, const std::string& directory);
// Makes an empty namespace in `directory` (NameNode.format), replacing what is there.
Result<void> format(Env& env, const std::string& directory, const Identity& identity, const std::string& owner, const std::string& group);
// Opens it. kIo with what to do if it isn't formatted or is in use.
Result<OpenStore> open_store(Env& env, const std::string& directory, size_t cache_bytes, size_t write_buffer_bytes);

}  // namespace tusker::namenode
