#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace tusker::kv {

// Index of a column family in the list that the engine was opened with.
using Family = uint32_t;

// Changes that take effect together, in order.
struct Batch {
  struct Change {
    enum class Kind : uint8_t { kPut, kDelete, kDeleteRange };
    Kind kind;
    Family family;
    std::string key;
    std::string value;  // of kDeleteRange: the key past the last deleted one
  };
  std::vector<Change> changes;
  size_t bytes = 0;

  void put(Family family, std::string key, std::string value);
  void remove(Family family, std::string key);
  void remove_range(Family family, std::string from, std::string to);
  bool empty() const { return changes.empty(); }
};

enum class Tier : uint8_t {
  kCached,  // memory alone: kWouldBlock if the answer needs the disk. For the network threads.
  kAll,     // may block: on the disk pool or the core
};

// A frozen view. Any thread; release it soon, since it holds back compaction.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
};

// Walks keys of one family in order. One thread at a time.
class Iterator {
 public:
  virtual ~Iterator() = default;
  virtual bool valid() const = 0;
  virtual void next() = 0;
  virtual void seek(std::string_view key) = 0;  // to the first key >= `key`
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  virtual Result<void> status() const = 0;  // why it became invalid, if not by reaching the end
};

// An ordered key-value store with column families: RocksDB, or memory for simulation. Any thread. Keys are compared as unsigned bytes.
class Engine {
 public:
  virtual ~Engine() = default;
  // nullopt when there is no such key. `snapshot` null reads the newest.
  virtual Result<std::optional<std::string>> get(Family family, std::string_view key, Tier tier = Tier::kAll,
                                                 const Snapshot* snapshot = nullptr) = 0;
  // Keys in [lower, upper); an empty `upper` is no bound. Positioned on the first one.
  virtual std::unique_ptr<Iterator> iterate(Family family, std::string_view lower, std::string_view upper, Tier tier = Tier::kAll,
                                            const Snapshot* snapshot = nullptr) = 0;
  virtual std::unique_ptr<Snapshot> snapshot() = 0;
  // All or nothing. With `durable` it is on the medium when this returns; without it the write may be lost by a crash, never torn.
  virtual Result<void> write(const Batch& batch, bool durable) = 0;
};

}  // namespace tusker::kv
