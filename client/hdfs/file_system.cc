#include "client/hdfs/file_system.h"

#include <fmt/format.h>

#include "client/hdfs/client_context.h"
#include "client/hdfs/file_input_stream.h"
#include "client/hdfs/file_output_stream.h"
#include "common/config/keys_datanode.h"

namespace tusker::client {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol

FileStatus to_status(const HdfsFileStatusProto& proto, std::string path) {
  FileStatus out;
  out.path = std::move(path);
  out.is_directory = proto.filetype() == HdfsFileStatusProto::IS_DIR;
  out.length = static_cast<int64_t>(proto.length());
  out.replication = static_cast<int16_t>(proto.block_replication());
  out.block_bytes = static_cast<int64_t>(proto.blocksize());
  out.mtime_ms = static_cast<int64_t>(proto.modification_time());
  out.atime_ms = static_cast<int64_t>(proto.access_time());
  out.permission = static_cast<uint16_t>(proto.permission().perm() & 01777);
  out.owner = proto.owner();
  out.group = proto.group();
  out.file_id = proto.fileid();
  out.children = std::max(0, proto.childrennum());
  out.has_acl = (proto.flags() & HdfsFileStatusProto::HAS_ACL) != 0;
  return out;
}

std::string child_path(const std::string& parent, const std::string& name) {
  if (name.empty()) return parent;
  return parent == "/" ? "/" + name : parent + "/" + name;
}

BlockLocation to_location(const LocatedBlockProto& block) {
  BlockLocation out;
  out.offset = static_cast<int64_t>(block.offset());
  out.length = static_cast<int64_t>(block.b().numbytes());
  out.corrupt = block.corrupt();
  for (const auto& node : block.locs()) {
    out.hosts.push_back(node.id().hostname());
    out.names.push_back(transfer_address(node.id()));
    out.topology_paths.push_back(node.location() + "/" + out.names.back());
  }
  return out;
}

Result<transfer::DataChecksum> checksum_of(const ClientSettings& settings) {
  const std::string& name = settings.checksum_type;
  const int type = name == "CRC32C" ? 2 : name == "CRC32" ? 1 : name == "NULL" ? 0 : -1;
  return transfer::DataChecksum::of(type, settings.bytes_per_checksum);
}

}  // namespace

FileSystem::FileSystem(Env& env, const config::Config& config, Endpoint namenode, security::User user)
    : env_(env), context_(std::make_unique<ClientContext>(env, config, std::move(namenode), std::move(user))) {}

FileSystem::~FileSystem() = default;

const std::string& FileSystem::client_name() const { return context_->client_name; }
const security::User& FileSystem::user() const { return context_->namenode.user; }
Task<Result<std::string>> FileSystem::call_bytes(std::string method, std::string parameter) {
  return context_->call_bytes(std::move(method), std::move(parameter));
}

Task<void> FileSystem::stop() {
  co_await context_->tasks.stop();
  co_await context_->rpc.stop();
}

void FileSystem::verify_checksums(bool yes) { context_->settings.verify_checksums = yes; }

Task<Result<std::vector<std::string_view>>> InputStream::next_chunks() {
  CO_TRY(const std::string_view chunk, co_await next_chunk());
  std::vector<std::string_view> chunks;
  if (!chunk.empty()) chunks.push_back(chunk);
  co_return chunks;
}

Task<Result<void>> OutputStream::write_pieces(std::vector<std::string_view> pieces, std::shared_ptr<const void> owner) {
  static_cast<void>(owner);
  for (const std::string_view piece : pieces) CO_TRY_VOID(co_await write(piece));
  co_return Result<void>();
}

Task<Result<std::unique_ptr<InputStream>>> FileSystem::open(std::string path) { return FileInputStream::open(*context_, std::move(path)); }

Task<Result<std::unique_ptr<OutputStream>>> FileSystem::create(std::string path, CreateOptions options) {
  const ClientSettings& settings = context_->settings;
  CreateRequestProto request;
  request.set_src(path);
  request.mutable_masked()->set_perm(options.permission);
  request.set_clientname(context_->client_name);
  if (options.unmasked) request.mutable_unmasked()->set_perm(*options.unmasked);
  request.set_createflag(options.flags | (options.overwrite ? CreateFlagProto::OVERWRITE : 0) |
                         (options.lazy_persist ? CreateFlagProto::LAZY_PERSIST : 0));
  request.set_createparent(options.create_parent);
  request.set_replication(static_cast<uint32_t>(options.replication > 0 ? options.replication : settings.replication));
  request.set_blocksize(static_cast<uint64_t>(options.block_bytes > 0 ? options.block_bytes : settings.block_bytes));
  request.add_cryptoprotocolversion(ENCRYPTION_ZONES);
  CO_TRY(const transfer::DataChecksum checksum, checksum_of(settings));
  if (request.blocksize() % static_cast<uint64_t>(checksum.bytes_per_checksum()) != 0) {
    co_return error(StatusCode::kHadoopIllegalArgument,
                    fmt::format("Invalid values: dfs.bytes-per-checksum (={}) must divide block size (={}).", checksum.bytes_per_checksum(),
                                request.blocksize()));
  }
  CO_TRY(const auto response, co_await context_->call<CreateResponseProto>("create", request));
  StreamedFile file{std::move(path), response.fs().fileid(), static_cast<int16_t>(request.replication()),
                    static_cast<int64_t>(request.blocksize()), checksum};
  if (options.no_local_write) file.add_block_flags.push_back(NO_LOCAL_WRITE);
  if (options.ignore_client_locality) file.add_block_flags.push_back(IGNORE_CLIENT_LOCALITY);
  const Executor strand = co_await asio::this_coro::executor;
  co_return std::make_unique<FileOutputStream>(*context_, std::move(file),
                                               options.packet_bytes > 0 ? options.packet_bytes : settings.packet_bytes, strand);
}

Task<Result<std::optional<FileStatus>>> FileSystem::status(std::string path) {
  GetFileInfoRequestProto request;
  request.set_src(path);
  CO_TRY(const auto response, co_await context_->call<GetFileInfoResponseProto>("getFileInfo", request));
  if (!response.has_fs()) co_return std::nullopt;
  co_return to_status(response.fs(), std::move(path));
}

Task<Result<std::vector<FileStatus>>> FileSystem::list(std::string path) {
  std::vector<FileStatus> out;
  GetListingRequestProto request;
  request.set_src(path);
  request.set_startafter("");
  request.set_needlocation(false);
  for (;;) {
    CO_TRY(const auto response, co_await context_->call<GetListingResponseProto>("getListing", request));
    if (!response.has_dirlist()) co_return error(StatusCode::kFileNotFound, "File " + path + " does not exist.");
    for (const auto& entry : response.dirlist().partiallisting()) out.push_back(to_status(entry, child_path(path, entry.path())));
    const int count = response.dirlist().partiallisting_size();
    if (response.dirlist().remainingentries() == 0 || count == 0) co_return out;
    request.set_startafter(response.dirlist().partiallisting(count - 1).path());
  }
}

Task<Result<std::vector<BlockLocation>>> FileSystem::block_locations(std::string path, int64_t offset, int64_t length) {
  GetBlockLocationsRequestProto request;
  request.set_src(std::move(path));
  request.set_offset(static_cast<uint64_t>(offset));
  request.set_length(static_cast<uint64_t>(length));
  CO_TRY(const auto response, co_await context_->call<GetBlockLocationsResponseProto>("getBlockLocations", request));
  std::vector<BlockLocation> out;
  for (const auto& block : response.locations().blocks()) out.push_back(to_location(block));
  co_return out;
}

Task<Result<bool>> FileSystem::mkdirs(std::string path, uint16_t permission, bool create_parent) {
  MkdirsRequestProto request;
  request.set_src(std::move(path));
  request.mutable_masked()->set_perm(permission);
  request.set_createparent(create_parent);
  CO_TRY(const auto response, co_await context_->call<MkdirsResponseProto>("mkdirs", request));
  co_return response.result();
}

Task<Result<bool>> FileSystem::remove(std::string path, bool recursive) {
  DeleteRequestProto request;
  request.set_src(std::move(path));
  request.set_recursive(recursive);
  CO_TRY(const auto response, co_await context_->call<DeleteResponseProto>("delete", request));
  co_return response.result();
}

Task<Result<bool>> FileSystem::rename(std::string from, std::string to) {
  RenameRequestProto request;
  request.set_src(std::move(from));
  request.set_dst(std::move(to));
  CO_TRY(const auto response, co_await context_->call<RenameResponseProto>("rename", request));
  co_return response.result();
}

Task<Result<void>> FileSystem::rename_to(std::string from, std::string to, bool overwrite) {
  Rename2RequestProto request;
  request.set_src(std::move(from));
  request.set_dst(std::move(to));
  request.set_overwritedest(overwrite);
  CO_TRY_VOID(co_await context_->call<Rename2ResponseProto>("rename2", request));
  co_return Result<void>();
}

Task<Result<bool>> FileSystem::set_replication(std::string path, int16_t replication) {
  SetReplicationRequestProto request;
  request.set_src(std::move(path));
  request.set_replication(static_cast<uint32_t>(replication));
  CO_TRY(const auto response, co_await context_->call<SetReplicationResponseProto>("setReplication", request));
  co_return response.result();
}

Task<Result<void>> FileSystem::set_permission(std::string path, uint16_t permission) {
  SetPermissionRequestProto request;
  request.set_src(std::move(path));
  request.mutable_permission()->set_perm(permission);
  CO_TRY_VOID(co_await context_->call<SetPermissionResponseProto>("setPermission", request));
  co_return Result<void>();
}

Task<Result<void>> FileSystem::set_owner(std::string path, std::string owner, std::string group) {
  SetOwnerRequestProto request;
  request.set_src(std::move(path));
  if (!owner.empty()) request.set_username(owner);
  if (!group.empty()) request.set_groupname(group);
  CO_TRY_VOID(co_await context_->call<SetOwnerResponseProto>("setOwner", request));
  co_return Result<void>();
}

Task<Result<void>> FileSystem::set_times(std::string path, int64_t mtime_ms, int64_t atime_ms) {
  SetTimesRequestProto request;
  request.set_src(std::move(path));
  request.set_mtime(static_cast<uint64_t>(mtime_ms));
  request.set_atime(static_cast<uint64_t>(atime_ms));
  CO_TRY_VOID(co_await context_->call<SetTimesResponseProto>("setTimes", request));
  co_return Result<void>();
}

Task<Result<ContentSummaryProto>> FileSystem::content_summary(std::string path) {
  GetContentSummaryRequestProto request;
  request.set_path(std::move(path));
  CO_TRY(auto response, co_await context_->call<GetContentSummaryResponseProto>("getContentSummary", request));
  co_return std::move(*response.mutable_summary());
}

Task<Result<FileChecksum>> FileSystem::checksum(std::string path) { return file_checksum(*context_, std::move(path)); }

Result<Endpoint> namenode_endpoint(const config::Config& config, std::string_view uri) {
  const std::string default_fs = config.get(config::kClientDefaultFs);
  std::string_view text = uri.starts_with("hdfs://") ? uri : std::string_view(default_fs);
  const bool has_authority = text.starts_with("hdfs://") && text.size() > 7 && text[7] != '/';
  if (!has_authority && text.starts_with("hdfs:")) text = default_fs;  // "hdfs:///path" means the default filesystem's NameNode
  if (!text.starts_with("hdfs://")) {
    const std::string rpc_address = config.get(config::kClientNamenodeRpcAddress);
    if (!rpc_address.empty()) return parse_endpoint(rpc_address);
    return error(StatusCode::kIllegalArgument,
                 fmt::format("No NameNode: the filesystem is '{}'; set fs.defaultFS to hdfs://host:port", text));
  }
  text.remove_prefix(7);
  text = text.substr(0, text.find('/'));
  if (text.find(':') == std::string_view::npos) return Endpoint{std::string(text), 8020};
  return parse_endpoint(text);
}

}  // namespace tusker::client
