#pragma once

#include <map>
#include <memory>
#include <string>

#include "client/hdfs/file_system.h"
#include "common/config/config.h"
#include "common/env/env.h"
#include "nodemanager/localize/resource.h"

namespace tusker::nodemanager {

// Where resources come from: HDFS, or files of this machine. Belongs to one strand. Owned by the localizer; stop() before it dies.
class Source {
 public:
  Source(Env& env, const config::Config& config) : env_(env), config_(config) {}

  // Copies the file to the new local file `to` with `permission`, after checking that the source's time is the announced one. kIo in
  // Hadoop's words when it isn't, kFileNotFound when there is no such file.
  Task<Result<void>> fetch(ResourceRequest request, std::string user, std::string to, uint32_t permission);
  Task<void> stop();

 private:
  Result<client::FileSystem*> file_system(const ResourceRequest& request, const std::string& user);
  Task<Result<void>> fetch_hdfs(ResourceRequest request, std::string user, std::string to, uint32_t permission);
  Task<Result<void>> fetch_local(ResourceRequest request, std::string to, uint32_t permission);
  Result<void> check_time(const ResourceRequest& request, int64_t mtime_ms) const;

  Env& env_;
  const config::Config& config_;
  std::map<std::pair<Endpoint, std::string>, std::unique_ptr<client::FileSystem>> file_systems_;  // by NameNode and user
};

}  // namespace tusker::nodemanager
