#include "datanode/store/volume_scan.h"

#include <charconv>
#include <map>
#include <optional>

#include "common/log/log.h"
#include "common/transfer/checksum.h"
#include "datanode/store/replica_files.h"

namespace tusker::datanode {
namespace {

constexpr int kSubfolderDepth = 2;

struct FileName {
  BlockId id;
  std::optional<GenerationStamp> meta_of;  // set for a meta file
};

// "blk_<id>" or "blk_<id>_<stamp>.meta"; nullopt for anything else.
std::optional<FileName> parse_name(std::string_view name) {
  if (!name.starts_with("blk_")) return std::nullopt;
  const char* at = name.data() + 4;
  const char* const end = name.data() + name.size();
  FileName out;
  auto [id_end, id_error] = std::from_chars(at, end, out.id.value);
  if (id_error != std::errc()) return std::nullopt;
  if (id_end == end) return out;
  if (*id_end != '_') return std::nullopt;
  GenerationStamp stamp;
  auto [stamp_end, stamp_error] = std::from_chars(id_end + 1, end, stamp.value);
  if (stamp_error != std::errc() || std::string_view(stamp_end, static_cast<size_t>(end - stamp_end)) != ".meta") return std::nullopt;
  out.meta_of = stamp;
  return out;
}

struct Pair {
  std::optional<int64_t> data_bytes;
  std::optional<GenerationStamp> stamp;
  int64_t meta_bytes = 0;
  std::string data_folder;
  std::string meta_folder;
};
// Files whose partner isn't in their folder.
using Singles = std::map<BlockId, Pair>;

void add_single(Singles& singles, BlockId id, const Pair& pair) {
  Pair& single = singles[id];
  if (pair.data_bytes) {
    single.data_bytes = pair.data_bytes;
    single.data_folder = pair.data_folder;
  }
  if (pair.stamp) {
    single.stamp = pair.stamp;
    single.meta_folder = pair.meta_folder;
  }
}

// The pairs of files in one folder; subfolders are appended to `folders`.
Result<std::map<BlockId, Pair>> pairs_in(Disk& disk, const std::string& folder, std::vector<std::string>* folders) {
  TRY(const std::vector<FileInfo> entries, disk.list(folder));
  std::map<BlockId, Pair> pairs;
  for (const FileInfo& entry : entries) {
    if (entry.is_directory) {
      if (folders != nullptr && entry.name.starts_with("subdir")) folders->push_back(folder + "/" + entry.name);
      continue;
    }
    const auto name = parse_name(entry.name);
    if (!name) continue;
    Pair& pair = pairs[name->id];
    if (!name->meta_of) {
      pair.data_bytes = entry.size;
      pair.data_folder = folder;
    } else if (!pair.stamp || *pair.stamp < *name->meta_of) {
      pair.stamp = name->meta_of;
      pair.meta_bytes = entry.size;
      pair.meta_folder = folder;
    }
  }
  return pairs;
}

Result<void> scan_finalized(Volume& volume, uint16_t index, std::vector<Replica>& out, Singles& singles) {
  std::vector<std::string> level{volume.finalized_root()};
  for (int depth = 0; depth <= kSubfolderDepth && !level.empty(); ++depth) {
    std::vector<std::string> next;
    for (const std::string& folder : level) {
      TRY(const auto pairs, pairs_in(volume.disk(), folder, &next));
      for (const auto& [id, pair] : pairs) {
        if (volume.finalized_folder(id) != folder) {
          LOG_WARN("{}: files of block {} belong to another folder; left alone", folder, id.value);
          continue;
        }
        if (!pair.data_bytes || !pair.stamp) {
          add_single(singles, id, pair);
          continue;
        }
        out.push_back({id, *pair.stamp, *pair.data_bytes, ReplicaState::kFinalized, index, nullptr});
        volume.add_used(*pair.data_bytes + pair.meta_bytes);
      }
    }
    level = std::move(next);
  }
  return {};
}

// A replica in rbw/, cut to its good bytes.
Result<Replica> waiting_replica(Volume& volume, uint16_t index, BlockId id, GenerationStamp stamp) {
  Replica replica{id, stamp, 0, ReplicaState::kRwr, index, nullptr};
  replica.bytes = validated_bytes(volume.disk(), volume.data_path(replica), volume.meta_path(replica));
  TRY(auto file, volume.disk().open(volume.data_path(replica), OpenMode::kReadWrite));
  TRY(const int64_t bytes, file->size());
  if (replica.bytes < bytes) {
    LOG_INFO("{}: {} of {} bytes are good", replica.block().name(), replica.bytes, bytes);
    TRY_VOID(file->truncate(replica.bytes));
  }
  TRY(const FileInfo meta, volume.disk().stat(volume.meta_path(replica)));
  volume.add_used(replica.bytes + meta.size);
  return replica;
}

Result<void> scan_rbw(Volume& volume, uint16_t index, std::vector<Replica>& out, Singles& singles) {
  TRY(const auto pairs, pairs_in(volume.disk(), volume.rbw_folder(), nullptr));
  for (const auto& [id, pair] : pairs) {
    if (!pair.data_bytes || !pair.stamp) {
      add_single(singles, id, pair);
      continue;
    }
    TRY(Replica replica, waiting_replica(volume, index, id, *pair.stamp));
    out.push_back(std::move(replica));
  }
  return {};
}

// The process died between the two renames that move a replica: its files lie in two folders. Nothing of it is lost; it waits for recovery.
Result<void> join_singles(Volume& volume, uint16_t index, const Singles& singles, std::vector<Replica>& out) {
  for (const auto& [id, pair] : singles) {
    if (!pair.data_bytes || !pair.stamp) {
      LOG_WARN("{}: block {} lacks its data or meta file; left alone", pair.data_bytes ? pair.data_folder : pair.meta_folder, id.value);
      continue;
    }
    const std::string data = data_file_name(id);
    const std::string meta = meta_file_name(id, *pair.stamp);
    TRY_VOID(volume.disk().rename(pair.data_folder + "/" + data, volume.rbw_folder() + "/" + data));
    TRY_VOID(volume.disk().rename(pair.meta_folder + "/" + meta, volume.rbw_folder() + "/" + meta));
    TRY(Replica replica, waiting_replica(volume, index, id, *pair.stamp));
    LOG_INFO("{} was being moved when the process died; it waits for recovery", replica.block().name());
    out.push_back(std::move(replica));
  }
  return {};
}

}  // namespace

Result<std::vector<Replica>> scan_volume(Volume& volume, uint16_t index) {
  std::vector<Replica> replicas;
  Singles singles;
  TRY_VOID(scan_finalized(volume, index, replicas, singles));
  TRY_VOID(scan_rbw(volume, index, replicas, singles));
  TRY_VOID(join_singles(volume, index, singles, replicas));
  return replicas;
}

}  // namespace tusker::datanode
