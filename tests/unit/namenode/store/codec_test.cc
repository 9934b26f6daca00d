#include "namenode/store/codec.h"

#include <random>

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::namenode;

TEST_CASE("inodes and blocks come back as they were") {
  Inode file;
  file.id = InodeId(16400);
  file.parent = kRootInode;
  file.name = "d\xc3\xa4ta";
  file.kind = InodeKind::kFile;
  file.mode = 01640;
  file.owner = "alice";
  file.group = "staff";
  file.mtime_ms = 1'800'000'000'123;
  file.replication = 3;
  file.block_bytes = 128 << 20;
  file.length = 300'000'000;
  file.blocks = {BlockId(1073741825), BlockId(1073741830), BlockId(1073741829)};
  file.under_construction = true;
  file.writer = {"DFSClient_1", "10.0.0.1"};
  const auto back = decode_inode(file.parent, file.name, encode(file));
  REQUIRE(back);
  CHECK(back->blocks == file.blocks);
  CHECK(back->id == file.id);
  CHECK(back->writer == file.writer);
  CHECK(encode(*back) == encode(file));
  CHECK(encode(file).size() < 120);

  BlockInfo block{BlockId(-5),          InodeId(1), GenerationStamp(1001), 77, BlockState::kUnderRecovery, {StorageId(1), StorageId(9)},
                  GenerationStamp(1002)};
  const auto block_back = decode_block(block.id, encode(block));
  REQUIRE(block_back);
  CHECK(block_back->expected == block.expected);
  CHECK(block_back->recovery == block.recovery);
}

TEST_CASE("damaged rows are errors, never crashes") {
  Inode file;
  file.kind = InodeKind::kFile;
  file.name = "x";
  file.blocks = {BlockId(1), BlockId(2)};
  const std::string row = encode(file);
  for (size_t cut = 0; cut < row.size(); ++cut) CHECK_FALSE(decode_inode(InodeId(1), "x", row.substr(0, cut)));
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string noise(random() % 60, '\0');
    for (auto& c : noise) c = static_cast<char>(random());
    static_cast<void>(decode_inode(InodeId(1), "x", noise));
    static_cast<void>(decode_block(BlockId(1), noise));
    static_cast<void>(decode_datanode(noise));
    static_cast<void>(decode_counters(noise));
  }
}
