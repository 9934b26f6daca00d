#include "datanode/store/replica_files.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::datanode {
namespace {

using transfer::DataChecksum;
using transfer::kMetaHeaderBytes;

Result<uint32_t> checksum_of_run(const File& data, const DataChecksum& checksum, int64_t begin, int64_t bytes) {
  std::string run(static_cast<size_t>(bytes), '\0');
  TRY(const size_t got, data.read_at(begin, MutableBytes(run)));
  if (got < run.size()) return error(StatusCode::kCorruption, fmt::format("The block file ends before byte {}", begin + bytes));
  return checksum.update(0, run);
}

Result<uint32_t> stored_checksum(const File& meta, int64_t chunk) {
  char bytes[4];
  TRY(const size_t got, meta.read_at(kMetaHeaderBytes + 4 * chunk, MutableBytes(bytes)));
  if (got < sizeof bytes) return error(StatusCode::kCorruption, fmt::format("The meta file has no checksum for run {}", chunk));
  return load_be<uint32_t>(bytes);
}

}  // namespace

Result<ReplicaFiles> open_files(Disk& disk, const std::string& data_path, const std::string& meta_path, OpenMode mode) {
  ReplicaFiles files;
  TRY(files.data, disk.open(data_path, mode));
  TRY(files.meta, disk.open(meta_path, mode));
  return files;
}

Result<DataChecksum> read_meta_header(const File& meta) {
  char header[kMetaHeaderBytes];
  TRY(const size_t got, meta.read_at(0, MutableBytes(header)));
  return transfer::decode_meta_header(std::string_view(header, got));
}

Result<uint32_t> last_checksum(const ReplicaFiles& files, const DataChecksum& checksum, int64_t bytes, bool verify) {
  const int64_t rest = bytes % checksum.bytes_per_checksum();
  if (rest == 0 || checksum.size() == 0) return 0;
  TRY(const uint32_t computed, checksum_of_run(*files.data, checksum, bytes - rest, rest));
  if (!verify) return computed;
  TRY(const uint32_t stored, stored_checksum(*files.meta, bytes / checksum.bytes_per_checksum()));
  if (stored != computed) {
    return error(StatusCode::kCorruption,
                 fmt::format("Partial CRC {:x} does not match value computed the last time file was closed {:x}", computed, stored));
  }
  return computed;
}

Result<void> truncate_files(ReplicaFiles& files, const DataChecksum& checksum, int64_t bytes) {
  TRY(const uint32_t last, last_checksum(files, checksum, bytes, false));
  TRY_VOID(files.data->truncate(bytes));
  TRY_VOID(files.meta->truncate(kMetaHeaderBytes + checksum.sums_bytes(bytes)));
  if (bytes % checksum.bytes_per_checksum() == 0 || checksum.size() == 0) return {};
  char sum[4];
  store_be<uint32_t>(sum, last);
  return files.meta->write_at(kMetaHeaderBytes + 4 * (bytes / checksum.bytes_per_checksum()), std::string_view(sum, sizeof sum));
}

Result<void> fit_files(ReplicaFiles& files, const DataChecksum& checksum, int64_t bytes) {
  TRY(const int64_t data_bytes, files.data->size());
  TRY(const int64_t meta_bytes, files.meta->size());
  const int64_t meta_wanted = kMetaHeaderBytes + checksum.sums_bytes(bytes);
  if (data_bytes < bytes || meta_bytes < meta_wanted) {
    return error(StatusCode::kCorruption, fmt::format("The files of a replica of {} bytes have {} bytes of data and {} of checksums", bytes,
                                                      data_bytes, meta_bytes));
  }
  if (data_bytes == bytes && meta_bytes == meta_wanted) return {};
  return truncate_files(files, checksum, bytes);
}

int64_t validated_bytes(Disk& disk, const std::string& data_path, const std::string& meta_path) {
  auto files = open_files(disk, data_path, meta_path, OpenMode::kRead);
  if (!files) return 0;
  const auto checksum = read_meta_header(*files->meta);
  const auto data_bytes = files->data->size();
  const auto meta_bytes = files->meta->size();
  if (!checksum || !data_bytes || !meta_bytes) return 0;
  if (checksum->size() == 0) return *data_bytes;
  const int64_t run = checksum->bytes_per_checksum();
  const int64_t chunks = std::min(checksum->chunks_of(*data_bytes), (*meta_bytes - kMetaHeaderBytes) / 4);
  if (chunks <= 0) return 0;
  const int64_t last_begin = (chunks - 1) * run;
  const int64_t last_bytes = std::min(run, *data_bytes - last_begin);
  const auto computed = checksum_of_run(*files->data, *checksum, last_begin, last_bytes);
  const auto stored = stored_checksum(*files->meta, chunks - 1);
  return computed && stored && *computed == *stored ? last_begin + last_bytes : last_begin;
}

}  // namespace tusker::datanode
