#include "namenode/model/storage_policy.h"
#include "tests/support/catch.h"

using namespace tusker::namenode;

TEST_CASE("policies are known by number and by name") {
  CHECK(storage_policies().size() == 8);
  CHECK(find_storage_policy("one_ssd")->id == 10);
  CHECK(find_storage_policy(uint8_t{12})->name == "ALL_SSD");
  CHECK(find_storage_policy(uint8_t{0}) == nullptr);
  CHECK(find_storage_policy("WARMER") == nullptr);
}

TEST_CASE("what a policy takes of each kind of storage") {
  Usage usage;
  usage.add({100, 300, 0, 0}, 10);  // ONE_SSD, three replicas
  usage.add({50, 100, 0, 0}, 0);
  auto types = type_space(usage, kPolicyUnspecified);
  CHECK(types[static_cast<size_t>(StorageType::kSsd)] == 100);
  CHECK(types[static_cast<size_t>(StorageType::kDisk)] == 200);
  types = type_space(usage, 2);  // COLD for the rest
  CHECK(types[static_cast<size_t>(StorageType::kArchive)] == 100);
  // Memory has no quota: all replicas count as on disk.
  CHECK(type_space(Stored{10, 30, 0, 0}, kLazyPersistPolicy)[static_cast<size_t>(StorageType::kDisk)] == 30);
}

TEST_CASE("room that is reserved counts for quotas, not for lengths") {
  Usage usage;
  usage.add({10, 300, 90, 270}, 12);
  CHECK(type_space(usage, 0)[static_cast<size_t>(StorageType::kSsd)] == 300);
  CHECK(type_length(usage, 0)[static_cast<size_t>(StorageType::kSsd)] == 30);
}

TEST_CASE("a directory's policy holds for what has none below it") {
  Usage usage;
  usage.directories = 1;
  usage.add({100, 300, 0, 0}, 7);
  usage.add({50, 150, 0, 0}, 0);
  const Usage above = usage.seen_from_above(2);
  CHECK(above.by_policy.at(2).bytes == 50);
  CHECK(above.by_policy.at(7).bytes == 100);
  CHECK(above.bytes == 150);
  Usage nothing = above;
  nothing += -above;
  CHECK(nothing == Usage{});
  CHECK(usage.seen_from_above(0) == usage);
}
