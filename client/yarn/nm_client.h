#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/yarn_ids.h"
#include "common/env/env.h"
#include "common/rpc/client.h"
#include "common/security/token.h"
#include "yarn/yarn_service_protos.pb.h"

namespace tusker::client {

// The ApplicationMaster's side of ContainerManagementProtocol (NMClient): starts and stops containers on the nodes where they were
// allocated. One strand; calls may overlap. stop() before it dies.
class NmClient {
 public:
  // `user` is the attempt's id as text: the name that an NM token stands for.
  NmClient(Env& env, yarn::ApplicationAttemptId attempt);

  // Keeps the tokens of an allocate answer; containers on a node can be started only after its token came.
  void add_tokens(const google::protobuf::RepeatedPtrField<hadoop::yarn::NMTokenProto>& tokens);

  // Starts one allocated container. Returns the metadata of the node's auxiliary services by name ("mapreduce_shuffle" → 4 bytes of port).
  // The node's refusal of this container comes as its Status; kInvalidToken when there is no token for the node.
  Task<Result<std::map<std::string, std::string>>> start_container(hadoop::yarn::ContainerProto container,
                                                                   hadoop::yarn::ContainerLaunchContextProto context);
  // Kills it if it runs; one that has finished is no error.
  Task<Result<void>> stop_container(yarn::NodeId node, yarn::ContainerId container);
  Task<Result<hadoop::yarn::ContainerStatusProto>> container_status(yarn::NodeId node, yarn::ContainerId container);
  Task<void> stop();

 private:
  Result<rpc::Target> target_of(const yarn::NodeId& node) const;

  Env& env_;
  rpc::Client rpc_;
  yarn::ApplicationAttemptId attempt_;
  std::map<yarn::NodeId, security::Token> tokens_;
};

// The exception of one container in an answer of a NodeManager as a Status.
Status status_of(const hadoop::yarn::SerializedExceptionProto& exception);

}  // namespace tusker::client
