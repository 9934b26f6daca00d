#include <fmt/format.h>

#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/convert.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

namespace {

// Clients since 3.0 say what they'd ask for without their umask.
template <class Request>
std::optional<uint16_t> unmasked_of(const Request& request) {
  if (!request.has_unmasked()) return std::nullopt;
  return static_cast<uint16_t>(request.unmasked().perm());
}

}  // namespace

Result<MkdirsResponseProto> ClientProtocol::mkdirs(Transaction& tx, const OpContext& op, const MkdirsRequestProto& request) {
  TRY(const bool made, namenode::mkdirs(ns_, tx, op, request.src(), static_cast<uint16_t>(request.masked().perm()), request.createparent(),
                                        unmasked_of(request)));
  MkdirsResponseProto response;
  response.set_result(made);
  return response;
}

Result<CreateResponseProto> ClientProtocol::create(Transaction& tx, const OpContext& op, const CreateRequestProto& request) {
  if (!request.ecpolicyname().empty()) {
    return error(
        StatusCode::kHadoopIllegalArgument,
        fmt::format("Policy '{}' does not match any enabled erasure coding policies: []. An erasure coding policy can be enabled by "
                    "enableErasureCodingPolicy API.",
                    request.ecpolicyname()));
  }
  CreateRequest create;
  create.path = request.src();
  create.mode = static_cast<uint16_t>(request.masked().perm());
  create.client_name = request.clientname();
  create.unmasked = unmasked_of(request);
  create.lazy_persist = (request.createflag() & LAZY_PERSIST) != 0;
  create.storage_policy = request.storagepolicy();
  create.create = (request.createflag() & CREATE) != 0;
  create.overwrite = (request.createflag() & OVERWRITE) != 0;
  create.create_parent = request.createparent();
  create.replication = static_cast<int16_t>(request.replication());
  create.block_bytes = static_cast<int64_t>(request.blocksize());
  TRY(const Inode file, namenode::create(ns_, tx, op, create));
  CreateResponseProto response;
  *response.mutable_fs() = file_status(file, false);
  return response;
}

Result<void> ClientProtocol::check_removal(const View& view, OpContext& op, const DeleteRequestProto& request) {
  TRY(op.checked_removal, namenode::check_removal(view, op, request.src()));
  return {};
}

Result<DeleteResponseProto> ClientProtocol::remove(Transaction& tx, const OpContext& op, const DeleteRequestProto& request) {
  TRY(const bool removed, namenode::remove(ns_, tx, op, request.src(), request.recursive(), op.checked_removal));
  DeleteResponseProto response;
  response.set_result(removed);
  return response;
}

Result<RenameResponseProto> ClientProtocol::rename(Transaction& tx, const OpContext& op, const RenameRequestProto& request) {
  TRY(const bool moved, namenode::rename(ns_, tx, op, request.src(), request.dst()));
  RenameResponseProto response;
  response.set_result(moved);
  return response;
}

Task<Result<Rename2ResponseProto>> ClientProtocol::rename2(Call call, Rename2RequestProto request) {
  const OpContext op = co_await context_of(call);
  RenameOptions options{request.overwritedest(), request.movetotrash(), {}};
  if (options.to_trash && !op.caller.superuser && op.caller.checks_permissions) {
    CO_TRY(options.checked, co_await run_on(ns_.env().disk_pool, [this, op, request] {
             return namenode::check_removal(ns_.view(kv::Tier::kAll), op, request.src());
           }));
  }
  CO_TRY_VOID(
      co_await change_once(call, "Cannot rename " + request.src(), [this, op, request, options](Transaction& tx) -> Result<std::string> {
        TRY_VOID(namenode::rename2(ns_, tx, op, request.src(), request.dst(), options));
        return std::string();
      }));
  co_return Rename2ResponseProto();
}

Task<Result<SetReplicationResponseProto>> ClientProtocol::set_replication(Call call, SetReplicationRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const bool done, co_await change("Cannot set replication for " + request.src(), [this, op, request](Transaction& tx) {
           return namenode::set_replication(ns_, tx, op, request.src(), static_cast<int16_t>(request.replication()));
         }));
  SetReplicationResponseProto response;
  response.set_result(done);
  co_return response;
}

Task<Result<SetPermissionResponseProto>> ClientProtocol::set_permission(Call call, SetPermissionRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await change("Cannot set permission for " + request.src(), [this, op, request](Transaction& tx) {
    return namenode::set_permission(ns_, tx, op, request.src(), static_cast<uint16_t>(request.permission().perm()));
  }));
  co_return SetPermissionResponseProto();
}

Task<Result<SetOwnerResponseProto>> ClientProtocol::set_owner(Call call, SetOwnerRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await change("Cannot set owner for " + request.src(), [this, op, request](Transaction& tx) {
    return namenode::set_owner(ns_, tx, op, request.src(), request.username(), request.groupname());
  }));
  co_return SetOwnerResponseProto();
}

Task<Result<SetTimesResponseProto>> ClientProtocol::set_times(Call call, SetTimesRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await change("Cannot set times " + request.src(), [this, op, request](Transaction& tx) {
    return namenode::set_times(ns_, tx, op, request.src(), static_cast<int64_t>(request.mtime()), static_cast<int64_t>(request.atime()));
  }));
  co_return SetTimesResponseProto();
}

}  // namespace tusker::namenode
