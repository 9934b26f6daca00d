#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "common/env/clock.h"
#include "common/env/disk.h"

namespace tusker {

// Files in memory with a durable state behind them: sync() makes a file's content durable, sync_directory() the names in a directory.
// crash() falls back to that state and makes every open file and lock of before useless, as a machine's restart would.
class SimDisk final : public Disk {
 public:
  explicit SimDisk(Clock& clock) : clock_(clock) {}

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, uint32_t permission) override;
  Result<FileInfo> stat(const std::string& path) override;
  Result<std::vector<FileInfo>> list(const std::string& path) override;
  Result<void> make_directories(const std::string& path, uint32_t permission) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> remove_tree(const std::string& path) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<void> set_attributes(const std::string& path, uint32_t permission, int64_t mtime_ms) override;
  Result<DiskSpace> space(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

  // From here on nothing that was open works; until restart() nothing at all does.
  void crash();
  void restart() { down_ = false; }

  struct Node {
    bool is_directory = false;
    std::string data;
    std::string synced;
    int64_t mtime_ms = 0;
    uint32_t mode = 0644;
  };

 private:
  friend class SimFile;
  friend class SimFileLock;
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  Result<void> check_up() const;

  Clock& clock_;
  bool down_ = false;
  uint64_t epoch_ = 0;  // files and locks of an earlier one are dead
  Names names_;
  Names durable_names_;
  std::set<std::string> locks_;
};

}  // namespace tusker
