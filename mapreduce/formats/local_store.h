#pragma once

#include "common/env/disk.h"
#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// Files of this machine (org.apache.hadoop.fs.RawLocalFileSystem). Any thread; the disk must outlive it.
class LocalStore final : public FileStore {
 public:
  // `block_bytes`: fs.local.block.size, what splits are cut by.
  LocalStore(Disk& disk, int64_t block_bytes) : disk_(disk), block_bytes_(block_bytes) {}
  std::string_view scheme() const override { return "file"; }
  std::string qualify(std::string_view path) const override { return "file:" + std::string(path); }
  Result<std::unique_ptr<ByteSource>> open(const std::string& path, int64_t offset, int64_t end) override;
  Result<std::unique_ptr<ByteSink>> create(const std::string& path, SinkOptions options) override;
  Result<std::optional<StoreStatus>> status(const std::string& path) override;
  Result<std::vector<StoreStatus>> list(const std::string& path) override;
  Result<std::vector<StoreLocation>> locations(const std::string& path, int64_t offset, int64_t length) override;
  Result<void> make_directories(const std::string& path, uint16_t permission) override;
  Result<void> remove(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> set_permission(const std::string& path, uint16_t permission) override;

 private:
  StoreStatus to_status(const std::string& path, const FileInfo& info) const;

  Disk& disk_;
  int64_t block_bytes_;
};

}  // namespace tusker::mapreduce
