#include "tests/support/catch.h"

#include <rocksdb/env.h>

#include <filesystem>
#include <random>

#include "common/kv/rocks_engine.h"
#include "namenode/store/schema.h"
#include "tests/simulation/faulty_file_system.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// RocksDB 7.8 forgets the new memtable when a disk that fails keeps it from changing logs. A NameNode ends at that point.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:rocksdb::DBImpl::SwitchMemtable\n"; }
#endif
#endif

namespace tusker::tests {
namespace {

std::string scratch() {
  char name[] = "/tmp/tusker-crash-XXXXXX";
  return ::mkdtemp(name);
}

// Writes groups of rows with and without sync, "crashes" before the n-th file operation, and looks what is left.
void crash_at(uint64_t operation, uint64_t seed) {
  INFO("crash before file operation " << operation << ", seed " << seed);
  const std::string directory = scratch();
  FaultyFileSystem faulty(rocksdb::FileSystem::Default());
  const auto env = faulty.make_env();
  std::mt19937_64 random(seed);
  int64_t durable = -1;
  int64_t written = -1;
  {
    kv::RocksOptions options;
    options.env = env.get();
    options.create_if_missing = true;
    options.write_buffer_bytes = 1 << 20;
    faulty.crash_before(operation);
    auto engine = kv::open_rocks(directory, namenode::family_names(), options);
    for (int64_t i = 0; engine && i < 400; ++i) {
      kv::Batch batch;
      std::string key;
      append_be<int64_t>(key, i);
      batch.put(namenode::kInodeFamily, key, std::string(1 + random() % 3000, static_cast<char>(i)));
      batch.put(namenode::kMetaFamily, "last", key);
      const bool sync = random() % 3 != 0;
      const auto done = (*engine)->write(batch, sync);
      if (!done) break;
      written = i;
      if (sync) durable = i;
    }
  }
  REQUIRE(faulty.lose_unsynced(random));
  kv::RocksOptions options;
  options.create_if_missing = true;
  auto reopened = kv::open_rocks(directory, namenode::family_names(), options);
  INFO((reopened ? std::string() : reopened.error().to_string()));
  REQUIRE(reopened);
  const auto last = (*reopened)->get(namenode::kMetaFamily, "last");
  REQUIRE(last);
  const int64_t found = *last ? load_be<int64_t>((*last)->data()) : -1;
  // All that was acknowledged is there; what is there is a prefix, and whole.
  CHECK(found >= durable);
  CHECK(found <= written + 1);
  for (int64_t i = 0; i <= found; ++i) {
    std::string key;
    append_be<int64_t>(key, i);
    const auto row = (*reopened)->get(namenode::kInodeFamily, key);
    REQUIRE(row);
    INFO("row " << i);
    REQUIRE(row->has_value());
  }
  std::filesystem::remove_all(directory);
}

}  // namespace

TEST_CASE("the store keeps every synced row through a crash at any file operation") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 40; ++i) crash_at(20 + random() % 900, random());
}

TEST_CASE("a damaged record in the middle of the log is an error, not a silent loss") {
  const std::string directory = scratch();
  {
    kv::RocksOptions options;
    options.create_if_missing = true;
    auto engine = kv::open_rocks(directory, namenode::family_names(), options);
    REQUIRE(engine);
    for (int64_t i = 0; i < 200; ++i) {
      kv::Batch batch;
      batch.put(namenode::kMetaFamily, "row" + std::to_string(i), std::string(500, 'x'));
      REQUIRE((*engine)->write(batch, true));
    }
  }
  // Flip a bit in the middle of the newest log.
  std::filesystem::path log;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".log" && entry.file_size() > 50'000) log = entry.path();
  }
  REQUIRE(!log.empty());
  {
    std::FILE* file = std::fopen(log.c_str(), "r+b");
    REQUIRE(file != nullptr);
    std::fseek(file, 50'000, SEEK_SET);
    const int byte = std::fgetc(file);
    std::fseek(file, 50'000, SEEK_SET);
    std::fputc(byte ^ 1, file);
    std::fclose(file);
  }
  auto reopened = kv::open_rocks(directory, namenode::family_names(), {});
  CHECK(!reopened);
  if (!reopened) CHECK(reopened.error().code() == StatusCode::kCorruption);
  std::filesystem::remove_all(directory);
}

}  // namespace tusker::tests
