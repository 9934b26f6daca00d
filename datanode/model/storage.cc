#include "datanode/model/storage.h"

#include <array>
#include <utility>

namespace tusker::datanode {
namespace {

constexpr std::array<std::pair<std::string_view, StorageType>, 6> kNames{{{"DISK", StorageType::kDisk},
                                                                          {"SSD", StorageType::kSsd},
                                                                          {"ARCHIVE", StorageType::kArchive},
                                                                          {"RAM_DISK", StorageType::kRamDisk},
                                                                          {"PROVIDED", StorageType::kProvided},
                                                                          {"NVDIMM", StorageType::kNvdimm}}};

}  // namespace

std::string_view name_of(StorageType type) {
  for (const auto& [name, value] : kNames) {
    if (value == type) return name;
  }
  return "DISK";
}

StorageLocation parse_storage_location(std::string_view text, bool& ok) {
  StorageLocation location;
  ok = true;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    const std::string_view tag = text.substr(1, close == std::string_view::npos ? close : close - 1);
    ok = false;
    for (const auto& [name, value] : kNames) {
      if (name == tag) {
        location.type = value;
        ok = close != std::string_view::npos;
      }
    }
    text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
  }
  if (text.starts_with("file://")) text.remove_prefix(7);
  while (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
  location.path = text;
  ok = ok && !text.empty();
  return location;
}

}  // namespace tusker::datanode
