#pragma once

#include "resourcemanager/ops/application_master.h"
#include "resourcemanager/ops/cluster.h"
#include "resourcemanager/ops/resource_tracker.h"
#include "yarn/yarn_server_common_service_protos.pb.h"
#include "yarn/yarn_service_protos.pb.h"

// Between the model and the wire. Reports are made on the core, since they look at live state.

namespace tusker::resourcemanager {

// kYarn, kIllegalArgument or kInvalidResourceRequest say what is wrong with a submission.
Result<Submission> submission_of(const hadoop::yarn::ApplicationSubmissionContextProto& context, const std::string& user);
AllocateCall allocate_call_of(const hadoop::yarn::AllocateRequestProto& request);
FinalStatus final_status_of(hadoop::yarn::FinalApplicationStatusProto status);
NodeRegistration registration_of(const hadoop::yarn::RegisterNodeManagerRequestProto& request);
NodeHeartbeat heartbeat_of(const hadoop::yarn::NodeHeartbeatRequestProto& request);

hadoop::yarn::YarnApplicationStateProto to_proto(AppState state);
hadoop::yarn::FinalApplicationStatusProto to_proto(FinalStatus status);
hadoop::yarn::NodeStateProto to_proto(NodeState state);
hadoop::yarn::ApplicationReportProto application_report(const Cluster& cluster, const Application& application, Now now);
hadoop::yarn::ApplicationAttemptReportProto attempt_report(const Cluster& cluster, const Attempt& attempt);
hadoop::yarn::ContainerReportProto container_report(const Cluster& cluster, const Container& container);
hadoop::yarn::NodeReportProto node_report(const Node& node);
hadoop::yarn::QueueInfoProto queue_info(const Cluster& cluster, bool with_applications, Now now);
hadoop::yarn::YarnClusterMetricsProto cluster_metrics(const Cluster& cluster);

// Memory and vcore seconds of an application up to now.
std::pair<int64_t, int64_t> resource_seconds(const Cluster& cluster, const Application& application, Now now);
// Where a browser finds the application: "http://<web>/proxy/<id>/".
std::string tracking_url(const Cluster& cluster, const Application& application);

}  // namespace tusker::resourcemanager
