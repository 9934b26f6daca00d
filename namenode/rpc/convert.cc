#include "namenode/rpc/convert.h"

#include "namenode/ops/attribute_operations.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: this file is about those types

HdfsFileStatusProto file_status(const Inode& inode, bool with_name) {
  HdfsFileStatusProto out;
  fill_file_status(inode, with_name, out);
  return out;
}

void fill_file_status(const Inode& inode, bool with_name, HdfsFileStatusProto& out) {
  out.set_filetype(inode.is_directory() ? HdfsFileStatusProto::IS_DIR : HdfsFileStatusProto::IS_FILE);
  out.set_path(with_name ? inode.name : "");
  out.set_length(static_cast<uint64_t>(inode.length));
  out.mutable_permission()->set_perm(inode.mode);
  out.set_owner(inode.owner);
  out.set_group(inode.group);
  out.set_modification_time(static_cast<uint64_t>(inode.mtime_ms));
  out.set_access_time(static_cast<uint64_t>(inode.atime_ms));
  out.set_block_replication(static_cast<uint32_t>(inode.replication));
  out.set_blocksize(static_cast<uint64_t>(inode.block_bytes));
  out.set_fileid(static_cast<uint64_t>(inode.id.value));
  out.set_childrennum(static_cast<int32_t>(inode.children));
  out.set_storagepolicy(inode.storage_policy);
  out.set_flags(inode.acl.empty() ? 0U : static_cast<uint32_t>(HdfsFileStatusProto::HAS_ACL));
}

DatanodeIDProto datanode_id(const Datanode& node) {
  DatanodeIDProto out;
  out.set_ipaddr(node.ip);
  out.set_hostname(node.host_name);
  out.set_datanodeuuid(node.uuid);
  out.set_xferport(node.xfer_port);
  out.set_infoport(node.info_port);
  out.set_ipcport(node.ipc_port);
  out.set_infosecureport(node.info_secure_port);
  return out;
}

DatanodeInfoProto datanode_info(const Datanode& node) {
  DatanodeInfoProto out;
  *out.mutable_id() = datanode_id(node);
  out.set_capacity(static_cast<uint64_t>(node.capacity()));
  out.set_dfsused(static_cast<uint64_t>(node.dfs_used()));
  out.set_remaining(static_cast<uint64_t>(node.remaining()));
  out.set_blockpoolused(static_cast<uint64_t>(node.block_pool_used()));
  out.set_nondfsused(static_cast<uint64_t>(node.non_dfs_used()));
  out.set_lastupdate(static_cast<uint64_t>(node.last_heartbeat_wall_ms));
  out.set_lastupdatemonotonic(static_cast<uint64_t>(node.last_heartbeat_ms));
  out.set_xceivercount(node.xceivers);
  out.set_location(node.rack);
  out.set_adminstate(DatanodeInfoProto::NORMAL);
  out.set_cachecapacity(0);
  out.set_cacheused(0);
  out.set_lastblockreporttime(static_cast<uint64_t>(node.last_block_report_wall_ms));
  out.set_lastblockreportmonotonic(static_cast<uint64_t>(node.last_block_report_ms));
  out.set_numblocks(static_cast<uint32_t>(node.blocks));
  out.set_softwareversion(node.software_version);
  return out;
}

BlockProto plain_block(const BlockInfo& block) {
  BlockProto out;
  out.set_blockid(static_cast<uint64_t>(block.id.value));
  out.set_genstamp(static_cast<uint64_t>(block.generation.value));
  out.set_numbytes(static_cast<uint64_t>(block.bytes));
  return out;
}

ExtendedBlockProto extended_block(const std::string& pool_id, const BlockInfo& block) {
  ExtendedBlockProto out;
  out.set_poolid(pool_id);
  out.set_blockid(static_cast<uint64_t>(block.id.value));
  out.set_generationstamp(static_cast<uint64_t>(block.generation.value));
  out.set_numbytes(static_cast<uint64_t>(block.bytes));
  return out;
}

LocatedBlockProto located_block(const std::string& pool_id, const ClusterView& cluster, const LocatedBlock& block) {
  LocatedBlockProto out;
  *out.mutable_b() = extended_block(pool_id, block.block);
  out.set_offset(static_cast<uint64_t>(block.offset));
  out.set_corrupt(block.corrupt);
  auto* token = out.mutable_blocktoken();  // required; empty while block tokens are off
  token->set_identifier("");
  token->set_password("");
  token->set_kind("");
  token->set_service("");
  for (const StorageId id : block.storages) {
    const Datanode* node = cluster.node_of(id);
    const Storage* storage = cluster.storage(id);
    if (node == nullptr || storage == nullptr) continue;
    *out.add_locs() = datanode_info(*node);
    out.add_iscached(false);
    out.add_storagetypes(DISK);
    out.add_storageids(storage->uuid);
  }
  return out;
}

LocatedBlocksProto located_blocks(const std::string& pool_id, const ClusterView& cluster, const LocatedBlocks& blocks) {
  LocatedBlocksProto out;
  out.set_filelength(static_cast<uint64_t>(blocks.file_length));
  out.set_underconstruction(blocks.under_construction);
  for (const auto& block : blocks.blocks) *out.add_blocks() = located_block(pool_id, cluster, block);
  if (blocks.last) *out.mutable_lastblock() = located_block(pool_id, cluster, *blocks.last);
  out.set_islastblockcomplete(blocks.last_complete);
  return out;
}

FsServerDefaultsProto server_defaults(const Settings& settings) {
  FsServerDefaultsProto out;
  out.set_blocksize(static_cast<uint64_t>(settings.block_bytes));
  out.set_bytesperchecksum(static_cast<uint32_t>(settings.bytes_per_checksum));
  out.set_writepacketsize(static_cast<uint32_t>(settings.packet_bytes));
  out.set_replication(static_cast<uint32_t>(settings.replication));
  out.set_filebuffersize(static_cast<uint32_t>(settings.file_buffer_bytes));
  out.set_encryptdatatransfer(false);
  out.set_trashinterval(static_cast<uint64_t>(settings.trash_interval_min));
  out.set_checksumtype(CHECKSUM_CRC32C);
  out.set_keyprovideruri("");
  out.set_policyid(default_storage_policy(settings).id);
  out.set_snapshottrashrootenabled(false);
  return out;
}

StorageInfoProto storage_info(const Identity& identity, uint32_t layout_version) {
  StorageInfoProto out;
  out.set_layoutversion(layout_version);
  out.set_namespceid(static_cast<uint32_t>(identity.namespace_id));
  out.set_clusterid(identity.cluster_id);
  out.set_ctime(0);
  return out;
}

StorageReportProto storage_report(const Storage& s) {
  StorageReportProto out;
  out.set_storageuuid(s.uuid);
  out.set_failed(s.failed);
  out.set_capacity(static_cast<uint64_t>(s.capacity));
  out.set_dfsused(static_cast<uint64_t>(s.dfs_used));
  out.set_remaining(static_cast<uint64_t>(s.remaining));
  out.set_blockpoolused(static_cast<uint64_t>(s.block_pool_used));
  out.set_nondfsused(static_cast<uint64_t>(s.non_dfs_used));
  out.mutable_storage()->set_storageuuid(s.uuid);
  return out;
}

BlockRef block_ref(const ExtendedBlockProto& block) {
  return BlockRef{block.poolid(), BlockId(static_cast<int64_t>(block.blockid())),
                  GenerationStamp(static_cast<int64_t>(block.generationstamp())), static_cast<int64_t>(block.numbytes())};
}

std::vector<BadReplica> bad_replicas(const LocatedBlockProto& block) {
  std::vector<BadReplica> out;
  for (int i = 0; i < block.locs_size(); ++i) {
    out.push_back({BlockId(static_cast<int64_t>(block.b().blockid())), GenerationStamp(static_cast<int64_t>(block.b().generationstamp())),
                   block.locs(i).id().datanodeuuid(), i < block.storageids_size() ? block.storageids(i) : std::string()});
  }
  return out;
}

}  // namespace tusker::namenode
