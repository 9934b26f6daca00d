#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/convert.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

Result<void> ClientProtocol::get_file_info(const View& view, const OpContext& op, const GetFileInfoRequestProto& request,
                                           GetFileInfoResponseProto& response) {
  TRY(const auto inode, namenode::get_file_info(view, op.caller, request.src()));
  if (inode) fill_file_status(*inode, false, *response.mutable_fs());
  return {};
}

Task<Result<GetFileLinkInfoResponseProto>> ClientProtocol::get_file_link_info(Call call, GetFileLinkInfoRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const auto inode,
         co_await ns_.read([op, request](const View& view) { return namenode::get_file_info(view, op.caller, request.src()); }));
  GetFileLinkInfoResponseProto response;
  if (inode) *response.mutable_fs() = file_status(*inode, false);
  co_return response;
}

Task<Result<GetLocatedFileInfoResponseProto>> ClientProtocol::get_located_file_info(Call call, GetLocatedFileInfoRequestProto request) {
  const OpContext op = co_await context_of(call);
  struct Found {
    std::optional<Inode> inode;
    LocatedBlocks blocks;
  };
  CO_TRY(Found found, co_await ns_.read([op, request](const View& view) -> Result<Found> {
    Found out;
    TRY(out.inode, namenode::get_file_info(view, op.caller, request.src()));
    if (out.inode && out.inode->is_file()) {
      TRY(out.blocks, locate_blocks(view, op, *out.inode, 0, INT64_MAX));
    }
    return out;
  }));
  GetLocatedFileInfoResponseProto response;
  if (found.inode) {
    *response.mutable_fs() = file_status(*found.inode, false);
    if (found.inode->is_file()) {
      sort_for_reader(op, found.blocks);
      *response.mutable_fs()->mutable_locations() = located_blocks(ns_.identity().block_pool_id, *op.cluster, found.blocks);
    }
  }
  co_return response;
}

Task<Result<IsFileClosedResponseProto>> ClientProtocol::is_file_closed(Call call, IsFileClosedRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const bool closed,
         co_await ns_.read([op, request](const View& view) { return namenode::is_file_closed(view, op.caller, request.src()); }));
  IsFileClosedResponseProto response;
  response.set_result(closed);
  co_return response;
}

Task<Result<CheckAccessResponseProto>> ClientProtocol::check_access(Call call, CheckAccessRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await ns_.read(
      [op, request](const View& view) { return check_path_access(view, op.caller, request.path(), static_cast<Access>(request.mode())); }));
  co_return CheckAccessResponseProto();
}

Task<Result<GetPreferredBlockSizeResponseProto>> ClientProtocol::get_preferred_block_size(Call call,
                                                                                          GetPreferredBlockSizeRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const int64_t bytes, co_await ns_.read([op, request](const View& view) -> Result<int64_t> {
    TRY(const auto at, resolve_existing(view, op.caller, request.filename(), PathUse::kRead, "File does not exist: "));
    if (!at.target().is_file()) return error(StatusCode::kFileNotFound, "Path is not a file: " + request.filename());
    return at.target().block_bytes;
  }));
  GetPreferredBlockSizeResponseProto response;
  response.set_bsize(static_cast<uint64_t>(bytes));
  co_return response;
}

}  // namespace tusker::namenode
