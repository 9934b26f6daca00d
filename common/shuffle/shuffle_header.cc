#include "common/shuffle/shuffle_header.h"

#include <fmt/format.h>

#include "common/base/vlong.h"
#include "common/security/token.h"

namespace tusker::shuffle {
namespace {

// A vlong off the front of `in`; nullopt when it isn't whole.
std::optional<int64_t> take(std::string_view& in) {
  int64_t v = 0;
  size_t bytes = decode_vlong(in.data(), in.data() + in.size(), v);
  if (bytes == 0) return std::nullopt;
  in.remove_prefix(bytes);
  return v;
}

}  // namespace

std::string encode_shuffle_header(const ShuffleHeader& header) {
  std::string out;
  security::append_vlong(out, static_cast<int64_t>(header.map_id.size()));
  out += header.map_id;
  security::append_vlong(out, header.part_bytes);
  security::append_vlong(out, header.raw_bytes);
  security::append_vlong(out, header.reduce);
  return out;
}

Result<std::optional<ShuffleHeader>> decode_shuffle_header(std::string_view& in) {
  std::string_view rest = in;
  auto id_bytes = take(rest);
  if (!id_bytes) return std::nullopt;
  if (*id_bytes < 0 || static_cast<size_t>(*id_bytes) > kMapIdBytesMax) {
    return error(StatusCode::kCorruption, fmt::format("Shuffle header is corrupt: a map id of {} bytes", *id_bytes));
  }
  if (rest.size() < static_cast<size_t>(*id_bytes)) return std::nullopt;
  ShuffleHeader header{.map_id = std::string(rest.substr(0, static_cast<size_t>(*id_bytes)))};
  rest.remove_prefix(header.map_id.size());
  auto part_bytes = take(rest);
  auto raw_bytes = part_bytes ? take(rest) : std::nullopt;
  auto reduce = raw_bytes ? take(rest) : std::nullopt;
  if (!reduce) return std::nullopt;
  if (*part_bytes < 0 || *raw_bytes < 0 || *reduce < 0 || *reduce > INT32_MAX) {
    return error(StatusCode::kCorruption, fmt::format("Shuffle header of {} is corrupt: lengths {} and {}, reduce {}", header.map_id,
                                                      *part_bytes, *raw_bytes, *reduce));
  }
  header.part_bytes = *part_bytes;
  header.raw_bytes = *raw_bytes;
  header.reduce = static_cast<int32_t>(*reduce);
  in = rest;
  return header;
}

}  // namespace tusker::shuffle
