#pragma once

#include "client/hdfs/file_system.h"
#include "common/async/task_group.h"
#include "mapreduce/formats/file_store.h"

namespace tusker::mapreduce {

// HDFS as blocking calls over the client's coroutines, which run on one strand of the network threads. Sources read ahead and sinks write
// behind by one buffer each, so that the job's work and the network's overlap. Any thread that may block; stop() before it dies.
class HdfsStore final : public FileStore {
 public:
  // `uri` names the NameNode: "hdfs://host:port". kIllegalArgument when it can't be one.
  static Result<std::unique_ptr<HdfsStore>> connect(Env& env, const config::Config& config, const std::string& uri, security::User user);
  HdfsStore(Env& env, const config::Config& config, Endpoint namenode, security::User user);
  ~HdfsStore() override;

  std::string_view scheme() const override { return "hdfs"; }
  std::string qualify(std::string_view path) const override;
  Result<std::unique_ptr<ByteSource>> open(const std::string& path, int64_t offset, int64_t end) override;
  Result<std::unique_ptr<ByteSink>> create(const std::string& path, SinkOptions options) override;
  Result<std::optional<StoreStatus>> status(const std::string& path) override;
  Result<std::vector<StoreStatus>> list(const std::string& path) override;
  Result<std::vector<StoreLocation>> locations(const std::string& path, int64_t offset, int64_t length) override;
  Result<void> make_directories(const std::string& path, uint16_t permission) override;
  Result<void> remove(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> set_permission(const std::string& path, uint16_t permission) override;
  Task<void> stop();

 private:
  Endpoint namenode_;
  Executor strand_;
  client::FileSystem file_system_;
  TaskGroup tasks_;
};

}  // namespace tusker::mapreduce
