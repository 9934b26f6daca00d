#pragma once

#include <unistd.h>

#include <string>
#include <vector>

#include "common/env/real_disk.h"
#include "common/env/real_random.h"
#include "datanode/store/fs_dataset.h"
#include "tests/support/catch.h"

namespace tusker::tests {

inline const datanode::NamespaceInfo kNamespace{7, "CID-test", "BP-1-127.0.0.1-1", 0};

// A dataset in a folder of its own, which goes when the fixture does.
class DatasetFixture {
 public:
  explicit DatasetFixture(int volumes = 1, int64_t failed_volumes_tolerated = 0) : failed_volumes_tolerated_(failed_volumes_tolerated) {
    char name[] = "/tmp/tusker-dataset-XXXXXX";
    root_ = ::mkdtemp(name);
    for (int i = 0; i < volumes; ++i) locations_.push_back({datanode::StorageType::kDisk, root_ + "/v" + std::to_string(i)});
    open();
  }
  ~DatasetFixture() {
    dataset.reset();
    static_cast<void>(disk.remove_tree(root_));
  }
  // As a restart does: what isn't on disk is forgotten.
  void reopen() {
    dataset.reset();
    open();
  }

  std::string pool(int volume = 0) const { return root_ + "/v" + std::to_string(volume) + "/current/" + kNamespace.block_pool_id; }
  std::string root(int volume = 0) const { return root_ + "/v" + std::to_string(volume); }

  // A packet of `data` at `offset`, its checksums computed.
  struct OwnedPacket {
    std::string sums;
    std::string data;
    transfer::Packet packet;
  };
  static std::unique_ptr<OwnedPacket> packet(int64_t offset, std::string data, transfer::DataChecksum checksum = {}) {
    auto out = std::make_unique<OwnedPacket>();
    out->data = std::move(data);
    out->sums.resize(static_cast<size_t>(checksum.sums_bytes(static_cast<int64_t>(out->data.size()))));
    checksum.compute(out->data, MutableBytes(out->sums));
    out->packet = {{offset, 0, false, static_cast<int32_t>(out->data.size()), false}, out->sums, out->data, {}};
    return out;
  }
  static Result<void> write(datanode::ReplicaWriter& writer, int64_t offset, std::string data, transfer::DataChecksum checksum = {}) {
    const auto owned = packet(offset, std::move(data), checksum);
    size_t written = 0;
    return writer.write({&owned->packet, 1}, checksum, true, written);
  }
  // A finalized replica with this content.
  void make_finalized(datanode::Block block, const std::string& content) {
    auto writer = dataset->create_rbw(block, {}, {}, {});
    REQUIRE(writer);
    REQUIRE(write(**writer, 0, content));
    REQUIRE((*writer)->sync());
    REQUIRE(dataset->finalize(**writer));
  }
  std::string content_of(datanode::Block block) {
    auto reader = dataset->open_for_read(block);
    REQUIRE(reader);
    std::string data(static_cast<size_t>(reader->bytes()), '\0');
    REQUIRE(reader->data().read_at(0, MutableBytes(data)) == data.size());
    auto sums = reader->checksums(0, reader->bytes());
    REQUIRE(sums);
    CHECK(!reader->checksum().first_mismatch(data, *sums));
    return data;
  }

  RealDisk disk;
  RealRandom random;
  std::unique_ptr<datanode::FsDataset> dataset;

 private:
  void open() {
    auto opened = datanode::FsDataset::open(disk, random, {locations_, 0, failed_volumes_tolerated_, true});
    REQUIRE(opened);
    dataset = std::move(*opened);
    REQUIRE(dataset->attach(kNamespace));
  }
  int64_t failed_volumes_tolerated_;
  std::string root_;
  std::vector<datanode::StorageLocation> locations_;
};

}  // namespace tusker::tests
