#include "resourcemanager/ops/container_token.h"

#include "common/yarn/convert.h"

namespace tusker::resourcemanager {

security::Token make_container_token(TokenSecrets& secrets, const Container& container, const Submission& submission,
                                     const std::string& service, int64_t now_ms, const ClusterOptions& options) {
  hadoop::yarn::ContainerTokenIdentifierProto identifier;
  *identifier.mutable_containerid() = yarn::to_proto(container.id);
  identifier.set_nmhostaddr(container.node.to_string());
  identifier.set_appsubmitter(submission.user);
  *identifier.mutable_resource() = yarn::to_proto(container.resource);
  identifier.set_expirytimestamp(now_ms + options.container_allocation_expiry_ms);
  identifier.set_rmidentifier(options.start_ms);
  identifier.mutable_priority()->set_priority(container.key.priority);
  identifier.set_creationtime(container.created_ms);
  identifier.set_containertype(container.is_master ? hadoop::yarn::APPLICATION_MASTER : hadoop::yarn::TASK);
  identifier.set_executiontype(hadoop::yarn::GUARANTEED);
  identifier.set_version(0);
  identifier.set_allocation_request_id(container.key.allocation_request_id);
  if (!submission.log_aggregation_context.empty()) {
    identifier.mutable_logaggregationcontext()->ParseFromString(submission.log_aggregation_context);
  }
  return secrets.container_token(std::move(identifier), service);
}

}  // namespace tusker::resourcemanager
