#include <fmt/format.h>

#include <algorithm>

#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "common/yarn/schema.h"
#include "resourcemanager/ops/submit_application.h"
#include "resourcemanager/rpc/convert.h"
#include "resourcemanager/rpc/protocols.h"

// ApplicationClientProtocol (ClientRMService).

namespace tusker::resourcemanager {

using namespace hadoop::yarn;

namespace {

// Runs `fn` on the core and passes its Result on.
template <class Response, class Fn>
Task<Result<Response>> on_core(Services& services, Fn fn) {
  co_return co_await services.core.run(std::move(fn));
}

Task<Result<GetNewApplicationResponseProto>> get_new_application(Services& services) {
  co_return co_await on_core<GetNewApplicationResponseProto>(services, [](Cluster& cluster, Now) -> Result<GetNewApplicationResponseProto> {
    GetNewApplicationResponseProto response;
    *response.mutable_application_id() = yarn::to_proto(new_application(cluster));
    *response.mutable_maximumcapability() = yarn::to_proto(cluster.scheduler.maximum());
    return response;
  });
}

Task<Result<SubmitApplicationResponseProto>> submit(Services& services, rpc::CallContext context, SubmitApplicationRequestProto request) {
  CO_TRY(Submission submission, submission_of(request.application_submission_context(), context.user.name));
  co_return co_await on_core<SubmitApplicationResponseProto>(
      services, [submission = std::move(submission)](Cluster& cluster, Now now) mutable -> Result<SubmitApplicationResponseProto> {
        TRY_VOID(submit_application(cluster, std::move(submission), now));
        return SubmitApplicationResponseProto();
      });
}

Task<Result<GetApplicationReportResponseProto>> get_application_report(Services& services, GetApplicationReportRequestProto request) {
  co_return co_await on_core<GetApplicationReportResponseProto>(
      services, [id = yarn::from_proto(request.application_id())](Cluster& cluster, Now now) -> Result<GetApplicationReportResponseProto> {
        TRY(Application * application, cluster.get(id));
        GetApplicationReportResponseProto response;
        *response.mutable_application_report() = application_report(cluster, *application, now);
        return response;
      });
}

template <class List, class Value>
bool lists(const List& list, const Value& value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool matches(const Application& application, const GetApplicationsRequestProto& filter) {
  const Submission& submission = application.submission;
  auto in_range = [](int64_t value, bool has_begin, int64_t begin, bool has_end, int64_t end) {
    return (!has_begin || value >= begin) && (!has_end || value <= end);
  };
  bool type_ok = filter.application_types().empty() || std::ranges::any_of(filter.application_types(), [&](const std::string& type) {
                   return lower(type) == lower(submission.type);
                 });
  bool queue_ok = filter.queues().empty() || std::ranges::any_of(filter.queues(), [&](const std::string& queue) {
                    return queue == submission.queue || "root." + queue == submission.queue;
                  });
  bool tag_ok = filter.applicationtags().empty() || std::ranges::any_of(filter.applicationtags(), [&](const std::string& tag) {
                  return std::ranges::find(submission.tags, lower(tag)) != submission.tags.end();
                });
  return type_ok && queue_ok && tag_ok && lists(filter.users(), submission.user) &&
         lists(filter.application_states(), static_cast<int>(to_proto(application.state))) &&
         (!filter.has_name() || filter.name() == submission.name) &&
         in_range(application.submit_ms, filter.has_start_begin(), filter.start_begin(), filter.has_start_end(), filter.start_end()) &&
         in_range(application.finish_ms, filter.has_finish_begin(), filter.finish_begin(), filter.has_finish_end(), filter.finish_end());
}

Task<Result<GetApplicationsResponseProto>> get_applications(Services& services, rpc::CallContext context,
                                                            GetApplicationsRequestProto request) {
  if (request.scope() == OWN) request.add_users(context.user.name);
  co_return co_await on_core<GetApplicationsResponseProto>(
      services, [request = std::move(request)](Cluster& cluster, Now now) -> Result<GetApplicationsResponseProto> {
        GetApplicationsResponseProto response;
        for (const auto& [id, application] : cluster.applications) {
          if (request.has_limit() && response.applications_size() >= request.limit()) break;
          if (matches(application, request)) *response.add_applications() = application_report(cluster, application, now);
        }
        return response;
      });
}

Task<Result<KillApplicationResponseProto>> force_kill_application(Services& services, rpc::CallContext context,
                                                                  KillApplicationRequestProto request) {
  yarn::ApplicationId id = yarn::from_proto(request.application_id());
  std::string diagnostics =
      fmt::format("Application {} was killed by user {} at {}", id.to_string(), context.user.name, context.remote.host);
  if (request.has_diagnostics()) diagnostics += " with diagnostic message: " + request.diagnostics();
  co_return co_await on_core<KillApplicationResponseProto>(
      services, [id, diagnostics](Cluster& cluster, Now now) -> Result<KillApplicationResponseProto> {
        TRY(bool complete, kill_application(cluster, id, diagnostics, now));
        KillApplicationResponseProto response;
        response.set_is_kill_completed(complete);
        return response;
      });
}

Task<Result<FailApplicationAttemptResponseProto>> fail_attempt(Services& services, FailApplicationAttemptRequestProto request) {
  co_return co_await on_core<FailApplicationAttemptResponseProto>(
      services,
      [id = yarn::from_proto(request.application_attempt_id())](Cluster& cluster, Now now) -> Result<FailApplicationAttemptResponseProto> {
        TRY_VOID(fail_application_attempt(cluster, id, now));
        return FailApplicationAttemptResponseProto();
      });
}

Task<Result<GetClusterMetricsResponseProto>> get_cluster_metrics(Services& services) {
  co_return co_await on_core<GetClusterMetricsResponseProto>(services, [](Cluster& cluster, Now) -> Result<GetClusterMetricsResponseProto> {
    GetClusterMetricsResponseProto response;
    *response.mutable_cluster_metrics() = cluster_metrics(cluster);
    return response;
  });
}

Task<Result<GetClusterNodesResponseProto>> get_cluster_nodes(Services& services, GetClusterNodesRequestProto request) {
  co_return co_await on_core<GetClusterNodesResponseProto>(
      services, [request = std::move(request)](Cluster& cluster, Now) -> Result<GetClusterNodesResponseProto> {
        GetClusterNodesResponseProto response;
        for (const auto* nodes : {&cluster.nodes, &cluster.inactive_nodes}) {
          for (const auto& [id, node] : *nodes) {
            if (lists(request.nodestates(), static_cast<int>(to_proto(node.state)))) *response.add_nodereports() = node_report(node);
          }
        }
        return response;
      });
}

Task<Result<GetQueueInfoResponseProto>> get_queue_info(Services& services, GetQueueInfoRequestProto request) {
  co_return co_await on_core<GetQueueInfoResponseProto>(
      services, [request = std::move(request)](Cluster& cluster, Now now) -> Result<GetQueueInfoResponseProto> {
        GetQueueInfoResponseProto response;
        QueueInfoProto leaf = queue_info(cluster, request.includeapplications(), now);
        if (request.queuename() == "default" || request.queuename() == "root.default") {
          *response.mutable_queueinfo() = std::move(leaf);
          return response;
        }
        if (request.queuename() != "root") return error(StatusCode::kYarn, "Unknown queue: " + request.queuename());
        QueueInfoProto& root = *response.mutable_queueinfo();
        root = leaf;
        root.set_queuename("root");
        root.set_queuepath("root");
        root.clear_applications();
        if (request.includechildqueues()) *root.add_childqueues() = std::move(leaf);
        return response;
      });
}

Task<Result<GetQueueUserAclsInfoResponseProto>> get_queue_user_acls() {
  GetQueueUserAclsInfoResponseProto response;
  for (const char* queue : {"root", "root.default"}) {
    auto* acls = response.add_queueuseracls();
    acls->set_queuename(queue);
    acls->add_useracls(QACL_SUBMIT_APPLICATIONS);
    acls->add_useracls(QACL_ADMINISTER_QUEUE);
  }
  co_return response;
}

Task<Result<GetApplicationAttemptsResponseProto>> get_application_attempts(Services& services, GetApplicationAttemptsRequestProto request) {
  co_return co_await on_core<GetApplicationAttemptsResponseProto>(
      services, [id = yarn::from_proto(request.application_id())](Cluster& cluster, Now) -> Result<GetApplicationAttemptsResponseProto> {
        TRY(Application * application, cluster.get(id));
        GetApplicationAttemptsResponseProto response;
        for (const Attempt& attempt : application->attempts) *response.add_application_attempts() = attempt_report(cluster, attempt);
        return response;
      });
}

Result<const Attempt*> get_attempt(Cluster& cluster, const yarn::ApplicationAttemptId& id) {
  TRY(Application * application, cluster.get(id.application));
  if (const Attempt* attempt = application->find(id)) return attempt;
  return error(StatusCode::kApplicationAttemptNotFound,
               fmt::format("ApplicationAttempt with id '{}' doesn't exist in RM.", id.to_string()));
}

Task<Result<GetApplicationAttemptReportResponseProto>> get_application_attempt_report(Services& services,
                                                                                      GetApplicationAttemptReportRequestProto request) {
  co_return co_await on_core<GetApplicationAttemptReportResponseProto>(
      services,
      [id = yarn::from_proto(request.application_attempt_id())](Cluster& cluster, Now) -> Result<GetApplicationAttemptReportResponseProto> {
        TRY(const Attempt* attempt, get_attempt(cluster, id));
        GetApplicationAttemptReportResponseProto response;
        *response.mutable_application_attempt_report() = attempt_report(cluster, *attempt);
        return response;
      });
}

Task<Result<GetContainersResponseProto>> get_containers(Services& services, GetContainersRequestProto request) {
  co_return co_await on_core<GetContainersResponseProto>(
      services, [id = yarn::from_proto(request.application_attempt_id())](Cluster& cluster, Now) -> Result<GetContainersResponseProto> {
        TRY(const Attempt* attempt, get_attempt(cluster, id));
        GetContainersResponseProto response;
        for (const auto& container : attempt->containers)
          *response.add_containers() = container_report(cluster, cluster.containers.at(container));
        return response;
      });
}

Task<Result<GetContainerReportResponseProto>> get_container_report(Services& services, GetContainerReportRequestProto request) {
  co_return co_await on_core<GetContainerReportResponseProto>(
      services, [id = yarn::from_proto(request.container_id())](Cluster& cluster, Now) -> Result<GetContainerReportResponseProto> {
        TRY_VOID(get_attempt(cluster, id.attempt));
        auto container = cluster.containers.find(id);
        if (container == cluster.containers.end()) {
          return error(StatusCode::kContainerNotFound, fmt::format("Container with id '{}' doesn't exist in RM.", id.to_string()));
        }
        GetContainerReportResponseProto response;
        *response.mutable_container_report() = container_report(cluster, container->second);
        return response;
      });
}

Task<Result<GetAllResourceTypeInfoResponseProto>> get_resource_type_info() {
  GetAllResourceTypeInfoResponseProto response;
  for (auto [name, units] : {std::pair{"memory-mb", "Mi"}, std::pair{"vcores", ""}}) {
    auto* type = response.add_resource_type_info();
    type->set_name(name);
    type->set_units(units);
    type->set_type(COUNTABLE);
  }
  co_return response;
}

std::unexpected<Status> profiles_disabled() {
  return error(Status(StatusCode::kYarn,
                      "Resource profile is not enabled, please enable resource profile feature before using its functions. "
                      "(by setting yarn.resourcemanager.resource-profiles.enabled to true)")
                   .with_remote_class("org.apache.hadoop.yarn.exceptions.YARNFeatureNotEnabledException"));
}

// Answers of a cluster without node labels, attributes and priorities.
template <class Request, class Response>
rpc::Method empty_answer(std::string_view name) {
  return rpc::method<Request, Response>(name, {}, [](rpc::CallContext, Request) -> Task<Result<Response>> { co_return Response(); });
}

std::vector<rpc::Method> reads(Services* s) {
  using rpc::CallContext;
  return {
      rpc::method<GetApplicationReportRequestProto, GetApplicationReportResponseProto>(
          "getApplicationReport", {},
          [s](CallContext, GetApplicationReportRequestProto r) { return get_application_report(*s, std::move(r)); }),
      rpc::method<GetApplicationsRequestProto, GetApplicationsResponseProto>(
          "getApplications", {},
          [s](CallContext c, GetApplicationsRequestProto r) { return get_applications(*s, std::move(c), std::move(r)); }),
      rpc::method<GetClusterMetricsRequestProto, GetClusterMetricsResponseProto>(
          "getClusterMetrics", {}, [s](CallContext, GetClusterMetricsRequestProto) { return get_cluster_metrics(*s); }),
      rpc::method<GetClusterNodesRequestProto, GetClusterNodesResponseProto>(
          "getClusterNodes", {}, [s](CallContext, GetClusterNodesRequestProto r) { return get_cluster_nodes(*s, std::move(r)); }),
      rpc::method<GetQueueInfoRequestProto, GetQueueInfoResponseProto>(
          "getQueueInfo", {}, [s](CallContext, GetQueueInfoRequestProto r) { return get_queue_info(*s, std::move(r)); }),
      rpc::method<GetQueueUserAclsInfoRequestProto, GetQueueUserAclsInfoResponseProto>(
          "getQueueUserAcls", {}, [](CallContext, GetQueueUserAclsInfoRequestProto) { return get_queue_user_acls(); }),
      rpc::method<GetApplicationAttemptReportRequestProto, GetApplicationAttemptReportResponseProto>(
          "getApplicationAttemptReport", {},
          [s](CallContext, GetApplicationAttemptReportRequestProto r) { return get_application_attempt_report(*s, std::move(r)); }),
      rpc::method<GetApplicationAttemptsRequestProto, GetApplicationAttemptsResponseProto>(
          "getApplicationAttempts", {},
          [s](CallContext, GetApplicationAttemptsRequestProto r) { return get_application_attempts(*s, std::move(r)); }),
      rpc::method<GetContainerReportRequestProto, GetContainerReportResponseProto>(
          "getContainerReport", {}, [s](CallContext, GetContainerReportRequestProto r) { return get_container_report(*s, std::move(r)); }),
      rpc::method<GetContainersRequestProto, GetContainersResponseProto>(
          "getContainers", {}, [s](CallContext, GetContainersRequestProto r) { return get_containers(*s, std::move(r)); }),
      rpc::method<GetAllResourceTypeInfoRequestProto, GetAllResourceTypeInfoResponseProto>(
          "getResourceTypeInfo", {}, [](CallContext, GetAllResourceTypeInfoRequestProto) { return get_resource_type_info(); }),
      rpc::method<GetAllResourceProfilesRequestProto, GetAllResourceProfilesResponseProto>(
          "getResourceProfiles", {},
          [](CallContext, GetAllResourceProfilesRequestProto) -> Task<Result<GetAllResourceProfilesResponseProto>> {
            co_return profiles_disabled();
          }),
      rpc::method<GetResourceProfileRequestProto, GetResourceProfileResponseProto>(
          "getResourceProfile", {},
          [](CallContext, GetResourceProfileRequestProto) -> Task<Result<GetResourceProfileResponseProto>> {
            co_return profiles_disabled();
          }),
      empty_answer<GetNodesToLabelsRequestProto, GetNodesToLabelsResponseProto>("getNodeToLabels"),
      empty_answer<GetLabelsToNodesRequestProto, GetLabelsToNodesResponseProto>("getLabelsToNodes"),
      empty_answer<GetClusterNodeLabelsRequestProto, GetClusterNodeLabelsResponseProto>("getClusterNodeLabels"),
      empty_answer<GetClusterNodeAttributesRequestProto, GetClusterNodeAttributesResponseProto>("getClusterNodeAttributes"),
      empty_answer<GetAttributesToNodesRequestProto, GetAttributesToNodesResponseProto>("getAttributesToNodes"),
      empty_answer<GetNodesToAttributesRequestProto, GetNodesToAttributesResponseProto>("getNodesToAttributes"),
  };
}

std::vector<rpc::Method> mutations(Services* s) {
  using rpc::CallContext;
  constexpr rpc::MethodPolicy kMutates{.mutates = true};
  return {
      rpc::method<GetNewApplicationRequestProto, GetNewApplicationResponseProto>(
          "getNewApplication", kMutates, [s](CallContext, GetNewApplicationRequestProto) { return get_new_application(*s); }),
      rpc::method<SubmitApplicationRequestProto, SubmitApplicationResponseProto>(
          "submitApplication", kMutates,
          [s](CallContext c, SubmitApplicationRequestProto r) { return submit(*s, std::move(c), std::move(r)); }),
      rpc::method<KillApplicationRequestProto, KillApplicationResponseProto>(
          "forceKillApplication", kMutates,
          [s](CallContext c, KillApplicationRequestProto r) { return force_kill_application(*s, std::move(c), std::move(r)); }),
      rpc::method<FailApplicationAttemptRequestProto, FailApplicationAttemptResponseProto>(
          "failApplicationAttempt", kMutates,
          [s](CallContext, FailApplicationAttemptRequestProto r) { return fail_attempt(*s, std::move(r)); }),
  };
}

}  // namespace

rpc::Protocol application_client_protocol(Services& services) {
  rpc::Protocol protocol;
  protocol.name = yarn::kApplicationClientProtocol;
  protocol.service = yarn::application_client_service();
  protocol.methods = reads(&services);
  for (rpc::Method& method : mutations(&services)) protocol.methods.push_back(std::move(method));
  protocol.unsupported = {"getDelegationToken", "renewDelegationToken",      "cancelDelegationToken", "moveApplicationAcrossQueues",
                          "getNewReservation",  "submitReservation",         "updateReservation",     "deleteReservation",
                          "listReservations",   "updateApplicationPriority", "signalToContainer",     "updateApplicationTimeouts"};
  return protocol;
}

}  // namespace tusker::resourcemanager
