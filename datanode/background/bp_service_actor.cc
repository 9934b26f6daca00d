#include "datanode/background/bp_service_actor.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include <algorithm>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "datanode/background/block_report.h"
#include "datanode/store/version_file.h"

namespace tusker::datanode {
namespace {

using namespace hadoop::hdfs;            // NOLINT: the messages of one protocol
using namespace hadoop::hdfs::datanode;  // NOLINT

constexpr std::string_view kSoftwareVersion = "3.5.0";
constexpr Duration kRetryFirst = std::chrono::milliseconds(200);
constexpr Duration kRetryMax = std::chrono::seconds(1);
constexpr int64_t kFailuresPerLogLine = 30;
// How long a heartbeat waits to learn how full the volumes are before it says what it knew last.
constexpr Duration kUsagePatience = std::chrono::milliseconds(500);

NamespaceInfo to_info(const NamespaceInfoProto& proto) {
  return {static_cast<int32_t>(proto.storageinfo().namespceid()), proto.storageinfo().clusterid(), proto.blockpoolid(),
          static_cast<int64_t>(proto.storageinfo().ctime())};
}

// Errors that mean "register again" rather than "try again".
bool wants_registration(const tusker::Status& status) { return status.code() == StatusCode::kUnregisteredNode; }

// Whether the NameNode may not have taken in what was said; else it has, and refused it for good.
bool may_be_unheard(const tusker::Status& status) {
  switch (status.code()) {
    case StatusCode::kUnavailable:
    case StatusCode::kTimeout:
    case StatusCode::kEof:
    case StatusCode::kCancelled:
    case StatusCode::kRetriable:
    case StatusCode::kStandby:
    case StatusCode::kUnregisteredNode:
      return true;
    default:
      return false;
  }
}

}  // namespace

struct BPServiceActor::Turn {
  explicit Turn(BPServiceActor& a) : actor(&a) { actor->reporting_ = true; }
  Turn(Turn&& other) noexcept : actor(std::exchange(other.actor, nullptr)) {}
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (actor == nullptr) return;
    actor->reporting_ = false;
    actor->changed_.notify_all();
  }
  BPServiceActor* actor;
};

BPServiceActor::BPServiceActor(DataNodeContext& context, rpc::Client& client, Endpoint namenode, security::User user, Ports ports)
    : context_(context),
      namenode_(context.env, client, std::move(namenode), std::move(user)),
      ports_(ports),
      commands_(context, client, namenode_),
      strand_(context.env.make_strand()),
      changed_(context.env.clock),
      tasks_("the NameNode's actor") {}

void BPServiceActor::start(std::function<void(tusker::Status)> on_fatal) {
  on_fatal_ = std::move(on_fatal);
  context_.notifier.set_wake([this] { asio::post(strand_, [this] { wake(); }); });
  tasks_.spawn(strand_, run());
  tasks_.spawn(strand_, report_loop());
}

Task<void> BPServiceActor::stop() {
  co_await tasks_.stop();
  co_await commands_.stop();
  co_await run_on(strand_, [] {});  // behind every wake() that was posted
}

void BPServiceActor::wake() { changed_.notify_all(); }

void BPServiceActor::connection_lost(const Endpoint& server) {
  if (server != namenode_.address()) return;
  asio::post(strand_, [this] {
    heartbeat_now_ = true;
    wake();
  });
}

Task<BPServiceActor::Turn> BPServiceActor::take_turn() {
  while (reporting_) co_await changed_.wait(kNever);  // each turn is bounded by its call's deadline
  co_return Turn(*this);
}

// Learns the namespace, finds the replicas in it, and registers.
Task<Result<void>> BPServiceActor::handshake() {
  CO_TRY(const auto version, co_await namenode_.call<VersionResponseProto>("versionRequest", VersionRequestProto()));
  const NamespaceInfo info = to_info(version.info());
  if (!context_.dataset.attached()) {
    auto attached = co_await run_on(context_.env.disk_pool, [&dataset = context_.dataset, info] { return dataset.attach(info); });
    if (!attached) {
      on_fatal_(attached.error());
      co_return attached;
    }
    LOG_INFO("block pool {} has {} replicas", info.block_pool_id, context_.dataset.replica_count());
  } else if (!(info == context_.dataset.namespace_info())) {
    tusker::Status why(StatusCode::kIo, fmt::format("Incompatible clusterIDs or block pools: namenode {} {}; datanode {} {}",
                                                    info.cluster_id, info.block_pool_id, context_.dataset.namespace_info().cluster_id,
                                                    context_.dataset.namespace_info().block_pool_id));
    on_fatal_(why);
    co_return error(why);
  }
  co_return co_await register_datanode();
}

DatanodeRegistrationProto BPServiceActor::fresh_registration() const {
  DatanodeRegistrationProto out;
  auto* id = out.mutable_datanodeid();
  const std::string& host = context_.config.host_name;
  id->set_ipaddr(context_.config.transfer_bind.host);
  id->set_hostname(host.empty() ? context_.env.network.host_name() : host);
  id->set_datanodeuuid(context_.dataset.datanode_uuid());
  id->set_xferport(ports_.transfer);
  id->set_infoport(ports_.http);
  id->set_ipcport(ports_.ipc);
  id->set_infosecureport(0);
  const NamespaceInfo& info = context_.dataset.namespace_info();
  auto* storage = out.mutable_storageinfo();
  storage->set_layoutversion(static_cast<uint32_t>(kLayoutVersion));
  storage->set_namespceid(static_cast<uint32_t>(info.namespace_id));
  storage->set_clusterid(info.cluster_id);
  storage->set_ctime(static_cast<uint64_t>(info.creation_time));
  auto* keys = out.mutable_keys();
  keys->set_isblocktokenenabled(false);
  keys->set_keyupdateinterval(0);
  keys->set_tokenlifetime(0);
  keys->mutable_currentkey()->set_keyid(0);
  keys->mutable_currentkey()->set_expirydate(0);
  out.set_softwareversion(std::string(kSoftwareVersion));
  return out;
}

Task<Result<void>> BPServiceActor::register_datanode() {
  RegisterDatanodeRequestProto request;
  *request.mutable_registration() = fresh_registration();
  CO_TRY(const auto response, co_await namenode_.call<RegisterDatanodeResponseProto>("registerDatanode", request));
  if (response.registration().keys().isblocktokenenabled()) {
    LOG_WARN("the NameNode uses block tokens; this DataNode doesn't check them");
  }
  context_.identity.set(response.registration());
  LOG_INFO("registered with {} as {}:{}, uuid {}", namenode_.address().to_string(), response.registration().datanodeid().ipaddr(),
           ports_.transfer, context_.dataset.datanode_uuid());
  const auto delay_ms = std::chrono::duration_cast<std::chrono::milliseconds>(context_.config.block_report_initial_delay).count();
  const Duration delay = std::chrono::milliseconds(delay_ms > 0 ? context_.env.random.below(static_cast<uint64_t>(delay_ms)) : 0);
  full_report_due_ = context_.env.clock.after(delay);
  lease_id_ = 0;
  registered_.store(true, std::memory_order_release);
  wake();
  co_return Result<void>();
}

Task<void> BPServiceActor::run() {
  Duration backoff = kRetryFirst;
  int64_t failures = 0;  // in a row
  for (;;) {
    const bool was_registered = registered();
    auto done = was_registered ? co_await heartbeat() : co_await handshake();
    if (!done && wants_registration(done.error())) registered_.store(false, std::memory_order_release);
    if (context_.dataset.attached() && context_.dataset.too_many_failed()) {
      on_fatal_(
          tusker::Status(StatusCode::kIo, fmt::format("{} volumes have failed, more than dfs.datanode.failed.volumes.tolerated allows",
                                                      context_.dataset.failed_volumes())));
    }
    heartbeat_now_ = false;
    Deadline next = context_.env.clock.after(context_.config.heartbeat_interval);
    if (!done) {
      if (failures++ % kFailuresPerLogLine == 0) {
        LOG_WARN("{} {}: {}", was_registered ? "heartbeat to" : "registration with", namenode_.address().to_string(),
                 done.error().message());
      }
      next = context_.env.clock.after(backoff);
      backoff = std::min(2 * backoff, kRetryMax);
    } else {
      backoff = kRetryFirst;
      failures = 0;
      // Just registered, or to register again, or the lease for the full report has come: go on at once.
      if (!was_registered || !registered() || lease_id_ != 0) continue;
    }
    while (!heartbeat_now_ && context_.env.clock.now() < next) {
      if (context_.notifier.take_full_request()) {
        full_report_due_ = context_.env.clock.now();
        break;
      }
      co_await changed_.wait(next);
    }
  }
}

Task<Result<void>> BPServiceActor::heartbeat() {
  const bool due = context_.env.clock.now() >= full_report_due_;
  if (due && lease_id_ != 0) {
    const uint64_t lease = std::exchange(lease_id_, 0);
    CO_TRY_VOID(co_await full_report(lease));
  }
  const auto usage = co_await recent_usage();
  HeartbeatRequestProto request;
  *request.mutable_registration() = context_.identity.get();
  for (const StorageUsage& storage : usage) *request.add_reports() = to_report(storage);
  request.set_xmitsinprogress(static_cast<uint32_t>(std::max<int64_t>(0, context_.metrics.xmits_in_progress)));
  request.set_xceivercount(static_cast<uint32_t>(std::max<int64_t>(0, context_.metrics.xceivers)));
  request.set_failedvolumes(static_cast<uint32_t>(context_.dataset.failed_volumes()));
  request.set_cachecapacity(0);
  request.set_cacheused(0);
  request.set_requestfullblockreportlease(context_.env.clock.now() >= full_report_due_);
  CO_TRY(const auto response, co_await namenode_.call<HeartbeatResponseProto>("sendHeartbeat", request));
  ++context_.metrics.heartbeats;
  if (response.fullblockreportleaseid() != 0) lease_id_ = response.fullblockreportleaseid();
  const bool active = response.hastatus().state() == NNHAStatusHeartbeatProto::ACTIVE;
  for (const auto& command : response.cmds()) {
    if (!active && command.cmdtype() != DatanodeCommandProto::RegisterCommand) continue;
    if (commands_.obey(command)) registered_.store(false, std::memory_order_release);
  }
  if (!context_.notifier.empty()) co_return co_await incremental_report();
  co_return Result<void>();
}

Task<void> BPServiceActor::refresh_usage() {
  co_await run_on(context_.env.disk_pool, [&dataset = context_.dataset] { return dataset.usage(); });
  refreshing_usage_ = false;
  changed_.notify_all();
}

// Disks that hang must not make the NameNode think that this DataNode is dead.
Task<std::vector<StorageUsage>> BPServiceActor::recent_usage() {
  const Deadline patience = context_.env.clock.after(kUsagePatience);
  if (!std::exchange(refreshing_usage_, true)) tasks_.spawn(strand_, refresh_usage());
  while (refreshing_usage_ && context_.env.clock.now() < patience) co_await changed_.wait(patience);
  co_return context_.dataset.last_usage();
}

Task<Result<void>> BPServiceActor::full_report(uint64_t lease_id) {
  CO_TRY_VOID(co_await incremental_report());
  const Turn turn = co_await take_turn();
  const auto usage = co_await run_on(context_.env.disk_pool, [&dataset = context_.dataset] { return dataset.usage(); });
  BlockReportRequestProto request;
  *request.mutable_registration() = context_.identity.get();
  request.set_blockpoolid(context_.dataset.namespace_info().block_pool_id);
  const bool split = context_.dataset.replica_count() >= context_.config.block_report_split_threshold;
  auto* context = request.mutable_context();
  context->set_totalrpcs(split ? static_cast<int32_t>(usage.size()) : 1);
  context->set_id(static_cast<int64_t>(context_.env.random.next_u64() >> 1));
  context->set_leaseid(lease_id);
  size_t blocks = 0;
  for (size_t i = 0; i < usage.size(); ++i) {
    auto* report = request.add_reports();
    *report->mutable_storage() = to_storage(usage[i]);
    const auto replicas =
        co_await run_on(context_.env.disk_pool, [&dataset = context_.dataset, volume = usage[i].volume] { return dataset.report(volume); });
    set_blocks(*report, replicas);
    blocks += replicas.size();
    if (!split && i + 1 < usage.size()) continue;
    context->set_currpc(split ? static_cast<int32_t>(i) : 0);
    CO_TRY(const auto response, co_await namenode_.call<BlockReportResponseProto>("blockReport", request));
    if (response.has_cmd() && commands_.obey(response.cmd())) registered_.store(false, std::memory_order_release);
    request.clear_reports();
  }
  ++context_.metrics.block_reports;
  full_report_due_ = context_.env.clock.after(context_.config.block_report_interval);
  LOG_INFO("reported {} blocks on {} storages", blocks, usage.size());
  co_return Result<void>();
}

// Sends reports as soon as something urgent is there. While one is under way, what comes gathers for the next.
Task<void> BPServiceActor::report_loop() {
  Duration backoff = kRetryFirst;
  for (;;) {
    while (!registered() || !context_.notifier.urgent()) co_await changed_.wait(kNever);  // notify() and registration wake
    auto sent = co_await incremental_report();
    if (sent) sent = co_await report_bad();
    if (sent) {
      backoff = kRetryFirst;
      continue;
    }
    LOG_WARN("incremental report to {}: {}", namenode_.address().to_string(), sent.error().message());
    if (wants_registration(sent.error())) registered_.store(false, std::memory_order_release);
    heartbeat_now_ = true;
    wake();
    co_await context_.env.clock.sleep_for(backoff);
    backoff = std::min(2 * backoff, kRetryMax);
  }
}

Task<Result<void>> BPServiceActor::incremental_report() {
  const Turn turn = co_await take_turn();
  PendingReports::ByStorage events = context_.notifier.take();
  if (events.empty()) co_return Result<void>();
  BlockReceivedAndDeletedRequestProto request;
  *request.mutable_registration() = context_.identity.get();
  request.set_blockpoolid(context_.dataset.namespace_info().block_pool_id);
  for (const auto& volume : context_.dataset.volumes()) {
    const auto at = events.find(volume->storage_uuid());
    if (at == events.end()) continue;
    StorageUsage storage;
    storage.storage_uuid = volume->storage_uuid();
    storage.type = volume->type();
    *request.add_blocks() = to_received_deleted(storage, at->second);
  }
  const auto response = co_await namenode_.call<BlockReceivedAndDeletedResponseProto>("blockReceivedAndDeleted", request);
  if (!response) {
    context_.notifier.restore(std::move(events));
    co_return error(response.error());
  }
  ++context_.metrics.incremental_block_reports;
  co_return Result<void>();
}

Task<Result<void>> BPServiceActor::report_bad() {
  auto blocks = context_.notifier.take_bad();
  if (blocks.empty()) co_return Result<void>();
  ReportBadBlocksRequestProto request;
  request.mutable_blocks()->Assign(blocks.begin(), blocks.end());
  const auto response = co_await namenode_.call<ReportBadBlocksResponseProto>("reportBadBlocks", request);
  if (response) co_return Result<void>();
  if (may_be_unheard(response.error())) context_.notifier.restore_bad(std::move(blocks));
  co_return error(response.error());
}

}  // namespace tusker::datanode
