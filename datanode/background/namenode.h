#pragma once

#include "common/env/env.h"
#include "common/rpc/client.h"
#include "hdfs/DatanodeProtocol.pb.h"

namespace tusker::datanode {

// DatanodeProtocol of one NameNode (DatanodeProtocolClientSideTranslatorPB). Any strand; the client must outlive it.
class NameNode {
 public:
  NameNode(Env& env, rpc::Client& client, Endpoint address, security::User user)
      : env_(env),
        client_(client),
        target_{std::move(address), "org.apache.hadoop.hdfs.server.protocol.DatanodeProtocol", std::move(user), std::nullopt} {}

  // One call, answered within a minute or given up.
  template <class Response, class Request>
  Task<Result<Response>> call(std::string_view method, Request request) {
    co_return co_await client_.call<Response>(target_, method, request, env_.clock.after(std::chrono::seconds(60)));
  }
  const Endpoint& address() const { return target_.server; }
  const security::User& user() const { return target_.user; }

 private:
  Env& env_;
  rpc::Client& client_;
  rpc::Target target_;
};

}  // namespace tusker::datanode
