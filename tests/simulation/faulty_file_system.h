#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>

namespace tusker::tests {

// A file system for RocksDB on top of the real one that knows what was synced: a "crash" makes every operation from some moment on fail,
// and lose_unsynced() then cuts each file back to its synced length (or a random point after it, as a real disk may have got that far) and
// removes files whose directory was not synced since they were made.
class FaultyFileSystem {
 public:
  explicit FaultyFileSystem(std::shared_ptr<rocksdb::FileSystem> base) : state_(std::make_shared<State>()), base_(std::move(base)) {}

  std::unique_ptr<rocksdb::Env> make_env();
  // The n-th writing operation from now on fails, and all after it.
  void crash_before(uint64_t n) { state_->operations_left = static_cast<int64_t>(n); }
  bool lose_unsynced(std::mt19937_64& random);

  struct State {
    std::mutex mutex;
    int64_t operations_left = INT64_MAX;
    std::map<std::string, uint64_t> synced;  // length on the medium
    std::map<std::string, uint64_t> written;
    std::set<std::string> new_names;  // not yet in a synced directory

    // False once the machine is down.
    bool step() {
      std::lock_guard lock(mutex);
      return operations_left-- > 0;
    }
  };

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<rocksdb::FileSystem> base_;
};

}  // namespace tusker::tests
