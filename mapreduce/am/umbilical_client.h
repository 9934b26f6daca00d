#pragma once

#include <algorithm>
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
  // As call(), and again on a new connection while the master can't be reached or doesn't answer, for so long. Every method may be
  // repeated.
  template <class Response, class Request>
  Task<Result<Response>> call_again(std::string method, Request request, Duration most = kPatience) {
    const Deadline give_up = env_.clock.after(most);
    while (true) {
      const Deadline deadline = std::min<Deadline>(give_up, env_.clock.after(kTryMax));
      auto response = co_await rpc_.call<Response>(target_, method, request, deadline);
      if (response || !unheard(response.error()) || env_.clock.now() + kRetryPause >= give_up) co_return response;
      co_await env_.clock.sleep_for(kRetryPause);
    }
  }
  // The call failed on its way: the master may have carried it out, or not.
  static bool unheard(const Status& status) {
    return status.code() == StatusCode::kUnavailable || status.code() == StatusCode::kTimeout || status.code() == StatusCode::kRetriable;
  }
  Task<void> stop() { return rpc_.stop(); }

 private:
  // A task whose master doesn't answer for so long has none any more.
  static constexpr Duration kPatience = std::chrono::seconds(20);
  static constexpr Duration kTryMax = std::chrono::seconds(6);
  static constexpr Duration kRetryPause = std::chrono::milliseconds(200);

  Env& env_;
  rpc::Client rpc_;
  rpc::Target target_;
};

// The credentials of this container: the file that HADOOP_TOKEN_FILE_LOCATION names. Blocks.
Result<security::Credentials> load_credentials(Disk& disk, const std::string& path);
Result<security::Token> job_token_of(const security::Credentials& credentials);
Result<std::string> shuffle_secret_of(const security::Credentials& credentials);

}  // namespace tusker::mapreduce
