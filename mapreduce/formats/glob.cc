#include "mapreduce/formats/glob.h"

#include <algorithm>

#include "common/base/glob.h"

namespace tusker::mapreduce {
Result<std::vector<StoreStatus>> glob(FileStore& store, const std::string& pattern) {
  std::vector<StoreStatus> found;
  for (const std::string& plain : expand_braces(pattern)) {
    std::vector<std::string> paths = {""};
    std::string_view rest = plain;
    while (!rest.empty()) {
      rest.remove_prefix(1);  // the slash
      const size_t slash = std::min(rest.find('/'), rest.size());
      const std::string_view part = rest.substr(0, slash);
      rest.remove_prefix(slash);
      std::vector<std::string> next;
      for (const std::string& path : paths) {
        if (!has_wildcard(part)) {
          next.push_back(path + "/" + unquoted(part));
          continue;
        }
        auto entries = store.list(path.empty() ? "/" : path);
        if (!entries && entries.error().code() == StatusCode::kFileNotFound) continue;
        if (!entries) return error(entries.error());
        for (const StoreStatus& entry : *entries) {
          if (entry.path != path && glob_matches(part, store_name(entry.path))) next.push_back(entry.path);
        }
      }
      paths = std::move(next);
    }
    for (const std::string& path : paths) {
      TRY(auto status, store.status(path.empty() ? "/" : path));
      if (status) found.push_back(std::move(*status));
    }
  }
  std::ranges::sort(found, {}, &StoreStatus::path);
  const auto twice = std::ranges::unique(found, {}, &StoreStatus::path);
  found.erase(twice.begin(), twice.end());
  return found;
}

}  // namespace tusker::mapreduce
