#include "common/env/sim_disk.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker {
namespace {

constexpr int64_t kCapacity = int64_t{1} << 40;

std::string tidy(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::unexpected<Status> missing(const std::string& path) {
  return error(StatusCode::kFileNotFound, fmt::format("open {}: No such file or directory", path));
}

}  // namespace

class SimFile final : public File {
 public:
  SimFile(SimDisk& disk, std::shared_ptr<SimDisk::Node> node) : disk_(disk), epoch_(disk.epoch_), node_(std::move(node)) {}
  Result<size_t> read_at(int64_t offset, MutableBytes into) const override {
    TRY_VOID(alive());
    if (offset >= std::ssize(node_->data)) return 0;
    const size_t n = std::min(into.size(), node_->data.size() - static_cast<size_t>(offset));
    std::copy_n(node_->data.begin() + offset, n, into.begin());
    return n;
  }
  Result<void> write_at(int64_t offset, std::string_view data) override {
    TRY_VOID(alive());
    const size_t end = static_cast<size_t>(offset) + data.size();
    if (node_->data.size() < end) node_->data.resize(end);
    std::ranges::copy(data, node_->data.begin() + offset);
    node_->mtime_ms = disk_.clock_.wall_ms();
    return {};
  }
  Result<int64_t> size() const override {
    TRY_VOID(alive());
    return std::ssize(node_->data);
  }
  Result<void> truncate(int64_t length) override {
    TRY_VOID(alive());
    node_->data.resize(static_cast<size_t>(length));
    return {};
  }
  Result<void> sync() override {
    TRY_VOID(alive());
    node_->synced = node_->data;
    return {};
  }

 private:
  Result<void> alive() const {
    if (epoch_ != disk_.epoch_) return error(StatusCode::kIo, "the machine of this file has crashed");
    return {};
  }
  SimDisk& disk_;
  uint64_t epoch_;
  std::shared_ptr<SimDisk::Node> node_;
};

class SimFileLock final : public FileLock {
 public:
  SimFileLock(SimDisk& disk, std::string path) : disk_(disk), epoch_(disk.epoch_), path_(std::move(path)) {}
  ~SimFileLock() override {
    if (epoch_ == disk_.epoch_) disk_.locks_.erase(path_);
  }

 private:
  SimDisk& disk_;
  uint64_t epoch_;
  std::string path_;
};

Result<void> SimDisk::check_up() const {
  if (down_) return error(StatusCode::kIo, "the machine of this disk is down");
  return {};
}

Result<std::unique_ptr<File>> SimDisk::open(const std::string& given, OpenMode mode, uint32_t permission) {
  TRY_VOID(check_up());
  const std::string path = tidy(given);
  auto it = names_.find(path);
  if (it != names_.end() && it->second->is_directory) return error(StatusCode::kIo, fmt::format("open {}: Is a directory", path));
  const bool creates = mode == OpenMode::kCreate || mode == OpenMode::kCreateExclusive || mode == OpenMode::kTruncate;
  if (it == names_.end()) {
    if (!creates) return missing(path);
    const auto parent = names_.find(parent_directory(path));
    if (parent == names_.end() || !parent->second->is_directory) return missing(path);
    it = names_.emplace(path, std::make_shared<Node>()).first;
    it->second->mode = permission;
    it->second->mtime_ms = clock_.wall_ms();
  } else if (mode == OpenMode::kCreateExclusive) {
    return error(StatusCode::kFileAlreadyExists, fmt::format("open {}: File exists", path));
  } else if (mode == OpenMode::kTruncate) {
    it->second->data.clear();
  }
  return std::make_unique<SimFile>(*this, it->second);
}

Result<FileInfo> SimDisk::stat(const std::string& given) {
  TRY_VOID(check_up());
  const std::string path = tidy(given);
  const auto it = names_.find(path);
  if (it == names_.end()) return missing(path);
  FileInfo info;
  info.name = path.substr(path.rfind('/') + 1);
  info.is_directory = it->second->is_directory;
  info.size = std::ssize(it->second->data);
  info.mtime_ms = it->second->mtime_ms;
  info.mode = it->second->mode;
  return info;
}

Result<std::vector<FileInfo>> SimDisk::list(const std::string& given) {
  TRY_VOID(check_up());
  const std::string path = tidy(given);
  const auto self = names_.find(path);
  if (self == names_.end() || !self->second->is_directory) return missing(path);
  std::vector<FileInfo> out;
  for (auto it = names_.upper_bound(path + "/"); it != names_.end() && it->first.starts_with(path + "/"); ++it) {
    if (it->first.find('/', path.size() + 1) != std::string::npos) continue;
    TRY(auto info, stat(it->first));
    out.push_back(std::move(info));
  }
  return out;
}

Result<void> SimDisk::make_directories(const std::string& given, uint32_t permission) {
  TRY_VOID(check_up());
  const std::string path = tidy(given);
  if (const auto it = names_.find(path); it != names_.end()) {
    if (it->second->is_directory) return {};
    return error(StatusCode::kFileAlreadyExists, fmt::format("make directory {}: File exists", path));
  }
  if (path != "/" && path != ".") TRY_VOID(make_directories(parent_directory(path), permission));
  auto node = std::make_shared<Node>();
  node->is_directory = true;
  node->mode = permission;
  names_[path] = node;
  if (path == "/" || path == ".") durable_names_[path] = node;
  return {};
}

Result<void> SimDisk::rename(const std::string& given_from, const std::string& given_to) {
  TRY_VOID(check_up());
  const std::string from = tidy(given_from);
  const std::string to = tidy(given_to);
  if (!names_.contains(from)) return missing(from);
  std::vector<std::string> below;
  for (auto it = names_.lower_bound(from); it != names_.end() && it->first.starts_with(from); ++it) {
    if (it->first == from || it->first[from.size()] == '/') below.push_back(it->first);
  }
  for (const auto& name : below) {
    auto node = names_.extract(name).mapped();
    names_[to + name.substr(from.size())] = std::move(node);
  }
  return {};
}

Result<void> SimDisk::remove(const std::string& given) {
  TRY_VOID(check_up());
  const std::string path = tidy(given);
  const auto it = names_.find(path);
  if (it == names_.end()) return missing(path);
  if (it->second->is_directory && names_.upper_bound(path + "/") != names_.end() &&
      names_.upper_bound(path + "/")->first.starts_with(path + "/")) {
    return error(StatusCode::kIo, fmt::format("remove {}: Directory not empty", path));
  }
  names_.erase(it);
  return {};
}

Result<void> SimDisk::remove_tree(const std::string& given) {
  TRY_VOID(check_up());
  const std::string path = tidy(given);
  std::erase_if(names_, [&path](const auto& entry) { return entry.first == path || entry.first.starts_with(path + "/"); });
  return {};
}

Result<void> SimDisk::sync_directory(const std::string& given) {
  TRY_VOID(check_up());
  const std::string path = tidy(given);
  const auto is_child = [&path](const std::string& name) { return parent_directory(name) == path && name != path; };
  std::erase_if(durable_names_, [&is_child](const auto& entry) { return is_child(entry.first); });
  for (const auto& [name, node] : names_) {
    if (is_child(name)) durable_names_[name] = node;
  }
  return {};
}

Result<void> SimDisk::set_attributes(const std::string& path, uint32_t permission, int64_t mtime_ms) {
  TRY_VOID(check_up());
  const auto it = names_.find(tidy(path));
  if (it == names_.end()) return missing(path);
  it->second->mode = permission;
  it->second->mtime_ms = mtime_ms;
  return {};
}

Result<DiskSpace> SimDisk::space(const std::string&) {
  TRY_VOID(check_up());
  int64_t used = 0;
  for (const auto& [name, node] : names_) used += std::ssize(node->data);
  return DiskSpace{kCapacity, kCapacity - used};
}

Result<std::unique_ptr<FileLock>> SimDisk::lock(const std::string& path) {
  TRY_VOID(open(path, OpenMode::kCreate, 0644));
  if (!locks_.insert(path).second)
    return error(StatusCode::kIo, fmt::format("Cannot lock storage {}. The directory is already locked", parent_directory(path)));
  return std::make_unique<SimFileLock>(*this, path);
}

void SimDisk::crash() {
  down_ = true;
  ++epoch_;
  locks_.clear();
  // A name is there only if every directory above it is.
  names_.clear();
  for (const auto& [name, node] : durable_names_) {
    if (name == "/" || name == "." || names_.contains(parent_directory(name))) names_[name] = node;
  }
  durable_names_ = names_;
  for (auto& [name, node] : names_) node->data = node->synced;
}

}  // namespace tusker
