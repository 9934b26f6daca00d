#include "client/hdfs/client_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/log/log.h"
#include "hdfs/ClientNamenodeProtocol.pb.h"

namespace tusker::client {
namespace {

constexpr std::string_view kClientProtocol = "org.apache.hadoop.hdfs.protocol.ClientProtocol";
constexpr Duration kRetryFirst = std::chrono::milliseconds(50);
constexpr Duration kRetryPauseMax = std::chrono::seconds(1);
// Half of the time after which a NameNode lets others take an open file.
constexpr Duration kRenewInterval = std::chrono::seconds(30);
constexpr Duration kRenewRetry = std::chrono::seconds(1);

// Safe mode ends by itself when the NameNode has just started, but not when somebody turned it on.
bool worth_repeating(const Status& status) {
  switch (status.code()) {
    case StatusCode::kUnavailable:
    case StatusCode::kRetriable:
    case StatusCode::kStandby:
      return true;
    case StatusCode::kSafeMode:
      return status.message().find("Safe mode will be turned off automatically") != std::string::npos;
    default:
      return false;
  }
}

}  // namespace

ClientContext::ClientContext(Env& e, const config::Config& config, Endpoint address, security::User user)
    : env(e),
      rpc(e),
      namenode{std::move(address), std::string(kClientProtocol), std::move(user), std::nullopt},
      client_name(fmt::format("DFSClient_NONMAPREDUCE_{}_1", static_cast<int32_t>(e.random.next_u64()))),
      tasks("an HDFS client") {
  auto read = read_settings(config);
  if (read) {
    settings = std::move(*read);
  } else {
    bad_settings = std::move(read).error();
  }
}

Task<Result<std::string>> ClientContext::call_bytes(std::string method, std::string parameter) {
  if (bad_settings) co_return error(*bad_settings);
  const int32_t call_id = rpc.next_call_id();
  const Deadline patience = env.clock.after(settings.namenode_retry);
  Duration pause = kRetryFirst;
  for (int32_t retry = 0;; ++retry) {
    auto result = co_await rpc.call_bytes(namenode, method, parameter, env.clock.after(settings.rpc_timeout), call_id, retry);
    if (result || !worth_repeating(result.error()) || env.clock.now() + pause > patience) co_return result;
    LOG_WARN("Retrying connect to server: {}. Already tried {} time(s): {}", namenode.server.to_string(), retry + 1,
             result.error().message());
    const auto jitter = std::chrono::milliseconds(env.random.below(static_cast<uint64_t>(pause / std::chrono::milliseconds(1)) + 1));
    co_await env.clock.sleep_for(pause / 2 + jitter);
    pause = std::min(2 * pause, kRetryPauseMax);
  }
}

void ClientContext::file_opened() {
  ++open_files;
  if (!renewing.exchange(true)) tasks.spawn(env.make_strand(), renew_leases());
}

// org.apache.hadoop.hdfs.client.impl.LeaseRenewer.
Task<void> ClientContext::renew_leases() {
  Duration pause = kRenewInterval;
  for (;;) {
    co_await env.clock.sleep_for(pause);
    pause = kRenewInterval;
    if (open_files == 0) continue;
    hadoop::hdfs::RenewLeaseRequestProto request;
    request.set_clientname(client_name);
    const auto renewed = co_await call<hadoop::hdfs::RenewLeaseResponseProto>("renewLease", request);
    if (renewed) continue;
    LOG_WARN("Failed to renew lease for [{}]: {}; will retry shortly", client_name, renewed.error().message());
    pause = kRenewRetry;
  }
}

}  // namespace tusker::client
