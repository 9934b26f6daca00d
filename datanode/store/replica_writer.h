#pragma once

#include <memory>
#include <span>
#include <string>

#include "common/transfer/checksum.h"
#include "common/transfer/packet.h"
#include "datanode/store/replica_files.h"
#include "datanode/store/volume.h"

namespace tusker::datanode {

// Writes one replica's files from packets, and moves its progress on (the disk half of BlockReceiver). Made by FsDataset. Calls block;
// one at a time. Closing it (its end) keeps the files as they are.
class ReplicaWriter {
 public:
  struct Target {
    Volume* volume;
    Block block;  // id and generation stamp
    ReplicaFiles files;
    transfer::DataChecksum checksum;  // of the meta file
    std::shared_ptr<ReplicaProgress> progress;
    int64_t reserved_bytes = 0;  // promised on the volume, given back as bytes are written
    std::string folder;          // where the files lie while they are written
    bool sync_on_close = true;
  };
  explicit ReplicaWriter(Target target);
  ~ReplicaWriter();
  ReplicaWriter(const ReplicaWriter&) = delete;
  ReplicaWriter& operator=(const ReplicaWriter&) = delete;

  const Block& block() const { return target_.block; }
  const std::string& storage_uuid() const { return target_.volume->storage_uuid(); }
  const transfer::DataChecksum& checksum() const { return target_.checksum; }
  const std::shared_ptr<ReplicaProgress>& progress() const { return target_.progress; }
  int64_t bytes_on_disk() const { return on_disk_.bytes; }

  // Checks what can be told from sizes: kIo for a packet beyond the replica's end, one that crosses a run it doesn't begin, or the wrong
  // number of checksums.
  Result<void> check(const transfer::Packet& packet, const transfer::DataChecksum& client) const;
  // Writes packets, in order; one that fails check() or, with `verify`, its checksums (kCorruption) ends it before anything of it is
  // written. `written` tells how many were. `client` is what the packets' checksums are; the meta file's may be of another type, and are
  // then computed.
  Result<void> write(std::span<const transfer::Packet> packets, const transfer::DataChecksum& client, bool verify, size_t& written);
  // Data and checksums are on the medium, and the replica's names too.
  Result<void> sync();

 private:
  Result<void> write_one(const transfer::Packet& packet, const transfer::DataChecksum& client, bool verify);
  Result<void> stage_checksums(int64_t chunk, std::string_view sums);
  Result<void> write_staged();

  Target target_;
  ReplicaProgress::OnDisk on_disk_;
  bool names_synced_ = false;
  int64_t written_back_ = 0;  // bytes on their way to the medium
  int64_t staged_chunk_ = 0;  // checksums not written yet begin with this run's
  std::string staged_;
};

}  // namespace tusker::datanode
