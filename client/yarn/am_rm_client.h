#pragma once

#include <string>

#include "common/base/yarn_ids.h"
#include "common/config/config.h"
#include "common/env/env.h"
#include "common/rpc/client.h"
#include "common/security/token.h"
#include "yarn/yarn_service_protos.pb.h"

namespace tusker::client {

// The ApplicationMaster's side of ApplicationMasterProtocol (AMRMClient without its table of requests, which is ResourceRequestTable).
// Authenticates by the AMRM token of the attempt. One strand at a time, since each answer's id goes into the next request; stop() before
// it dies.
//   register_master → allocate (at most one under way), again and again → finish.
class AmRmClient {
 public:
  // `token`: of kind YARN_AM_RM_TOKEN, from the file that HADOOP_TOKEN_FILE_LOCATION names. `config` must outlive the client.
  AmRmClient(Env& env, const config::Config& config, security::User user, security::Token token);

  // `host`, `rpc_port` (-1: none) and `tracking_url` ("": none) stand in the application's report.
  Task<Result<hadoop::yarn::RegisterApplicationMasterResponseProto>> register_master(std::string host, int32_t rpc_port,
                                                                                     std::string tracking_url);
  // Sends asks (absolute counts), releases and progress; sets response_id itself and repeats a call whose answer was lost. Errors that end
  // the master: kApplicationAttemptNotFound (superseded or finished). kApplicationMasterNotRegistered: register_master() again, then send
  // all asks (ResourceRequestTable::all).
  Task<Result<hadoop::yarn::AllocateResponseProto>> allocate(hadoop::yarn::AllocateRequestProto request);
  // Repeats until the ResourceManager has noted the end. `tracking_url` is where the history is, or "".
  Task<Result<void>> finish(hadoop::yarn::FinalApplicationStatusProto status, std::string diagnostics, std::string tracking_url);
  Task<void> stop();

 private:
  template <class Response, class Request>
  Task<Result<Response>> call(std::string method, Request request);

  Env& env_;
  rpc::Client rpc_;
  Result<Endpoint> server_;
  rpc::Target target_;
  Duration rpc_timeout_;
  Duration connect_max_wait_;
  int32_t response_id_ = 0;
};

}  // namespace tusker::client
