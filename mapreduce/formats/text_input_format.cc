#include "mapreduce/formats/text_input_format.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/glob.h"
#include "common/config/keys_mapred.h"
#include "mapreduce/formats/compression.h"
#include "mapreduce/formats/glob.h"

namespace tusker::mapreduce {
namespace {

constexpr double kSplitSlop = 1.1;

bool hidden(std::string_view path) {
  const std::string_view name = store_name(path);
  return name.starts_with('_') || name.starts_with('.');
}

// What stands below a directory: one level, or all with `recursive`.
Result<void> add_directory(FileStore& store, const std::string& path, bool recursive, bool ignore_subdirs, std::vector<InputFile>& files) {
  TRY(auto entries, store.list(path));
  for (StoreStatus& entry : entries) {
    if (hidden(entry.path)) continue;
    if (entry.is_directory && recursive) {
      TRY_VOID(add_directory(store, entry.path, recursive, ignore_subdirs, files));
    } else if (entry.is_directory && ignore_subdirs) {
      continue;
    } else if (entry.is_directory) {
      return error(StatusCode::kIo, fmt::format("Not a file: {}", store.qualify(entry.path)));
    } else {
      files.push_back({&store, std::move(entry)});
    }
  }
  return {};
}

Result<std::vector<std::string>> hosts_at(const InputFile& file, const std::vector<StoreLocation>& blocks, int64_t offset) {
  for (const StoreLocation& block : blocks) {
    if (offset >= block.offset && offset < block.offset + block.length) return block.hosts;
  }
  return error(StatusCode::kIo, fmt::format("Offset {} is outside of file (0..{}): {}", offset, file.status.length - 1,
                                            file.store->qualify(file.status.path)));
}

Result<void> cut(const InputFile& file, int64_t size_min, int64_t size_max, std::vector<InputSplit>& splits) {
  const std::string uri = file.store->qualify(file.status.path);
  const int64_t length = file.status.length;
  if (length == 0) {
    splits.push_back({.uri = uri});
    return {};
  }
  TRY(auto blocks, file.store->locations(file.status.path, 0, length));
  const bool whole = compression_of(file.status.path) != Compression::kNone;
  const int64_t size = whole ? length : std::max(size_min, std::min(size_max, file.status.block_bytes));
  int64_t left = length;
  while (left > 0) {
    const bool last = static_cast<double>(left) / static_cast<double>(size) <= kSplitSlop;
    const int64_t take = last ? left : size;
    TRY(auto hosts, hosts_at(file, blocks, length - left));
    splits.push_back({.uri = uri, .start = length - left, .length = take, .hosts = std::move(hosts), .data = {}});
    left -= take;
  }
  return {};
}

}  // namespace

std::string InputSplit::to_string() const {
  return uri.empty() ? fmt::format("a split of {} bytes of the job's own", data.size()) : fmt::format("{}:{}+{}", uri, start, length);
}

std::vector<std::string> split_paths(std::string_view list) {
  std::vector<std::string> paths;
  std::string path;
  int depth = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (c == '\\' && i + 1 < list.size() && list[i + 1] == ',') {
      path.push_back(list[++i]);
      continue;
    }
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (c == ',' && depth == 0) {
      if (!path.empty()) paths.push_back(std::move(path));
      path.clear();
    } else {
      path.push_back(c);
    }
  }
  if (!path.empty()) paths.push_back(std::move(path));
  return paths;
}

Result<std::vector<InputFile>> list_input(FileStores& stores, const config::Config& config) {
  const auto paths = split_paths(config.get(config::kInputDir));
  if (paths.empty()) return error(StatusCode::kIo, "No input paths specified in job");
  TRY(bool recursive, config.get(config::kInputRecursive));
  TRY(bool ignore_subdirs, config.get(config::kInputIgnoreSubdirs));
  std::vector<InputFile> files;
  std::string missing;
  for (const std::string& path : paths) {
    TRY(auto located, stores.locate(path));
    TRY(auto matches, glob(*located.store, located.path));
    // Hidden ones don't match, not even when they are named.
    std::erase_if(matches, [](const StoreStatus& match) { return hidden(match.path); });
    if (matches.empty()) {
      const std::string name = located.store->qualify(located.path);
      missing += (missing.empty() ? "" : "\n") + (has_wildcard(located.path) ? fmt::format("Input Pattern {} matches 0 files", name)
                                                                             : fmt::format("Input path does not exist: {}", name));
      continue;
    }
    for (StoreStatus& match : matches) {
      if (match.is_directory) {
        TRY_VOID(add_directory(*located.store, match.path, recursive, ignore_subdirs, files));
      } else {
        files.push_back({located.store, std::move(match)});
      }
    }
  }
  if (!missing.empty()) return error(StatusCode::kIo, missing);
  return files;
}

Result<std::vector<InputSplit>> text_splits(const config::Config& config, const std::vector<InputFile>& files) {
  TRY(int64_t size_min, config.get(config::kSplitMinSize));
  TRY(int64_t size_max, config.get(config::kSplitMaxSize));
  std::vector<InputSplit> splits;
  for (const InputFile& file : files) TRY_VOID(cut(file, std::max<int64_t>(1, size_min), std::max<int64_t>(1, size_max), splits));
  std::ranges::stable_sort(splits, std::ranges::greater(), &InputSplit::length);
  return splits;
}

}  // namespace tusker::mapreduce
