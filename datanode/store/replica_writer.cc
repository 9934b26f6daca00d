#include "datanode/store/replica_writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::datanode {

namespace {

// A replica that will be synced goes to the medium in pieces of this size while it is written, so that its end needn't wait for all of it.
constexpr int64_t kWritebackBytes = 8 << 20;

}  // namespace

using transfer::DataChecksum;
using transfer::kMetaHeaderBytes;
using transfer::Packet;

ReplicaWriter::ReplicaWriter(Target target)
    : target_(std::move(target)), on_disk_(target_.progress->on_disk()), written_back_(on_disk_.bytes) {
  target_.volume->add_reserved(target_.reserved_bytes);
}

ReplicaWriter::~ReplicaWriter() { target_.volume->add_reserved(-target_.reserved_bytes); }

Result<void> ReplicaWriter::check(const Packet& packet, const DataChecksum& client) const {
  const auto& header = packet.header;
  const int64_t run = client.bytes_per_checksum();
  if (header.offset_in_block < 0 || header.offset_in_block > on_disk_.bytes) {
    return error(StatusCode::kIo, fmt::format("Received an out-of-sequence packet for {} from offset {}: expecting at most {}",
                                              target_.block.name(), header.offset_in_block, on_disk_.bytes));
  }
  const int64_t into_run = header.offset_in_block % run;
  if (into_run != 0 && header.data_bytes > run - into_run) {
    return error(StatusCode::kIo, fmt::format("Incorrect data length {} of a packet at offset {} of {}: a partial chunk must be sent in an "
                                              "individual packet",
                                              header.data_bytes, header.offset_in_block, target_.block.name()));
  }
  if (static_cast<int64_t>(packet.checksums.size()) != client.sums_bytes(header.data_bytes)) {
    return error(StatusCode::kIo, fmt::format("Length of checksums in packet {} does not match calculated checksum length {}",
                                              packet.checksums.size(), client.sums_bytes(header.data_bytes)));
  }
  return {};
}

Result<void> ReplicaWriter::write(std::span<const Packet> packets, const DataChecksum& client, bool verify, size_t& written) {
  const int64_t before = on_disk_.bytes;
  Result<void> outcome;
  for (written = 0; written < packets.size(); ++written) {
    outcome = write_one(packets[written], client, verify);
    if (!outcome) break;
  }
  TRY_VOID(write_staged());
  target_.progress->set_on_disk(on_disk_);
  const int64_t grown = on_disk_.bytes - before;
  target_.volume->add_used(grown + target_.checksum.sums_bytes(grown));
  const int64_t released = std::min(grown, target_.reserved_bytes);
  target_.reserved_bytes -= released;
  target_.volume->add_reserved(-released);
  if (target_.sync_on_close && on_disk_.bytes - written_back_ >= kWritebackBytes) {
    target_.files.data->start_writeback(written_back_, on_disk_.bytes - written_back_);
    written_back_ = on_disk_.bytes;
  }
  return outcome;
}

Result<void> ReplicaWriter::write_one(const Packet& packet, const DataChecksum& client, bool verify) {
  TRY_VOID(check(packet, client));
  const int64_t offset = packet.header.offset_in_block;
  const int64_t end = offset + packet.header.data_bytes;
  if (packet.data.empty()) return {};
  const bool translate = client != target_.checksum;
  if (translate && client.bytes_per_checksum() != target_.checksum.bytes_per_checksum()) {
    return error(StatusCode::kIo, fmt::format("{} is kept with a checksum for every {} bytes, not {}", target_.block.name(),
                                              target_.checksum.bytes_per_checksum(), client.bytes_per_checksum()));
  }
  if (verify || translate) {
    if (const auto bad = client.first_mismatch(packet.data, packet.checksums)) {
      return error(StatusCode::kCorruption, fmt::format("Checksum error in {} at offset {}", target_.block.name(), offset + *bad));
    }
  }
  if (end <= on_disk_.bytes) return {};  // a repeat of what is there

  const int64_t run = target_.checksum.bytes_per_checksum();
  const std::string_view fresh = packet.data.substr(static_cast<size_t>(on_disk_.bytes - offset));
  TRY_VOID(target_.files.data->write_at(on_disk_.bytes, fresh));
  if (target_.checksum.size() == 0) {
    on_disk_.bytes = end;
    return {};
  }
  uint32_t last = 0;
  if (offset % run != 0) {
    // Within one run whose beginning is on disk: its checksum goes on from there.
    last = target_.checksum.update(on_disk_.last_checksum, fresh);
    char sum[4];
    store_be<uint32_t>(sum, last);
    TRY_VOID(stage_checksums(offset / run, std::string_view(sum, sizeof sum)));
  } else {
    std::string own;
    std::string_view sums = packet.checksums;
    if (translate) {
      own.resize(static_cast<size_t>(target_.checksum.sums_bytes(packet.header.data_bytes)));
      target_.checksum.compute(packet.data, MutableBytes(own));
      sums = own;
    }
    TRY_VOID(stage_checksums(offset / run, sums));
    last = load_be<uint32_t>(sums.data() + sums.size() - 4);
  }
  on_disk_ = {end, end % run == 0 ? 0 : last};
  return {};
}

Result<void> ReplicaWriter::stage_checksums(int64_t chunk, std::string_view sums) {
  const auto at = static_cast<size_t>(4 * (chunk - staged_chunk_));
  if (staged_.empty() || chunk < staged_chunk_ || at > staged_.size()) {
    TRY_VOID(write_staged());
    staged_chunk_ = chunk;
    staged_ = sums;
    return {};
  }
  staged_.resize(at);  // what comes later of a run replaces what came before
  staged_.append(sums);
  return {};
}

Result<void> ReplicaWriter::write_staged() {
  if (staged_.empty()) return {};
  auto written = target_.files.meta->write_at(kMetaHeaderBytes + 4 * staged_chunk_, staged_);
  staged_.clear();
  return written;
}

Result<void> ReplicaWriter::sync() {
  TRY_VOID(target_.files.data->sync());
  TRY_VOID(target_.files.meta->sync());
  if (!names_synced_) {
    TRY_VOID(target_.volume->disk().sync_directory(target_.folder));
    names_synced_ = true;
  }
  return {};
}

}  // namespace tusker::datanode
