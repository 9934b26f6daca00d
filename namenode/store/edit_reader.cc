#include "namenode/store/edit_reader.h"

#include "common/base/bytes.h"
#include "common/base/vlong.h"

namespace tusker::namenode {

std::string_view EditReader::bytes(size_t count) {
  if (!ok_ || count > in_.size()) {
    ok_ = false;
    return {};
  }
  const auto out = in_.substr(0, count);
  in_.remove_prefix(count);
  return out;
}

uint64_t EditReader::number(size_t size) {
  uint64_t out = 0;
  for (const char c : bytes(size)) out = out << 8 | static_cast<uint8_t>(c);
  return out;
}

int64_t EditReader::vlong() {
  int64_t out = 0;
  const size_t size = ok_ ? decode_vlong(in_.data(), in_.data() + in_.size(), out) : 0;
  if (size == 0) ok_ = false;
  in_.remove_prefix(size);
  return ok_ ? out : 0;
}

std::string EditReader::text16() { return std::string(bytes(fixed<uint16_t>())); }

std::string EditReader::text() {
  const int64_t size = vlong();
  if (size < 0) ok_ = false;
  return std::string(bytes(ok_ ? static_cast<size_t>(size) : 0));
}

std::vector<BlockInfo> EditReader::blocks() {
  constexpr size_t kBlockBytes = 24;
  const auto count = fixed<uint32_t>();
  if (count > in_.size() / kBlockBytes) ok_ = false;
  std::vector<BlockInfo> out(ok_ ? count : 0);
  for (auto& block : out) {
    block.id = BlockId(fixed<int64_t>());
    block.bytes = fixed<int64_t>();
    block.generation = GenerationStamp(fixed<int64_t>());
  }
  return out;
}

std::string_view EditReader::delimited() {
  const auto size = ok_ ? read_varint(in_) : std::nullopt;
  if (!size) ok_ = false;
  return bytes(ok_ ? static_cast<size_t>(*size) : 0);
}

}  // namespace tusker::namenode
