#include "resourcemanager/rpc/convert.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/yarn/convert.h"

namespace tusker::resourcemanager {

using namespace hadoop::yarn;

namespace {

constexpr int kTagsMax = 10;
constexpr size_t kTagBytesMax = 100;
constexpr size_t kTypeBytesMax = 20;

ResourceRequest request_of(const ResourceRequestProto& proto) {
  return {.key = {proto.priority().priority(), proto.allocation_request_id()},
          .name = proto.resource_name(),
          .capability = yarn::from_proto(proto.capability()),
          .count = proto.num_containers(),
          .relax_locality = proto.relax_locality()};
}

Result<std::vector<std::string>> tags_of(const ApplicationSubmissionContextProto& context) {
  if (context.applicationtags_size() > kTagsMax) {
    return error(StatusCode::kYarn, fmt::format("Too many applicationTags, a maximum of only {} are allowed!", kTagsMax));
  }
  std::vector<std::string> tags;
  for (std::string tag : context.applicationtags()) {
    if (tag.size() > kTagBytesMax)
      return error(StatusCode::kYarn, fmt::format("Tag {} is too long, maximum allowed length of a tag is {}", tag, kTagBytesMax));
    for (char& c : tag) {
      if (c < 32 || c > 126) return error(StatusCode::kYarn, "A tag can only have ASCII characters! Invalid tag - " + tag);
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    tags.push_back(std::move(tag));
  }
  return tags;
}

// The request for the master's container: a list of which one entry is "*", or, from older clients, a resource alone.
Result<void> read_master_request(const ApplicationSubmissionContextProto& context, Submission& submission) {
  if (context.am_container_resource_request().empty()) {
    submission.master_resource = yarn::from_proto(context.resource());
    return {};
  }
  int anys = 0;
  for (const auto& request : context.am_container_resource_request()) {
    if (request.resource_name() == "*") {
      ++anys;
      submission.master_resource = yarn::from_proto(request.capability());
      submission.master_relax = request.relax_locality();
    } else {
      submission.master_names.push_back(request.resource_name());
    }
  }
  if (anys != 1) {
    return error(StatusCode::kInvalidResourceRequest,
                 fmt::format("Invalid resource request, {} resource request for am has {}. It should have exactly one "
                             "for any host",
                             submission.id.to_string(), anys));
  }
  return {};
}

}  // namespace

Result<Submission> submission_of(const ApplicationSubmissionContextProto& context, const std::string& user) {
  Submission submission;
  submission.id = yarn::from_proto(context.application_id());
  submission.user = user;
  submission.name = context.application_name();
  submission.queue = context.queue();
  submission.type = context.applicationtype().substr(0, kTypeBytesMax);
  submission.priority = 0;  // yarn.cluster.max-application-priority is 0
  submission.max_attempts = context.maxappattempts();
  submission.unmanaged = context.unmanaged_am();
  submission.attempt_failures_validity_ms = context.attempt_failures_validity_interval();
  TRY(submission.tags, tags_of(context));
  TRY_VOID(read_master_request(context, submission));
  submission.launch_context = context.am_container_spec().SerializeAsString();
  if (context.has_log_aggregation_context()) submission.log_aggregation_context = context.log_aggregation_context().SerializeAsString();
  return submission;
}

AllocateCall allocate_call_of(const AllocateRequestProto& request) {
  AllocateCall call;
  call.response_id = request.response_id();
  for (const auto& ask : request.ask()) call.asks.push_back(request_of(ask));
  for (const auto& id : request.release()) call.releases.push_back(yarn::from_proto(id));
  const auto& blacklist = request.blacklist_request();
  call.blacklist_additions.assign(blacklist.blacklist_additions().begin(), blacklist.blacklist_additions().end());
  call.blacklist_removals.assign(blacklist.blacklist_removals().begin(), blacklist.blacklist_removals().end());
  call.progress = request.progress();
  if (request.has_tracking_url()) call.tracking_url = request.tracking_url();
  return call;
}

FinalStatus final_status_of(FinalApplicationStatusProto status) {
  switch (status) {
    case APP_SUCCEEDED:
      return FinalStatus::kSucceeded;
    case APP_FAILED:
      return FinalStatus::kFailed;
    case APP_KILLED:
      return FinalStatus::kKilled;
    case APP_ENDED:
      return FinalStatus::kEnded;
    default:
      return FinalStatus::kUndefined;
  }
}

NodeRegistration registration_of(const RegisterNodeManagerRequestProto& request) {
  NodeRegistration registration;
  registration.id = yarn::from_proto(request.node_id());
  registration.http_port = request.http_port();
  registration.version = request.nm_version();
  registration.capability = yarn::from_proto(request.resource());
  for (const auto& status : request.container_statuses()) {
    registration.containers.push_back({yarn::from_proto(status.container_id()), status.container_state() == C_COMPLETE,
                                       status.container_exit_status(), status.diagnostics()});
  }
  for (const auto& id : request.runningapplications()) registration.applications.push_back(yarn::from_proto(id));
  return registration;
}

NodeHeartbeat heartbeat_of(const NodeHeartbeatRequestProto& request) {
  const auto& status = request.node_status();
  NodeHeartbeat heartbeat;
  heartbeat.id = yarn::from_proto(status.node_id());
  heartbeat.response_id = status.response_id();
  for (const auto& container : status.containersstatuses()) {
    heartbeat.containers.push_back(
        {yarn::from_proto(container.container_id()), container.state() == C_COMPLETE, container.exit_status(), container.diagnostics()});
  }
  heartbeat.healthy = !status.has_nodehealthstatus() || status.nodehealthstatus().is_node_healthy();
  heartbeat.health_report = status.nodehealthstatus().health_report();
  heartbeat.health_ms = status.nodehealthstatus().last_health_report_time();
  return heartbeat;
}

YarnApplicationStateProto to_proto(AppState state) {
  switch (state) {
    case AppState::kSubmitted:
      return SUBMITTED;
    case AppState::kAccepted:
      return ACCEPTED;
    case AppState::kRunning:
      return RUNNING;
    case AppState::kFinishing:
    case AppState::kFinished:
      return FINISHED;
    case AppState::kFailed:
      return FAILED;
    case AppState::kKilled:
      return KILLED;
  }
  return NEW;
}

FinalApplicationStatusProto to_proto(FinalStatus status) {
  switch (status) {
    case FinalStatus::kUndefined:
      return APP_UNDEFINED;
    case FinalStatus::kSucceeded:
      return APP_SUCCEEDED;
    case FinalStatus::kFailed:
      return APP_FAILED;
    case FinalStatus::kKilled:
      return APP_KILLED;
    case FinalStatus::kEnded:
      return APP_ENDED;
  }
  return APP_UNDEFINED;
}

NodeStateProto to_proto(NodeState state) {
  switch (state) {
    case NodeState::kRunning:
      return NS_RUNNING;
    case NodeState::kUnhealthy:
      return NS_UNHEALTHY;
    case NodeState::kLost:
      return NS_LOST;
    case NodeState::kRebooted:
      return NS_REBOOTED;
    case NodeState::kShutdown:
      return NS_SHUTDOWN;
  }
  return NS_NEW;
}

namespace {

YarnApplicationAttemptStateProto to_proto(AttemptState state) {
  switch (state) {
    case AttemptState::kScheduled:
      return APP_ATTEMPT_SCHEDULED;
    case AttemptState::kAllocated:
      return APP_ATTEMPT_ALLOCATED;
    case AttemptState::kLaunched:
      return APP_ATTEMPT_LAUNCHED;
    case AttemptState::kRunning:
      return APP_ATTEMPT_RUNNING;
    case AttemptState::kFinishing:
      return APP_ATTEMPT_FINISHING;
    case AttemptState::kFinished:
      return APP_ATTEMPT_FINISHED;
    case AttemptState::kFailed:
      return APP_ATTEMPT_FAILED;
    case AttemptState::kKilled:
      return APP_ATTEMPT_KILLED;
  }
  return APP_ATTEMPT_NEW;
}

std::string log_url(const Cluster& cluster, const Container& container) {
  const Node* node = cluster.find_node(container.node);
  auto application = cluster.applications.find(container.id.attempt.application);
  if (node == nullptr || application == cluster.applications.end()) return "";
  return fmt::format("http://{}/node/containerlogs/{}/{}", node->http_address(), container.id.to_string(),
                     application->second.submission.user);
}

void set_usage(ApplicationResourceUsageReportProto& usage, const Cluster& cluster, const Application& application, Now now) {
  const Attempt* attempt = application.current();
  bool known = attempt != nullptr && !is_final(application.state);
  yarn::Resource used = known ? cluster.scheduler.used_by(attempt->id) : yarn::Resource{-1, -1};
  usage.set_num_used_containers(known ? static_cast<int32_t>(attempt->containers.size()) : -1);
  usage.set_num_reserved_containers(known ? 0 : -1);
  *usage.mutable_used_resources() = yarn::to_proto(used);
  *usage.mutable_reserved_resources() = yarn::to_proto(known ? yarn::Resource{} : yarn::Resource{-1, -1});
  *usage.mutable_needed_resources() = yarn::to_proto(used);
  auto [memory_seconds, vcore_seconds] = resource_seconds(cluster, application, now);
  usage.set_memory_seconds(memory_seconds);
  usage.set_vcore_seconds(vcore_seconds);
  for (auto [key, value] : {std::pair{"memory-mb", memory_seconds}, std::pair{"vcores", vcore_seconds}}) {
    auto* entry = usage.add_application_resource_usage_map();
    entry->set_key(key);
    entry->set_value(value);
    auto* preempted = usage.add_application_preempted_resource_usage_map();
    preempted->set_key(key);
    preempted->set_value(0);
  }
  auto total_mb = static_cast<double>(cluster.scheduler.total().memory_mb);
  float share = known && total_mb > 0 ? static_cast<float>(100.0 * static_cast<double>(used.memory_mb) / total_mb) : 0;
  usage.set_queue_usage_percentage(share);
  usage.set_cluster_usage_percentage(share);
  usage.set_preempted_memory_seconds(0);
  usage.set_preempted_vcore_seconds(0);
}

}  // namespace

std::pair<int64_t, int64_t> resource_seconds(const Cluster& cluster, const Application& application, Now now) {
  int64_t memory_mb_ms = application.memory_mb_ms;
  int64_t vcore_ms = application.vcore_ms;
  if (const Attempt* attempt = application.current()) {
    for (const auto& id : attempt->containers) {
      const Container& container = cluster.containers.at(id);
      memory_mb_ms += container.resource.memory_mb * (now.wall_ms - container.created_ms);
      vcore_ms += container.resource.vcores * (now.wall_ms - container.created_ms);
    }
  }
  return {memory_mb_ms / 1000, vcore_ms / 1000};
}

std::string tracking_url(const Cluster& cluster, const Application& application) {
  const char* form = is_final(application.state) && (application.current() == nullptr || application.current()->tracking_url.empty())
                         ? "http://{}/cluster/app/{}"
                         : "http://{}/proxy/{}/";
  return fmt::format(fmt::runtime(form), cluster.options.web_address, application.submission.id.to_string());
}

ApplicationReportProto application_report(const Cluster& cluster, const Application& application, Now now) {
  const Submission& submission = application.submission;
  const Attempt* attempt = application.current();
  ApplicationReportProto report;
  *report.mutable_applicationid() = yarn::to_proto(submission.id);
  report.set_user(submission.user);
  report.set_queue(submission.queue);
  report.set_name(submission.name);
  report.set_host(attempt != nullptr ? attempt->host : "N/A");
  report.set_rpc_port(attempt != nullptr ? attempt->rpc_port : -1);
  report.set_yarn_application_state(to_proto(application.state));
  report.set_trackingurl(tracking_url(cluster, application));
  report.set_diagnostics(application.diagnostics);
  report.set_starttime(application.submit_ms);
  report.set_submittime(application.submit_ms);
  report.set_launchtime(application.launch_ms);
  report.set_finishtime(application.finish_ms);
  report.set_final_application_status(to_proto(application.final_status));
  set_usage(*report.mutable_app_resource_usage(), cluster, application, now);
  report.set_originaltrackingurl(attempt != nullptr && !attempt->tracking_url.empty() ? attempt->tracking_url : "N/A");
  *report.mutable_currentapplicationattemptid() =
      yarn::to_proto(attempt != nullptr ? attempt->id : yarn::ApplicationAttemptId{submission.id, -1});
  report.set_progress(application.state == AppState::kFinished ? 1.0F : attempt != nullptr ? attempt->progress : 0);
  report.set_applicationtype(submission.type);
  for (const std::string& tag : submission.tags) report.add_applicationtags(tag);
  if (attempt != nullptr) report.set_log_aggregation_status(LOG_DISABLED);
  report.set_unmanaged_application(submission.unmanaged);
  report.mutable_priority()->set_priority(submission.priority);
  report.set_appnodelabelexpression("<Not set>");
  report.set_amnodelabelexpression("<DEFAULT_PARTITION>");
  auto* timeout = report.add_apptimeouts();
  timeout->set_application_timeout_type(APP_TIMEOUT_LIFETIME);
  timeout->mutable_application_timeout()->set_application_timeout_type(APP_TIMEOUT_LIFETIME);
  timeout->mutable_application_timeout()->set_expire_time("UNLIMITED");
  timeout->mutable_application_timeout()->set_remaining_time(-1);
  return report;
}

ApplicationAttemptReportProto attempt_report(const Cluster& cluster, const Attempt& attempt) {
  ApplicationAttemptReportProto report;
  *report.mutable_application_attempt_id() = yarn::to_proto(attempt.id);
  report.set_host(attempt.host);
  report.set_rpc_port(attempt.rpc_port);
  report.set_tracking_url(fmt::format("http://{}/proxy/{}/", cluster.options.web_address, attempt.id.application.to_string()));
  report.set_original_tracking_url(attempt.tracking_url.empty() ? "N/A" : attempt.tracking_url);
  report.set_diagnostics(attempt.diagnostics);
  report.set_yarn_application_attempt_state(to_proto(attempt.state));
  if (attempt.master) *report.mutable_am_container_id() = yarn::to_proto(*attempt.master);
  report.set_starttime(attempt.start_ms);
  report.set_finishtime(attempt.finish_ms);
  return report;
}

ContainerReportProto container_report(const Cluster& cluster, const Container& container) {
  ContainerReportProto report;
  *report.mutable_container_id() = yarn::to_proto(container.id);
  *report.mutable_resource() = yarn::to_proto(container.resource);
  *report.mutable_node_id() = yarn::to_proto(container.node);
  report.mutable_priority()->set_priority(container.key.priority);
  report.set_creation_time(container.created_ms);
  report.set_finish_time(0);
  report.set_container_exit_status(0);
  report.set_container_state(container.state == ContainerState::kRunning ? C_RUNNING : C_NEW);
  report.set_log_url(log_url(cluster, container));
  if (const Node* node = cluster.find_node(container.node)) report.set_node_http_address("http://" + node->http_address());
  return report;
}

NodeReportProto node_report(const Node& node) {
  NodeReportProto report;
  *report.mutable_nodeid() = yarn::to_proto(node.id);
  report.set_httpaddress(node.http_address());
  report.set_rackname(node.rack);
  *report.mutable_used() = yarn::to_proto(node.used);
  *report.mutable_capability() = yarn::to_proto(node.capability);
  report.set_numcontainers(static_cast<int32_t>(node.containers.size()));
  report.set_node_state(to_proto(node.state));
  report.set_health_report(node.health_report);
  report.set_last_health_report_time(node.last_health_ms);
  return report;
}

QueueInfoProto queue_info(const Cluster& cluster, bool with_applications, Now now) {
  QueueInfoProto info;
  yarn::Resource total = cluster.scheduler.total();
  yarn::Resource used = cluster.scheduler.used();
  yarn::Resource pending = cluster.scheduler.pending();
  float share = total.memory_mb > 0 ? static_cast<float>(used.memory_mb) / static_cast<float>(total.memory_mb) : 0;
  info.set_queuename("default");
  info.set_queuepath("root.default");
  info.set_capacity(1);
  info.set_maximumcapacity(1);
  info.set_currentcapacity(share);
  info.set_state(Q_RUNNING);
  info.add_accessiblenodelabels("*");
  info.set_preemptiondisabled(true);
  info.set_intraqueuepreemptiondisabled(true);
  info.set_weight(-1);
  info.set_maxparallelapps(INT32_MAX);
  info.set_schedulertype("CapacityScheduler");
  auto* statistics = info.mutable_queuestatistics();
  auto count = [&](auto matches) {
    return std::ranges::count_if(cluster.applications, [&](const auto& entry) { return matches(entry.second.state); });
  };
  statistics->set_numappssubmitted(static_cast<int64_t>(cluster.applications.size()));
  statistics->set_numappsrunning(count([](AppState state) { return state == AppState::kRunning; }));
  statistics->set_numappspending(count([](AppState state) { return state == AppState::kAccepted; }));
  statistics->set_numappscompleted(count([](AppState state) { return state == AppState::kFinished; }));
  statistics->set_numappskilled(count([](AppState state) { return state == AppState::kKilled; }));
  statistics->set_numappsfailed(count([](AppState state) { return state == AppState::kFailed; }));
  statistics->set_availablememorymb(total.memory_mb - used.memory_mb);
  statistics->set_allocatedmemorymb(used.memory_mb);
  statistics->set_pendingmemorymb(pending.memory_mb);
  statistics->set_availablevcores(total.vcores - used.vcores);
  statistics->set_allocatedvcores(used.vcores);
  statistics->set_pendingvcores(pending.vcores);
  statistics->set_allocatedcontainers(static_cast<int64_t>(cluster.containers.size()));
  statistics->set_pendingcontainers(cluster.scheduler.pending_count());
  if (with_applications) {
    for (const auto& [id, application] : cluster.applications) *info.add_applications() = application_report(cluster, application, now);
  }
  return info;
}

YarnClusterMetricsProto cluster_metrics(const Cluster& cluster) {
  auto active = [&](NodeState state) {
    return static_cast<int32_t>(std::ranges::count_if(cluster.nodes, [&](const auto& entry) { return entry.second.state == state; }));
  };
  auto inactive = [&](NodeState state) {
    return static_cast<int32_t>(
        std::ranges::count_if(cluster.inactive_nodes, [&](const auto& entry) { return entry.second.state == state; }));
  };
  YarnClusterMetricsProto metrics;
  metrics.set_num_node_managers(static_cast<int32_t>(cluster.nodes.size()));
  metrics.set_num_active_nms(active(NodeState::kRunning));
  metrics.set_num_unhealthy_nms(active(NodeState::kUnhealthy));
  metrics.set_num_lost_nms(inactive(NodeState::kLost));
  metrics.set_num_rebooted_nms(inactive(NodeState::kRebooted));
  metrics.set_num_shutdown_nms(inactive(NodeState::kShutdown));
  metrics.set_num_decommissioned_nms(0);
  metrics.set_num_decommissioning_nms(0);
  return metrics;
}

}  // namespace tusker::resourcemanager
