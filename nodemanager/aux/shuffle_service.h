#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/base/yarn_ids.h"
#include "common/env/env.h"
#include "common/metrics/registry.h"
#include "common/net/http_server.h"
#include "common/shuffle/spill_record.h"
#include "common/shuffle/url_hash.h"

namespace tusker::nodemanager {

// Serves map outputs to reducers over HTTP (org.apache.hadoop.mapred.ShuffleHandler): Hadoop's requests, signatures and framing, so Java's
// reducers fetch from it too. Outputs lie at usercache/USER/appcache/APP/output/ATTEMPT/file.out in the local directories. Owned by the
// server; begin and end from the core's strand, requests on network threads; the table of secrets has a lock of its own.
class ShuffleService {
 public:
  struct Options {
    Endpoint bind;
    std::vector<std::string> local_dirs;
    size_t connections_max = 0;  // 0: only the web server's own bound
  };
  ShuffleService(Env& env, Options options);

  Result<void> start();
  Task<void> stop();
  uint16_t port() const { return server_.local().port; }

  // `service_data`: a job token whose password is the job's shuffle secret. kYarn when it isn't one.
  Result<void> begin_application(const yarn::ApplicationId& id, const std::string& user, const std::string& service_data);
  void end_application(const yarn::ApplicationId& id);

  metrics::Attributes metrics() const;

 private:
  struct Job {
    std::string user;
    std::string secret;
  };
  struct Piece {
    std::string header;
    std::string path;
    shuffle::IndexEntry entry;
  };
  using Plan = std::vector<Piece>;

  Task<net::HttpResponse> serve(net::HttpRequest request);
  std::optional<Job> find(const yarn::ApplicationId& id) const;
  Result<Plan> plan(const Job& job, const std::string& application, const std::vector<std::string>& maps, int32_t reduce) const;
  Result<Piece> locate(const Job& job, const std::string& application, const std::string& map, int32_t reduce) const;
  Task<Result<void>> send(std::shared_ptr<const Plan> plan, Stream* stream);

  Env& env_;
  const Options options_;
  net::HttpServer server_;
  mutable Mutex mutex_;
  std::map<yarn::ApplicationId, Job> jobs_ TUSKER_GUARDED_BY(mutex_);
  std::atomic<int64_t> bytes_sent_{0};
  std::atomic<int64_t> outputs_ok_{0};
  std::atomic<int64_t> outputs_failed_{0};
};

}  // namespace tusker::nodemanager
