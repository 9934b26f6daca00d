#include "datanode/store/replica_reader.h"

#include <fmt/format.h>

namespace tusker::datanode {

Result<std::string> ReplicaReader::checksums(int64_t begin, int64_t end) const {
  const transfer::DataChecksum sum = checksum();
  std::string out(static_cast<size_t>(sum.sums_bytes(end - begin)), '\0');
  if (out.empty()) return out;
  const int64_t first = begin / sum.bytes_per_checksum();
  const auto got = files_.meta->read_at(transfer::kMetaHeaderBytes + 4 * first, MutableBytes(out));
  if (!got) return error(StatusCode::kCorruption, got.error().message());
  const bool cut = end % sum.bytes_per_checksum() != 0;  // then end is bytes(), and its checksum is known
  if (*got + (cut ? 4 : 0) < out.size()) {
    return error(StatusCode::kCorruption,
                 fmt::format("The meta file of {} ends before the checksum of byte {}", replica_.block().name(), end));
  }
  if (cut) store_be<uint32_t>(out.data() + out.size() - 4, last_);
  return out;
}

}  // namespace tusker::datanode
