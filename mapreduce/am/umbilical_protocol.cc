#include "mapreduce/am/umbilical_protocol.h"

#include <algorithm>

#include "common/async/run_on.h"
#include "mapreduce/am/job_files.h"

namespace tusker::mapreduce {
namespace {

// No answer is held back longer.
constexpr int32_t kWaitMaxMs = 10'000;
constexpr Duration kTaskWait = std::chrono::milliseconds(50);

using rpc::CallContext;

struct Handlers {
  JobMaster* master;

  Task<Result<GetTaskResponseProto>> get_task(CallContext, GetTaskRequestProto request) const {
    JobMaster* m = master;
    GetTaskResponseProto response = co_await run_on(m->strand(), [m, &request] { return m->get_task(request); });
    // What waits asks again soon; a change may have brought it something.
    if (response.wait()) co_await m->wait_for_change(JobMaster::Change::kTasks, kTaskWait);
    co_return response;
  }
  Task<Result<StatusUpdateResponseProto>> status_update(CallContext, StatusUpdateRequestProto request) const {
    JobMaster* m = master;
    co_return co_await run_on(m->strand(), [m, &request] { return m->status_update(request); });
  }
  Task<Result<MayCommitResponseProto>> may_commit(CallContext, MayCommitRequestProto request) const {
    JobMaster* m = master;
    MayCommitResponseProto response;
    response.set_may_commit(co_await run_on(m->strand(), [m, &request] { return m->may_commit(request.attempt_id()); }));
    co_return response;
  }
  Task<Result<DoneResponseProto>> done(CallContext, DoneRequestProto request) const {
    JobMaster* m = master;
    DoneResponseProto response;
    response.set_accepted(
        co_await run_on(m->strand(), [m, &request] { return m->done(request.attempt_id(), from_proto(request.counters())); }));
    co_return response;
  }
  Task<Result<FailedResponseProto>> failed(CallContext, FailedRequestProto request) const {
    JobMaster* m = master;
    co_await run_on(m->strand(), [m, &request] { m->failed(request.attempt_id(), request.diagnostics()); });
    co_return FailedResponseProto();
  }
  Task<Result<MapEventsResponseProto>> map_events(CallContext, MapEventsRequestProto request) const {
    JobMaster* m = master;
    int32_t wait_ms = std::clamp(request.wait_ms(), 0, kWaitMaxMs);
    while (true) {
      MapEventsResponseProto response = co_await run_on(m->strand(), [m, &request] { return m->map_events(request); });
      if (response.events_size() > 0 || !response.found() || wait_ms <= 0) co_return response;
      co_await m->wait_for_change(JobMaster::Change::kTasks, std::chrono::milliseconds(wait_ms));
      wait_ms -= kChangeMs;
    }
  }
  Task<Result<JobReportResponseProto>> job_report(CallContext, JobReportRequestProto request) const {
    JobMaster* m = master;
    int32_t wait_ms = std::clamp(request.wait_ms(), 0, kWaitMaxMs);
    while (true) {
      JobReportResponseProto response = co_await run_on(m->strand(), [m] { return m->report(); });
      const bool ended = response.state() != JOB_RUNNING;
      if (ended) co_await run_on(m->strand(), [m] { m->note_final_fetched(); });
      const bool same = std::abs(response.map_progress() - request.known_map_progress()) < kProgressStep &&
                        std::abs(response.reduce_progress() - request.known_reduce_progress()) < kProgressStep;
      if (ended || !same || wait_ms <= 0) co_return response;
      co_await m->wait_for_change(JobMaster::Change::kProgress, std::chrono::milliseconds(wait_ms));
      wait_ms -= kChangeMs;
    }
  }

 private:
  static constexpr float kProgressStep = 0.01F;
  static constexpr int32_t kChangeMs = 20;  // what a change that brought nothing counts for
};

}  // namespace

rpc::Protocol umbilical_protocol(JobMaster& master) {
  Handlers handlers{&master};
  auto bind = [handlers](auto function) {
    return [handlers, function](CallContext context, auto request) { return (handlers.*function)(std::move(context), std::move(request)); };
  };
  rpc::Protocol protocol;
  protocol.name = kUmbilicalProtocol;
  auto add = [&]<class Request, class Response>(std::string_view name,
                                                Task<Result<Response>> (Handlers::*function)(CallContext, Request) const) {
    protocol.methods.push_back(rpc::method<Request, Response>(name, {}, bind(function)));
  };
  add("getTask", &Handlers::get_task);
  add("statusUpdate", &Handlers::status_update);
  add("mayCommit", &Handlers::may_commit);
  add("done", &Handlers::done);
  add("failed", &Handlers::failed);
  add("getMapEvents", &Handlers::map_events);
  add("getJobReport", &Handlers::job_report);
  return protocol;
}

Result<std::string> JobTokenAuthenticator::password_of(std::string_view identifier) {
  if (identifier != token_.identifier) return error(StatusCode::kInvalidToken, "token of another job");
  return token_.password;
}

Result<security::User> JobTokenAuthenticator::user_of(std::string_view) { return user_; }

}  // namespace tusker::mapreduce
