#pragma once

#include <string>

#include "common/rpc/client.h"
#include "common/security/token.h"
#include "mapreduce/TaskUmbilical.pb.h"

namespace tusker::mapreduce {

// Calls the umbilical of a job's ApplicationMaster, from a task or from the submitter. Any strand; stop() before it dies.
class UmbilicalClient {
 public:
  // `token`: the job's.
  UmbilicalClient(Env& env, Endpoint master, security::User user, security::Token token);

  template <class Response, class Request>
  Task<Result<Response>> call(std::string_view method, Request request, Duration timeout = std::chrono::seconds(60)) {
    return rpc_.call<Response>(target_, method, request, env_.clock.after(timeout));
  }
  Task<void> stop() { return rpc_.stop(); }

 private:
  Env& env_;
  rpc::Client rpc_;
  rpc::Target target_;
};

// The credentials of this container: the file that HADOOP_TOKEN_FILE_LOCATION names. Blocks.
Result<security::Credentials> load_credentials(Disk& disk, const std::string& path);
Result<security::Token> job_token_of(const security::Credentials& credentials);
Result<std::string> shuffle_secret_of(const security::Credentials& credentials);

}  // namespace tusker::mapreduce
