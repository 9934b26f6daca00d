#include "namenode/store/inode_cache.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::namenode;

namespace {

InodePtr inode(std::string name, uint16_t mode = 0755) {
  Inode out;
  out.id = InodeId(20000);
  out.parent = kRootInode;
  out.name = std::move(name);
  out.mode = mode;
  return std::make_shared<const Inode>(std::move(out));
}

}  // namespace

TEST_CASE("an entry serves the commit that made it and those after") {
  InodeCache cache(1 << 20);
  cache.begin(5);
  cache.set(inode("a"), 5);
  CHECK(cache.find(kRootInode, "a", 4) == nullptr);
  CHECK(cache.find(kRootInode, "a", 5) != nullptr);
  CHECK(cache.find(kRootInode, "a", 9) != nullptr);
  CHECK(cache.find(kRootInode, "b", 9) == nullptr);
  cache.erase(kRootInode, "a");
  CHECK(cache.find(kRootInode, "a", 9) == nullptr);
}

TEST_CASE("what a reader found is taken in only while no later commit has begun") {
  InodeCache cache(1 << 20);
  cache.begin(5);
  cache.offer(inode("a"), 4);
  CHECK(cache.find(kRootInode, "a", 9) == nullptr);
  cache.offer(inode("a"), 5);
  CHECK(cache.find(kRootInode, "a", 5) != nullptr);
}

TEST_CASE("the newest stays within the bound") {
  InodeCache cache(256 << 10);
  for (int i = 0; i < 20'000; ++i) cache.set(inode("file" + std::to_string(i)), 1);
  CHECK(cache.find(kRootInode, "file0", 1) == nullptr);
  CHECK(cache.find(kRootInode, "file19999", 1) != nullptr);
}
