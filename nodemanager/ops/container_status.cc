#include "nodemanager/ops/container_status.h"

#include "common/yarn/convert.h"

namespace tusker::nodemanager {

using namespace hadoop::yarn;

ContainerStatusProto container_status(const Container& container) {
  ContainerStatusProto status;
  *status.mutable_container_id() = yarn::to_proto(container.id);
  status.set_state(container.done() ? C_COMPLETE : C_RUNNING);
  status.set_diagnostics(container.diagnostics());
  status.set_exit_status(container.exit_status());
  *status.mutable_capability() = yarn::to_proto(container.resource);
  status.set_executiontype(GUARANTEED);
  status.set_container_sub_state(container.done() ? CSS_DONE : container.running() ? CSS_RUNNING : CSS_SCHEDULED);
  return status;
}

NMContainerStatusProto registration_status(const Container& container) {
  NMContainerStatusProto status;
  *status.mutable_container_id() = yarn::to_proto(container.id);
  status.set_container_state(container.done() ? C_COMPLETE : C_RUNNING);
  *status.mutable_resource() = yarn::to_proto(container.resource);
  status.mutable_priority()->set_priority(container.priority);
  status.set_diagnostics(container.diagnostics());
  status.set_container_exit_status(container.exit_status());
  status.set_creation_time(container.created_ms);
  status.set_version(0);
  status.set_executiontype(GUARANTEED);
  status.set_allocation_request_id(container.allocation_request_id);
  return status;
}

}  // namespace tusker::nodemanager
