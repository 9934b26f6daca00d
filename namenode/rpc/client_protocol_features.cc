// Erasure coding, encryption zones and the cache: features that are off here. What only asks is answered as by a NameNode on which nobody
// used them; what would use them is refused as by one that can't.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "namenode/ops/attribute_operations.h"
#include "namenode/rpc/client_protocol.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

namespace {

// SystemErasureCodingPolicies, in the order of their names; clients know the rest by the number.
struct ErasureCodingPolicy {
  std::string_view name;
  uint32_t id;
  int data_units;
  int parity_units;
};
constexpr std::array kErasureCodingPolicies = {
    ErasureCodingPolicy{"RS-10-4-1024k", 5, 10, 4}, ErasureCodingPolicy{"RS-3-2-1024k", 2, 3, 2},
    ErasureCodingPolicy{"RS-6-3-1024k", 1, 6, 3},   ErasureCodingPolicy{"RS-LEGACY-6-3-1024k", 3, 6, 3},
    ErasureCodingPolicy{"XOR-2-1-1024k", 4, 2, 1},
};
constexpr std::string_view kDefaultErasureCoding = "RS-6-3-1024k";

const ErasureCodingPolicy* find_policy(std::string_view name) {
  const auto it = std::ranges::find(kErasureCodingPolicies, name, &ErasureCodingPolicy::name);
  return it == kErasureCodingPolicies.end() ? nullptr : &*it;
}

std::unexpected<Status> no_such_policy(const std::string& name) {
  return error(StatusCode::kHadoopIllegalArgument, fmt::format("The policy name {} does not exist", name));
}

std::unexpected<Status> invalid(std::string text) { return error(StatusCode::kInvalidRequest, std::move(text)); }

// CacheManager.getById, where there is no directive.
std::unexpected<Status> no_such_directive(int64_t id) {
  if (id <= 0) return invalid("Invalid negative ID.");
  return invalid(fmt::format("No directive with ID {} found.", id));
}

// ECTopologyVerifier.
ECTopologyVerifierResultProto verify_topology(const ClusterView& cluster, const std::vector<const ErasureCodingPolicy*>& policies) {
  ECTopologyVerifierResultProto out;
  size_t nodes = 0;
  size_t racks = 0;
  std::string names;
  for (const auto* policy : policies) {
    const auto units = static_cast<size_t>(policy->data_units + policy->parity_units);
    const auto parity = static_cast<size_t>(policy->parity_units);
    nodes = std::max(nodes, units);
    racks = std::max(racks, (units + parity - 1) / parity);
    names += (names.empty() ? "" : ", ") + std::string(policy->name);
  }
  std::vector<std::string> there;
  for (const auto& node : cluster.nodes) there.push_back(node->rack);
  std::ranges::sort(there);
  const auto rest = std::ranges::unique(there);
  there.erase(rest.begin(), rest.end());
  out.set_issupported(nodes <= cluster.nodes.size() && racks <= there.size());
  if (policies.empty()) {
    out.set_issupported(true);
    out.set_resultmessage("No erasure coding policy is given.");
  } else if (cluster.nodes.size() < nodes) {
    out.set_resultmessage(fmt::format("{} DataNodes are required for the erasure coding policies: {}. The number of DataNodes is only {}.",
                                      nodes, names, cluster.nodes.size()));
  } else if (there.size() < racks) {
    out.set_resultmessage(fmt::format("{} racks are required for the erasure coding policies: {}. The number of racks is only {}.", racks,
                                      names, there.size()));
  } else {
    out.set_resultmessage("The cluster setup can support EC policies: " + names);
  }
  return out;
}

}  // namespace

std::unexpected<Status> ClientProtocol::unsupported_action(std::string text) {
  return error(
      Status(StatusCode::kIo, std::move(text)).with_remote_class("org.apache.hadoop.hdfs.server.namenode.UnsupportedActionException"));
}

// Erasure coding.

Task<Result<GetErasureCodingPoliciesResponseProto>> ClientProtocol::get_ec_policies(Call, GetErasureCodingPoliciesRequestProto) {
  GetErasureCodingPoliciesResponseProto response;
  for (const auto& policy : kErasureCodingPolicies) {
    auto* out = response.add_ecpolicies();
    out->set_id(policy.id);
    out->set_state(DISABLED);
  }
  co_return response;
}

Task<Result<GetErasureCodingCodecsResponseProto>> ClientProtocol::get_ec_codecs(Call, GetErasureCodingCodecsRequestProto) {
  static constexpr std::array kCodecs = {std::pair("rs", "rs_native, rs_java"), std::pair("rs-legacy", "rs-legacy_java"),
                                         std::pair("xor", "xor_native, xor_java")};
  GetErasureCodingCodecsResponseProto response;
  for (const auto& [codec, coders] : kCodecs) {
    auto* out = response.add_codec();
    out->set_codec(codec);
    out->set_coders(coders);
  }
  co_return response;
}

Task<Result<GetErasureCodingPolicyResponseProto>> ClientProtocol::get_ec_policy(Call call, GetErasureCodingPolicyRequestProto request) {
  if (request.src() == "/.reserved") co_return GetErasureCodingPolicyResponseProto();
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await ns_.read([op, request](const View& view) -> Result<void> {
    TRY(const auto at, resolve(view, op.caller, request.src(), PathUse::kRead));
    if (!at.exists()) return error(StatusCode::kFileNotFound, "Path not found: " + request.src());
    return namenode::check_access(op.caller, at.target(), at.path(), Access::kRead);
  }));
  co_return GetErasureCodingPolicyResponseProto();  // replicated: no policy
}

Task<Result<SetErasureCodingPolicyResponseProto>> ClientProtocol::set_ec_policy(Call call, SetErasureCodingPolicyRequestProto request) {
  const OpContext op = co_await context_of(call);
  const std::string name = request.has_ecpolicyname() ? request.ecpolicyname() : std::string(kDefaultErasureCoding);
  CO_TRY_VOID(co_await change_once(call, "Cannot set erasure coding policy on " + request.src(),
                                   [op, request, name](Transaction& tx) -> Result<std::string> {
                                     TRY_VOID(set_erasure_coding_policy(tx, op, request.src(), name));
                                     return std::string();
                                   }));
  co_return SetErasureCodingPolicyResponseProto();
}

Task<Result<UnsetErasureCodingPolicyResponseProto>> ClientProtocol::unset_ec_policy(Call call,
                                                                                    UnsetErasureCodingPolicyRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await change_once(call, "Cannot unset erasure coding policy on " + request.src(),
                                   [op, request](Transaction& tx) -> Result<std::string> {
                                     TRY_VOID(unset_erasure_coding_policy(tx, op, request.src()));
                                     return std::string();
                                   }));
  co_return UnsetErasureCodingPolicyResponseProto();
}

Task<Result<AddErasureCodingPoliciesResponseProto>> ClientProtocol::add_ec_policies(Call call,
                                                                                    AddErasureCodingPoliciesRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "addErasureCodingPolicies"));
  CO_TRY_VOID(refuse_in_safe_mode("Cannot add erasure coding policy"));
  AddErasureCodingPoliciesResponseProto response;
  for (const auto& policy : request.ecpolicies()) {
    auto* answer = response.add_responses();
    *answer->mutable_policy() = policy;
    answer->set_succeed(false);
    answer->set_errormsg("Addition of user defined erasure coding policy is disabled.");
  }
  co_return response;
}

Task<Result<RemoveErasureCodingPolicyResponseProto>> ClientProtocol::remove_ec_policy(Call call,
                                                                                      RemoveErasureCodingPolicyRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "removeErasureCodingPolicy"));
  CO_TRY_VOID(refuse_in_safe_mode("Cannot remove erasure coding policy " + request.ecpolicyname()));
  if (find_policy(request.ecpolicyname()) == nullptr) co_return no_such_policy(request.ecpolicyname());
  co_return error(StatusCode::kHadoopIllegalArgument,
                  fmt::format("System erasure coding policy {} cannot be removed", request.ecpolicyname()));
}

Task<Result<EnableErasureCodingPolicyResponseProto>> ClientProtocol::enable_ec_policy(Call call,
                                                                                      EnableErasureCodingPolicyRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "enableErasureCodingPolicy"));
  CO_TRY_VOID(refuse_in_safe_mode("Cannot enable erasure coding policy " + request.ecpolicyname()));
  if (find_policy(request.ecpolicyname()) == nullptr) co_return no_such_policy(request.ecpolicyname());
  co_return unsupported_action("enableErasureCodingPolicy not supported.");
}

Task<Result<DisableErasureCodingPolicyResponseProto>> ClientProtocol::disable_ec_policy(Call call,
                                                                                        DisableErasureCodingPolicyRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "disableErasureCodingPolicy"));
  CO_TRY_VOID(refuse_in_safe_mode("Cannot disable erasure coding policy " + request.ecpolicyname()));
  if (find_policy(request.ecpolicyname()) == nullptr) co_return no_such_policy(request.ecpolicyname());
  co_return DisableErasureCodingPolicyResponseProto();  // none is enabled
}

Task<Result<GetECTopologyResultForPoliciesResponseProto>> ClientProtocol::get_ec_topology(
    Call call, GetECTopologyResultForPoliciesRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "getECTopologyResultForPolicies"));
  std::vector<const ErasureCodingPolicy*> policies;
  for (const auto& name : request.policies()) {
    policies.push_back(find_policy(name));
    if (policies.back() != nullptr) continue;
    co_return error(StatusCode::kHadoopIllegalArgument, fmt::format("The given erasure coding policy {} does not exist.", name));
  }
  GetECTopologyResultForPoliciesResponseProto response;
  *response.mutable_response() = verify_topology(*op.cluster, policies);
  co_return response;
}

// Encryption zones.

Task<Result<GetEZForPathResponseProto>> ClientProtocol::get_ez(Call call, GetEZForPathRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await ns_.read([op, request](const View& view) -> Result<void> {
    TRY(const auto at, resolve(view, op.caller, request.src(), PathUse::kRead));
    return at.exists() ? namenode::check_access(op.caller, at.target(), at.path(), Access::kRead) : Result<void>();
  }));
  co_return GetEZForPathResponseProto();
}

Task<Result<CreateEncryptionZoneResponseProto>> ClientProtocol::create_ez(Call call, CreateEncryptionZoneRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "createEncryptionZone"));
  co_return error(StatusCode::kIo,
                  fmt::format("Can't create an encryption zone for {} since no key provider is available.", request.src()));
}

Task<Result<ListEncryptionZonesResponseProto>> ClientProtocol::list_ez(Call call, ListEncryptionZonesRequestProto) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "listEncryptionZones"));
  ListEncryptionZonesResponseProto response;
  response.set_hasmore(false);
  co_return response;
}

Task<Result<ReencryptEncryptionZoneResponseProto>> ClientProtocol::reencrypt_ez(Call call, ReencryptEncryptionZoneRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "reencryptEncryptionZone"));
  const bool start = request.action() == START_REENCRYPT;
  CO_TRY_VOID(refuse_in_safe_mode(
      fmt::format("NameNode in safemode, cannot {} re-encryption on zone {}", start ? "START" : "CANCEL", request.zone())));
  co_return error(StatusCode::kIo, "No key provider configured, re-encryption operation is rejected");
}

Task<Result<ListReencryptionStatusResponseProto>> ClientProtocol::list_reencryption(Call call, ListReencryptionStatusRequestProto) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "listReencryptionStatus"));
  ListReencryptionStatusResponseProto response;
  response.set_hasmore(false);
  co_return response;
}

// The cache: there is no pool, so there can be no directive.

Task<Result<AddCacheDirectiveResponseProto>> ClientProtocol::add_cache_directive(Call, AddCacheDirectiveRequestProto request) {
  CO_TRY_VOID(refuse_in_safe_mode("Cannot add cache directive"));
  const auto& info = request.info();
  if (info.has_id()) co_return error(StatusCode::kIo, "addDirective: you cannot specify an ID for this operation.");
  if (!info.has_pool()) co_return invalid("No pool specified.");
  if (info.pool().empty()) co_return invalid("Invalid empty pool name.");
  co_return invalid("Unknown pool " + info.pool());
}

Task<Result<ModifyCacheDirectiveResponseProto>> ClientProtocol::modify_cache_directive(Call, ModifyCacheDirectiveRequestProto request) {
  CO_TRY_VOID(refuse_in_safe_mode("Cannot add cache directive"));
  if (!request.info().has_id()) co_return invalid("Must supply an ID.");
  co_return no_such_directive(request.info().id());
}

Task<Result<RemoveCacheDirectiveResponseProto>> ClientProtocol::remove_cache_directive(Call, RemoveCacheDirectiveRequestProto request) {
  CO_TRY_VOID(refuse_in_safe_mode("Cannot remove cache directives"));
  co_return no_such_directive(request.id());
}

Task<Result<ListCacheDirectivesResponseProto>> ClientProtocol::list_cache_directives(Call, ListCacheDirectivesRequestProto request) {
  if (request.filter().has_replication()) co_return invalid("Filtering by replication is unsupported.");
  if (request.filter().has_id()) co_return invalid(fmt::format("Did not find requested id {}", request.filter().id()));
  ListCacheDirectivesResponseProto response;
  response.set_hasmore(false);
  co_return response;
}

Task<Result<AddCachePoolResponseProto>> ClientProtocol::add_cache_pool(Call call, AddCachePoolRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "addCachePool"));
  CO_TRY_VOID(refuse_in_safe_mode("Cannot add cache pool" + request.info().poolname()));
  if (request.info().poolname().empty()) co_return error(StatusCode::kIo, "invalid empty cache pool name");
  co_return unsupported_action("addCachePool not supported.");
}

Task<Result<ModifyCachePoolResponseProto>> ClientProtocol::modify_cache_pool(Call call, ModifyCachePoolRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "modifyCachePool"));
  CO_TRY_VOID(refuse_in_safe_mode("Cannot modify cache pool" + request.info().poolname()));
  if (request.info().poolname().empty()) co_return error(StatusCode::kIo, "invalid empty cache pool name");
  co_return invalid(fmt::format("Cache pool {} does not exist.", request.info().poolname()));
}

Task<Result<RemoveCachePoolResponseProto>> ClientProtocol::remove_cache_pool(Call call, RemoveCachePoolRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(check_superuser(op.caller, "removeCachePool"));
  CO_TRY_VOID(refuse_in_safe_mode("Cannot modify cache pool" + request.poolname()));
  if (request.poolname().empty()) co_return error(StatusCode::kIo, "invalid empty cache pool name");
  co_return invalid("Cannot remove non-existent cache pool " + request.poolname());
}

Task<Result<ListCachePoolsResponseProto>> ClientProtocol::list_cache_pools(Call, ListCachePoolsRequestProto) {
  ListCachePoolsResponseProto response;
  response.set_hasmore(false);
  co_return response;
}

}  // namespace tusker::namenode
