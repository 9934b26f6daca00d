#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/base/mutex.h"
#include "common/config/config.h"
#include "common/env/env.h"
#include "common/security/user.h"
#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// The file systems that a job's paths name, opened when first used. Any thread that may block. stop() before it dies, when no stream of
// its stores is open any more.
class FileStores {
 public:
  // `config` and `env` must outlive it.
  FileStores(Env& env, const config::Config& config, security::User user);
  ~FileStores();

  struct Located {
    FileStore* store;
    std::string path;  // absolute, normal
  };
  // "hdfs://host:port/a", "file:/a", or a path of fs.defaultFS; a relative one is below /user/NAME, or below the working directory of local
  // files. kIllegalArgument for a scheme that we don't know.
  Result<Located> locate(std::string_view uri);

  // Bytes and operations of each file system so far, by "FILE", "HDFS".
  struct Statistics {
    int64_t bytes_read = 0;
    int64_t bytes_written = 0;
    int64_t read_ops = 0;
    int64_t write_ops = 0;
  };
  std::map<std::string, Statistics> statistics();
  Task<void> stop();

 private:
  Result<FileStore*> store_of(const std::string& scheme, const std::string& authority);

  Env& env_;
  const config::Config& config_;
  security::User user_;
  Mutex mutex_;
  std::map<std::string, std::unique_ptr<FileStore>> stores_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::mapreduce
