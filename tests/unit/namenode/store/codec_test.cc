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

TEST_CASE("rare attributes come back, cost nothing where there are none, and unknown ones are passed over") {
  Inode plain;
  plain.id = InodeId(16400);
  plain.parent = kRootInode;
  plain.name = "d";
  const std::string row = encode(plain);
  Inode rich = plain;
  rich.storage_policy = 12;
  rich.quota.names = 10;
  rich.quota.types[1] = 1 << 30;
  rich.acl = {{AclScope::kAccess, AclType::kUser, "bob", Access::kRead}, {AclScope::kDefault, AclType::kOther, "", Access::kAll}};
  rich.has_xattrs = true;
  CHECK(encode(rich).starts_with(row));  // what older versions know stands first
  const auto back = decode_inode(kRootInode, "d", encode(rich) + std::string("\x63\x02xy", 4));
  REQUIRE(back);
  CHECK(back->storage_policy == 12);
  CHECK(back->quota == rich.quota);
  CHECK(back->acl == rich.acl);
  CHECK(back->has_xattrs);
  CHECK(encode(*back) == encode(rich));
  CHECK(decode_inode(kRootInode, "d", row)->quota == Quota{});
  CHECK_FALSE(decode_inode(kRootInode, "d", encode(rich) + "\x03\x01"));
}

TEST_CASE("the root has a limit of names from the start") {
  Inode root;
  root.id = kRootInode;
  CHECK(decode_inode(InodeId(), "", encode(root))->quota.names == kQuotaReset);
  Inode old = root;
  old.quota.names = kQuotaDontSet;
  CHECK(encode(old).size() < encode(root).size());
  CHECK(decode_inode(InodeId(), "", encode(old))->quota.names == kQuotaDontSet);
}

TEST_CASE("sums by policy, rooms for blocks and attributes come back") {
  Usage usage;
  usage.directories = 2;
  usage.add({100, 300, 5, 15}, 7);
  usage.add({1, 1, 0, 0}, 0);
  CHECK(decode_usage(encode(usage)).value() == usage);
  Usage plain;
  plain.files = 1;
  CHECK(encode(plain).size() == 5);
  BlockInfo block;
  block.id = BlockId(5);
  block.bytes = 7;
  block.charged_bytes = 128;
  CHECK(decode_block(block.id, encode(block))->charged_bytes == 128);
  block.state = BlockState::kComplete;
  CHECK(decode_block(block.id, encode(block))->reserved_bytes() == 0);
  const XAttrs attributes = {{XAttrNamespace::kTrusted, "a", std::string("\0b", 2)}, {XAttrNamespace::kUser, "none", std::nullopt}};
  CHECK(decode_xattrs(encode(attributes)).value() == attributes);
  CHECK_FALSE(decode_xattrs("\x01\x05"));
}
