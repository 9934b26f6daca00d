#include "nodemanager/ops/containers.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/log/log.h"

namespace tusker::nodemanager {

Containers::Containers(Env& env, Executor core, ContainerRunner& runner, Localizer& localizer, std::vector<AuxService*> services,
                       Duration kill_grace, size_t diagnostics_bytes_max)
    : env_(env),
      core_(core),
      runner_(runner),
      localizer_(localizer),
      services_(std::move(services)),
      kill_grace_(kill_grace),
      diagnostics_bytes_max_(diagnostics_bytes_max),
      changed_(env.clock),
      tasks_("containers") {}

Result<void> Containers::start(StartOrder order) {
  if (containers_.contains(order.id)) {
    return error(StatusCode::kYarn, fmt::format("Container {} already is running on this node!!", order.id.to_string()));
  }
  for (const auto& [name, data] : order.context.service_data) {
    bool known = std::ranges::any_of(services_, [&](const AuxService* service) { return service->name() == name; });
    if (!known) {
      return error(Status(StatusCode::kYarn, fmt::format("The auxService:{} does not exist", name))
                       .with_remote_class("org.apache.hadoop.yarn.exceptions.InvalidAuxServiceException"));
    }
  }
  const yarn::ApplicationId application_id = order.id.attempt.application;
  Application& application = applications_[application_id];
  if (application.ending) {
    return error(StatusCode::kYarn, fmt::format("Container {} rejected: its application is ending on this node", order.id.to_string()));
  }
  application.user = order.user;
  for (AuxService* service : services_) {
    auto data = order.context.service_data.find(service->name());
    if (data != order.context.service_data.end()) TRY_VOID(service->begin_application(application_id, order.user, data->second));
  }
  auto container = std::make_shared<Container>(order.id, order.user, order.resource);
  container->priority = order.priority;
  container->allocation_request_id = order.allocation_request_id;
  container->created_ms = order.created_ms;
  container->started_ms = env_.clock.wall_ms();
  container->set_diagnostics_bytes_max(diagnostics_bytes_max_);
  containers_.emplace(order.id, container);
  application.containers.insert(order.id);
  {
    MutexLock lock(counts_mutex_);
    ++counts_.launched;
    ++counts_.running;
    counts_.allocated += order.resource;
  }
  LOG_INFO("starting container={} user={} resource={}", order.id.to_string(), order.user, order.resource.to_string());
  tasks_.spawn(core_, run(std::move(container), std::move(order.context)));
  return {};
}

Task<void> Containers::run(std::shared_ptr<Container> container, LaunchContext context) {
  bool ended = false;
  co_await runner_.run(container, std::move(context), service_metadata(), [this, container, &ended] {
    if (container->done() && !ended) {
      ended = true;
      on_done(container);
    }
    note_change();
  });
  on_cleaned_up(*container);
}

void Containers::note_change() {
  change_pending_ = true;
  changed_.notify_all();
}

void Containers::on_done(const std::shared_ptr<Container>& container) {
  {
    MutexLock lock(counts_mutex_);
    --counts_.running;
    counts_.allocated -= container->resource;
    ++(container->exit_status() == 0 ? counts_.completed : container->kill_asked() ? counts_.killed : counts_.failed);
  }
}

// Its own directories are gone, so those of its application may go.
void Containers::on_cleaned_up(const Container& container) {
  const yarn::ApplicationId id = container.id.attempt.application;
  auto application = applications_.find(id);
  if (application == applications_.end()) return;
  application->second.containers.erase(container.id);
  if (application->second.ending && application->second.containers.empty())
    tasks_.spawn(core_, clear_application(id, application->second.user));
}

const Container* Containers::find(const yarn::ContainerId& id) const {
  auto container = containers_.find(id);
  return container == containers_.end() ? nullptr : container->second.get();
}

Result<void> Containers::stop(const yarn::ContainerId& id, int32_t reason, const std::string& text) {
  auto found = containers_.find(id);
  if (found == containers_.end()) {
    return error(StatusCode::kYarn, fmt::format("Container {} is not handled by this NodeManager", id.to_string()));
  }
  std::shared_ptr<Container> container = found->second;
  if (container->kill(reason, text, env_.clock.wall_ms())) tasks_.spawn(core_, runner_.kill(container, kill_grace_));
  if (container->done()) note_change();
  return {};
}

std::vector<yarn::ApplicationId> Containers::applications() const {
  std::vector<yarn::ApplicationId> ids;
  for (const auto& [id, application] : applications_) ids.push_back(id);
  return ids;
}

std::map<std::string, std::string> Containers::service_metadata() const {
  std::map<std::string, std::string> metadata;
  for (const AuxService* service : services_) metadata[service->name()] = service->metadata();
  return metadata;
}

ContainerCounts Containers::counts() const {
  MutexLock lock(counts_mutex_);
  return counts_;
}

void Containers::forget(const yarn::ContainerId& id) {
  auto container = containers_.find(id);
  if (container != containers_.end() && container->second->done()) containers_.erase(container);
}

void Containers::end_application(const yarn::ApplicationId& id) {
  auto found = applications_.find(id);
  if (found == applications_.end() || found->second.ending) return;
  found->second.ending = true;
  if (found->second.containers.empty()) {
    tasks_.spawn(core_, clear_application(id, found->second.user));
    return;
  }
  auto live = found->second.containers;
  for (const yarn::ContainerId& container : live) {
    static_cast<void>(stop(container, yarn::exit_status::kKilledAfterAppCompletion,
                           "Container killed on application-finish event: by order of the ResourceManager"));
  }
}

Task<void> Containers::clear_application(yarn::ApplicationId id, std::string user) {
  for (AuxService* service : services_) service->end_application(id);
  localizer_.forget_application(user, id.to_string());
  std::erase_if(containers_, [&](const auto& entry) { return entry.first.attempt.application == id && entry.second->done(); });
  applications_.erase(id);
  co_await runner_.remove_application(user, id.to_string());
  LOG_INFO("application cleared id={}", id.to_string());
}

Task<void> Containers::stop_all(Duration grace) {
  for (const auto& [id, container] : containers_) {
    if (!container->done()) static_cast<void>(stop(id, yarn::exit_status::kAborted, "Container killed: its NodeManager is shutting down"));
  }
  const Deadline end = env_.clock.after(grace);
  while (counts().running > 0 && env_.clock.now() < end) co_await env_.clock.sleep_for(std::chrono::milliseconds(5));
}

Task<void> Containers::stop() { co_await tasks_.stop(); }

}  // namespace tusker::nodemanager
