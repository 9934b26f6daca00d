#include "common/webhdfs/json.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

#include "common/webhdfs/attributes.h"
#include "common/webhdfs/text.h"

namespace tusker::webhdfs {

using namespace hadoop::hdfs;  // NOLINT: this file is about those types
namespace json = boost::json;

namespace {

// Java's long out of the wire's uint64.
int64_t signed_of(uint64_t value) { return static_cast<int64_t>(value); }

std::string octal(const FsPermissionProto& permission) { return in_radix(permission.perm() & 01777, 8); }

std::string_view type_of(const HdfsFileStatusProto& status) {
  switch (status.filetype()) {
    case HdfsFileStatusProto::IS_DIR:
      return "DIRECTORY";
    case HdfsFileStatusProto::IS_SYMLINK:
      return "SYMLINK";
    default:
      return "FILE";
  }
}

json::object extra_options(const ECSchemaProto& schema) {
  json::object out;
  for (const auto& option : schema.options()) out[option.key()] = option.value();
  return out;
}

// Of the policies that every Hadoop knows only the number travels (SystemErasureCodingPolicies).
ErasureCodingPolicyProto whole_policy(const ErasureCodingPolicyProto& policy) {
  struct Row {
    uint32_t id;
    const char* name;
    const char* codec;
    uint32_t data;
    uint32_t parity;
  };
  static constexpr Row kSystemPolicies[] = {{1, "RS-6-3-1024k", "rs", 6, 3},
                                            {2, "RS-3-2-1024k", "rs", 3, 2},
                                            {3, "RS-LEGACY-6-3-1024k", "rs-legacy", 6, 3},
                                            {4, "XOR-2-1-1024k", "xor", 2, 1},
                                            {5, "RS-10-4-1024k", "rs", 10, 4}};
  ErasureCodingPolicyProto out = policy;
  if (policy.has_name()) return out;
  for (const Row& row : kSystemPolicies) {
    if (row.id != policy.id()) continue;
    out.set_name(row.name);
    out.mutable_schema()->set_codecname(row.codec);
    out.mutable_schema()->set_dataunits(row.data);
    out.mutable_schema()->set_parityunits(row.parity);
    out.set_cellsize(1 << 20);
  }
  return out;
}

json::object policy_of_status(const ErasureCodingPolicyProto& policy) {
  const ECSchemaProto& schema = policy.schema();
  return {{"name", policy.name()},
          {"cellSize", policy.cellsize()},
          {"numDataUnits", schema.dataunits()},
          {"numParityUnits", schema.parityunits()},
          {"codecName", schema.codecname()},
          {"id", policy.id()},
          {"extraOptions", extra_options(schema)}};
}

json::object token_json(const hadoop::common::TokenProto& token) {
  std::string bytes;
  append_token(bytes, token);
  return {{"urlString", base64_url(bytes)}};
}

json::object datanode(const DatanodeInfoProto& node) {
  const DatanodeIDProto& id = node.id();
  json::object out = {{"adminState", DatanodeInfoProto::AdminState_Name(node.adminstate())},
                      {"blockPoolUsed", signed_of(node.blockpoolused())},
                      {"cacheCapacity", signed_of(node.cachecapacity())},
                      {"cacheUsed", signed_of(node.cacheused())},
                      {"capacity", signed_of(node.capacity())},
                      {"dfsUsed", signed_of(node.dfsused())},
                      {"hostName", id.hostname()},
                      {"infoPort", id.infoport()},
                      {"infoSecurePort", id.infosecureport()},
                      {"ipAddr", id.ipaddr()},
                      {"ipcPort", id.ipcport()},
                      {"lastBlockReportMonotonic", signed_of(node.lastblockreportmonotonic())},
                      {"lastBlockReportTime", signed_of(node.lastblockreporttime())},
                      {"lastUpdate", signed_of(node.lastupdate())},
                      {"lastUpdateMonotonic", signed_of(node.lastupdatemonotonic())},
                      {"name", fmt::format("{}:{}", id.ipaddr(), id.xferport())},
                      {"networkLocation", node.location()},
                      {"remaining", signed_of(node.remaining())},
                      {"storageID", id.datanodeuuid()}};
  if (node.has_upgradedomain()) out["upgradeDomain"] = node.upgradedomain();
  out["xceiverCount"] = node.xceivercount();
  out["xferPort"] = id.xferport();
  return out;
}

json::array storage_types(const auto& types) {
  json::array out;
  for (const auto type : types) out.emplace_back(storage_type_name(static_cast<StorageTypeProto>(type)));
  return out;
}

json::array types_of_block(const LocatedBlockProto& block) {
  json::array out = storage_types(block.storagetypes());
  while (static_cast<int>(out.size()) < block.locs_size()) out.emplace_back("DISK");
  return out;
}

json::object located_block(const LocatedBlockProto& block) {
  json::array locations;
  json::array cached;
  for (int i = 0; i < block.locs_size(); ++i) {
    locations.push_back(datanode(block.locs(i)));
    if (i < block.iscached_size() && block.iscached(i)) cached.push_back(datanode(block.locs(i)));
  }
  return {{"block", json::object{{"blockId", signed_of(block.b().blockid())},
                                 {"blockPoolId", block.b().poolid()},
                                 {"generationStamp", signed_of(block.b().generationstamp())},
                                 {"numBytes", signed_of(block.b().numbytes())}}},
          {"blockToken", token_json(block.blocktoken())},
          {"cachedLocations", std::move(cached)},
          {"isCorrupt", block.corrupt()},
          {"locations", std::move(locations)},
          {"startOffset", signed_of(block.offset())},
          {"storageTypes", types_of_block(block)}};
}

json::object block_location(const LocatedBlockProto& block) {
  json::array topology;
  json::array names;
  json::array hosts;
  json::array cached;
  for (int i = 0; i < block.locs_size(); ++i) {
    const DatanodeInfoProto& node = block.locs(i);
    const std::string name = fmt::format("{}:{}", node.id().ipaddr(), node.id().xferport());
    topology.emplace_back(node.location() + "/" + name);
    names.emplace_back(name);
    hosts.emplace_back(node.id().hostname());
    if (i < block.iscached_size() && block.iscached(i)) cached.emplace_back(node.id().hostname());
  }
  return {{"topologyPaths", std::move(topology)},      {"corrupt", block.corrupt()},
          {"cachedHosts", std::move(cached)},          {"names", std::move(names)},
          {"offset", signed_of(block.offset())},       {"hosts", std::move(hosts)},
          {"length", signed_of(block.b().numbytes())}, {"storageTypes", types_of_block(block)}};
}

json::object type_quota(const StorageTypeQuotaInfosProto& infos) {
  std::map<std::string, json::object> sorted;
  for (const auto& info : infos.typequotainfo()) {
    if (signed_of(info.quota()) == -1) continue;
    sorted[storage_type_name(info.type())] = {{"consumed", signed_of(info.consumed())}, {"quota", signed_of(info.quota())}};
  }
  json::object out;
  for (auto& [type, object] : sorted) out[type] = std::move(object);
  return out;
}

std::string_view diff_type(const std::string& label) {
  return label == "+" ? "CREATE" : label == "-" ? "DELETE" : label == "R" ? "RENAME" : "MODIFY";
}

json::array diff_entries(const auto& entries) {
  json::array out;
  for (const auto& entry : entries) {
    json::object o = {{"dirId", signed_of(entry.dirid())}, {"fileId", signed_of(entry.fileid())}, {"isReference", entry.isreference()}};
    if (entry.has_fullpath()) o["sourcePath"] = entry.fullpath();
    if (entry.has_targetpath()) o["targetPath"] = entry.targetpath();
    out.push_back(std::move(o));
  }
  return out;
}

}  // namespace

std::string wrapped(std::string_view key, json::value value) { return json::serialize(json::object{{key, std::move(value)}}); }

std::string storage_type_name(StorageTypeProto type) { return StorageTypeProto_Name(type); }

json::object file_status(const HdfsFileStatusProto& s) {
  const uint32_t flags = s.flags();
  json::object out;
  out["accessTime"] = signed_of(s.access_time());
  if ((flags & HdfsFileStatusProto::HAS_ACL) != 0) out["aclBit"] = true;
  out["blockSize"] = signed_of(s.blocksize());
  out["childrenNum"] = s.childrennum();
  if ((flags & HdfsFileStatusProto::HAS_EC) != 0) {
    out["ecBit"] = true;
    if (s.has_ecpolicy()) {
      const ErasureCodingPolicyProto policy = whole_policy(s.ecpolicy());
      out["ecPolicy"] = policy.name();
      out["ecPolicyObj"] = policy_of_status(policy);
    }
  }
  if ((flags & HdfsFileStatusProto::HAS_CRYPT) != 0) out["encBit"] = true;
  out["fileId"] = signed_of(s.fileid());
  out["group"] = s.group();
  out["length"] = signed_of(s.length());
  out["modificationTime"] = signed_of(s.modification_time());
  out["owner"] = s.owner();
  out["pathSuffix"] = decoded_utf8(s.path());
  out["permission"] = octal(s.permission());
  out["replication"] = s.block_replication();
  if ((flags & HdfsFileStatusProto::SNAPSHOT_ENABLED) != 0) out["snapshotEnabled"] = true;
  out["storagePolicy"] = s.storagepolicy();
  if (s.filetype() == HdfsFileStatusProto::IS_SYMLINK) out["symlink"] = decoded_utf8(s.symlink());
  out["type"] = type_of(s);
  return out;
}

json::object plain_file_status(const HdfsFileStatusProto& s, const std::string& path) {
  json::object out = {{"path", path},
                      {"owner", s.owner()},
                      {"blocksize", signed_of(s.blocksize())},
                      {"block_replication", s.block_replication()},
                      {"access_time", signed_of(s.access_time())},
                      {"length", signed_of(s.length())},
                      {"permission", octal(s.permission())},
                      {"group", s.group()},
                      {"isdir", s.filetype() == HdfsFileStatusProto::IS_DIR},
                      {"modification_time", signed_of(s.modification_time())}};
  if (s.filetype() == HdfsFileStatusProto::IS_SYMLINK) out["symlink"] = decoded_utf8(s.symlink());
  return out;
}

json::object directory_listing(const DirectoryListingProto& listing) {
  json::array entries;
  for (const auto& entry : listing.partiallisting()) entries.push_back(file_status(entry));
  return {{"partialListing", json::object{{"FileStatuses", json::object{{"FileStatus", std::move(entries)}}}}},
          {"remainingEntries", listing.remainingentries()}};
}

json::object content_summary(const ContentSummaryProto& s) {
  return {{"directoryCount", signed_of(s.directorycount())},
          {"ecPolicy", s.erasurecodingpolicy()},
          {"fileCount", signed_of(s.filecount())},
          {"length", signed_of(s.length())},
          {"quota", signed_of(s.quota())},
          {"snapshotDirectoryCount", signed_of(s.snapshotdirectorycount())},
          {"snapshotFileCount", signed_of(s.snapshotfilecount())},
          {"snapshotLength", signed_of(s.snapshotlength())},
          {"snapshotSpaceConsumed", signed_of(s.snapshotspaceconsumed())},
          {"spaceConsumed", signed_of(s.spaceconsumed())},
          {"spaceQuota", signed_of(s.spacequota())},
          {"typeQuota", type_quota(s.typequotainfos())}};
}

json::object quota_usage(const QuotaUsageProto& u) {
  return {{"fileAndDirectoryCount", signed_of(u.fileanddirectorycount())},
          {"quota", signed_of(u.quota())},
          {"spaceConsumed", signed_of(u.spaceconsumed())},
          {"spaceQuota", signed_of(u.spacequota())},
          {"typeQuota", type_quota(u.typequotainfos())}};
}

json::object located_blocks(const LocatedBlocksProto& blocks) {
  json::array list;
  for (const auto& block : blocks.blocks()) list.push_back(located_block(block));
  json::value last;
  if (blocks.has_lastblock()) last = located_block(blocks.lastblock());
  return {{"fileLength", signed_of(blocks.filelength())},
          {"isLastBlockComplete", blocks.islastblockcomplete()},
          {"isUnderConstruction", blocks.underconstruction()},
          {"lastLocatedBlock", std::move(last)},
          {"locatedBlocks", std::move(list)}};
}

json::object block_locations(const LocatedBlocksProto& blocks) {
  json::array list;
  for (const auto& block : blocks.blocks()) list.push_back(block_location(block));
  return {{"BlockLocation", std::move(list)}};
}

json::object acl_status(const AclStatusProto& status) {
  json::array entries;
  for (const auto& entry : status.entries()) entries.emplace_back(acl_entry_text(entry));
  json::object out = {{"entries", std::move(entries)}, {"group", status.group()}, {"owner", status.owner()}};
  if (status.has_permission()) out["permission"] = octal(status.permission());
  out["stickyBit"] = status.sticky();
  return out;
}

json::object storage_policy(const BlockStoragePolicyProto& policy) {
  return {{"copyOnCreateFile", policy.name() == "LAZY_PERSIST"},
          {"creationFallbacks", storage_types(policy.creationfallbackpolicy().storagetypes())},
          {"id", policy.policyid()},
          {"name", policy.name()},
          {"replicationFallbacks", storage_types(policy.replicationfallbackpolicy().storagetypes())},
          {"storageTypes", storage_types(policy.creationpolicy().storagetypes())}};
}

json::object storage_policies(const GetStoragePoliciesResponseProto& policies) {
  if (policies.policies().empty()) return {{"BlockStoragePolicy", nullptr}};
  json::array list;
  for (const auto& policy : policies.policies()) list.push_back(storage_policy(policy));
  return {{"BlockStoragePolicy", std::move(list)}};
}

json::object server_defaults(const FsServerDefaultsProto& d) {
  return {{"replication", d.replication()},
          {"encryptDataTransfer", d.encryptdatatransfer()},
          {"defaultStoragePolicyId", d.policyid()},
          {"writePacketSize", d.writepacketsize()},
          {"fileBufferSize", d.filebuffersize()},
          {"checksumType", static_cast<int>(d.checksumtype())},
          {"trashInterval", signed_of(d.trashinterval())},
          {"keyProviderUri", d.keyprovideruri()},
          {"blockSize", signed_of(d.blocksize())},
          {"bytesPerChecksum", d.bytesperchecksum()}};
}

json::object erasure_coding_policy(const ErasureCodingPolicyProto& given) {
  const ErasureCodingPolicyProto policy = whole_policy(given);
  const ECSchemaProto& s = policy.schema();
  return {{"name", policy.name()},
          {"schema", json::object{{"codecName", s.codecname()},
                                  {"numDataUnits", s.dataunits()},
                                  {"numParityUnits", s.parityunits()},
                                  {"extraOptions", extra_options(s)}}},
          {"cellSize", policy.cellsize()},
          {"id", policy.id()},
          {"replicationPolicy", policy.id() == 0},
          {"numDataUnits", s.dataunits()},
          {"numParityUnits", s.parityunits()},
          {"codecName", s.codecname()},
          {"systemPolicy", policy.id() < 64}};  // ErasureCodeConstants.USER_DEFINED_POLICY_START_ID
}

json::object erasure_coding_policies(const GetErasureCodingPoliciesResponseProto& policies) {
  if (policies.ecpolicies().empty()) return {{"ErasureCodingPolicyInfo", nullptr}};
  json::array list;
  for (const auto& policy : policies.ecpolicies()) {
    list.push_back(json::object{{"state", ErasureCodingPolicyState_Name(policy.state())}, {"policy", erasure_coding_policy(policy)}});
  }
  return {{"ErasureCodingPolicyInfo", std::move(list)}};
}

json::object snapshot_diff(const SnapshotDiffReportProto& report) {
  json::array list;
  for (const auto& entry : report.diffreportentries()) {
    json::object o = {{"sourcePath", decoded_utf8(entry.fullpath())}};
    if (entry.has_targetpath()) o["targetPath"] = decoded_utf8(entry.targetpath());
    o["type"] = diff_type(entry.modificationlabel());
    list.push_back(std::move(o));
  }
  return {{"diffList", std::move(list)},
          {"fromSnapshot", report.fromsnapshot()},
          {"snapshotRoot", report.snapshotroot()},
          {"toSnapshot", report.tosnapshot()}};
}

json::object snapshot_diff_listing(const SnapshotDiffReportListingProto& listing) {
  return {{"createList", diff_entries(listing.createdentries())},
          {"deleteList", diff_entries(listing.deletedentries())},
          {"isFromEarlier", listing.isfromearlier()},
          {"lastIndex", listing.has_cursor() ? listing.cursor().index() : -1},
          {"lastPath", listing.cursor().startpath()},
          {"modifyList", diff_entries(listing.modifiedentries())}};
}

json::value snapshottable_directories(const GetSnapshottableDirListingResponseProto& listing) {
  if (!listing.has_snapshottabledirlist()) return nullptr;
  json::array list;
  for (const auto& directory : listing.snapshottabledirlist().snapshottabledirlisting()) {
    list.push_back(json::object{{"dirStatus", file_status(directory.dirstatus())},
                                {"parentFullPath", decoded_utf8(directory.parent_fullpath())},
                                {"snapshotNumber", directory.snapshot_number()},
                                {"snapshotQuota", directory.snapshot_quota()}});
  }
  return list;
}

json::value snapshots(const GetSnapshotListingResponseProto& listing) {
  if (!listing.has_snapshotlist()) return nullptr;
  json::array list;
  for (const auto& snapshot : listing.snapshotlist().snapshotlisting()) {
    const std::string parent = decoded_utf8(snapshot.parent_fullpath());
    const std::string path = fmt::format("{}/.snapshot/{}", parent == "/" ? "" : parent, decoded_utf8(snapshot.dirstatus().path()));
    list.push_back(json::object{{"deletionStatus", snapshot.isdeleted() ? "DELETED" : "ACTIVE"},
                                {"dirStatus", file_status(snapshot.dirstatus())},
                                {"fullPath", path},
                                {"snapshotID", snapshot.snapshotid()}});
  }
  return list;
}

}  // namespace tusker::webhdfs
