#include "namenode/rpc/block_list.h"

#include <fmt/format.h>

namespace tusker::namenode {
namespace {

constexpr uint64_t kLengthMask = (1ULL << 48) - 1;
constexpr uint64_t kStateMask = 0xf;

std::unexpected<Status> malformed(size_t index) {
  return error(StatusCode::kIo, fmt::format("Block report is malformed at replica {}", index));
}

Result<std::vector<ReportedReplica>> read_buffers(const hadoop::hdfs::datanode::StorageBlockReportProto& report) {
  std::string joined;  // entries may straddle the slices
  for (const auto& slice : report.blocksbuffers()) joined += slice;
  std::string_view in = joined;
  if (report.numberofblocks() > in.size()) return malformed(0);
  std::vector<ReportedReplica> out(report.numberofblocks());
  for (size_t i = 0; i < out.size(); ++i) {
    const auto id = read_varint(in);
    const auto length = read_varint(in);
    const auto generation = read_varint(in);
    const auto state = read_varint(in);
    if (!id || !length || !generation || !state) return malformed(i);
    out[i] = {BlockId(unzigzag(*id)), GenerationStamp(static_cast<int64_t>(*generation)), static_cast<int64_t>(*length & kLengthMask),
              static_cast<ReplicaState>(*state & kStateMask)};
  }
  return out;
}

Result<std::vector<ReportedReplica>> read_longs(const hadoop::hdfs::datanode::StorageBlockReportProto& report) {
  std::vector<ReportedReplica> out;
  const auto& longs = report.blocks();
  if (longs.empty()) return out;
  if (longs.size() < 2) return malformed(0);
  const auto finalized = longs.Get(0);
  const auto open = longs.Get(1);
  const auto size = static_cast<uint64_t>(longs.size());
  if (finalized > size || open > size || 2 + finalized * 3 + 3 + open * 4 > size + (open == 0 ? 3 : 0)) return malformed(0);
  int at = 2;
  for (uint64_t i = 0; i < finalized; ++i, at += 3) {
    out.push_back({BlockId(static_cast<int64_t>(longs.Get(at))), GenerationStamp(static_cast<int64_t>(longs.Get(at + 2))),
                   static_cast<int64_t>(longs.Get(at + 1)), ReplicaState::kFinalized});
  }
  at += 3;  // the delimiter
  for (uint64_t i = 0; i < open; ++i, at += 4) {
    out.push_back({BlockId(static_cast<int64_t>(longs.Get(at))), GenerationStamp(static_cast<int64_t>(longs.Get(at + 2))),
                   static_cast<int64_t>(longs.Get(at + 1)), static_cast<ReplicaState>(longs.Get(at + 3) & kStateMask)});
  }
  return out;
}

}  // namespace

Result<std::vector<ReportedReplica>> read_block_list(const hadoop::hdfs::datanode::StorageBlockReportProto& report) {
  return report.has_numberofblocks() ? read_buffers(report) : read_longs(report);
}

}  // namespace tusker::namenode
