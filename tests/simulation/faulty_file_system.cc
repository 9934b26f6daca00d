#include "tests/simulation/faulty_file_system.h"

#include <unistd.h>

#include <filesystem>

namespace tusker::tests {
namespace {

using State = FaultyFileSystem::State;

rocksdb::IOStatus down() { return rocksdb::IOStatus::IOError("the machine is down"); }

class Writable final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Writable(std::unique_ptr<rocksdb::FSWritableFile> base, std::shared_ptr<State> state, std::string name)
      : FSWritableFileOwnerWrapper(std::move(base)), state_(std::move(state)), name_(std::move(name)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    if (!state_->step()) return down();
    auto s = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (s.ok()) note(data.size());
    return s;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options, const rocksdb::DataVerificationInfo&,
                           rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    if (!state_->step()) return down();
    auto s = FSWritableFileOwnerWrapper::Flush(options, debug);
    if (s.ok()) {
      std::lock_guard lock(state_->mutex);
      state_->synced[name_] = state_->written[name_];
    }
    return s;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override { return Sync(options, debug); }
  rocksdb::IOStatus RangeSync(uint64_t, uint64_t, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::OK();
  }

 private:
  void note(size_t bytes) {
    std::lock_guard lock(state_->mutex);
    state_->written[name_] += bytes;
  }
  std::shared_ptr<State> state_;
  std::string name_;
};

class Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory>&& base, std::shared_ptr<State> state, std::string name)
      : FSDirectoryWrapper(std::move(base)), state_(std::move(state)), name_(std::move(name)) {}
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return settle(); }
  rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions&, rocksdb::IODebugContext*, const rocksdb::DirFsyncOptions&) override {
    return settle();
  }

 private:
  rocksdb::IOStatus settle() {
    if (!state_->step()) return down();
    std::lock_guard lock(state_->mutex);
    std::erase_if(state_->new_names, [this](const std::string& file) { return std::filesystem::path(file).parent_path() == name_; });
    return rocksdb::IOStatus::OK();
  }
  std::shared_ptr<State> state_;
  std::filesystem::path name_;
};

class FileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FileSystem(const std::shared_ptr<rocksdb::FileSystem>& base, std::shared_ptr<State> state)
      : FileSystemWrapper(base), state_(std::move(state)) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out, rocksdb::IODebugContext* debug) override {
    if (!state_->step()) return down();
    rocksdb::FileOptions plain = options;
    plain.use_mmap_writes = false;
    std::unique_ptr<rocksdb::FSWritableFile> base;
    auto s = FileSystemWrapper::NewWritableFile(name, plain, &base, debug);
    if (!s.ok()) return s;
    {
      std::lock_guard lock(state_->mutex);
      state_->written[name] = 0;
      state_->synced[name] = 0;
      state_->new_names.insert(name);
    }
    *out = std::make_unique<Writable>(std::move(base), state_, name);
    return s;
  }
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSDirectory> base;
    auto s = FileSystemWrapper::NewDirectory(name, options, &base, debug);
    if (s.ok()) *out = std::make_unique<Directory>(std::move(base), state_, name);
    return s;
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (!state_->step()) return down();
    auto s = FileSystemWrapper::RenameFile(from, to, options, debug);
    if (s.ok()) {
      std::lock_guard lock(state_->mutex);
      state_->written[to] = state_->written[from];
      state_->synced[to] = state_->synced[from];
      state_->written.erase(from);
      state_->synced.erase(from);
      state_->new_names.erase(from);
    }
    return s;
  }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    if (!state_->step()) return down();
    auto s = FileSystemWrapper::DeleteFile(name, options, debug);
    if (s.ok()) {
      std::lock_guard lock(state_->mutex);
      state_->written.erase(name);
      state_->synced.erase(name);
      state_->new_names.erase(name);
    }
    return s;
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> FaultyFileSystem::make_env() { return rocksdb::NewCompositeEnv(std::make_shared<FileSystem>(base_, state_)); }

bool FaultyFileSystem::lose_unsynced(std::mt19937_64& random) {
  std::lock_guard lock(state_->mutex);
  state_->operations_left = INT64_MAX;
  for (const auto& name : state_->new_names) {
    std::error_code ec;
    std::filesystem::remove(name, ec);
    state_->synced.erase(name);
  }
  for (const auto& [name, synced] : state_->synced) {
    std::error_code ec;
    const auto size = std::filesystem::file_size(name, ec);
    if (ec || size <= synced) continue;
    const uint64_t kept = synced + random() % (size - synced + 1);
    if (::truncate(name.c_str(), static_cast<off_t>(kept)) != 0) return false;
  }
  state_->new_names.clear();
  return true;
}

}  // namespace tusker::tests
