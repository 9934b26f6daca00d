#pragma once

#include "hdfs/ClientNamenodeProtocol.pb.h"
#include "hdfs/DatanodeProtocol.pb.h"
#include "hdfs/HdfsServer.pb.h"
#include "hdfs/hdfs.pb.h"
#include "namenode/ops/datanode_operations.h"
#include "namenode/ops/operations.h"

// Model types to wire types and back.
namespace tusker::namenode {

// Its storage policy is what the inode names: of reads the one that holds for it.
hadoop::hdfs::HdfsFileStatusProto file_status(const Inode& inode, bool with_name);
// The same into a message that is empty.
void fill_file_status(const Inode& inode, bool with_name, hadoop::hdfs::HdfsFileStatusProto& out);
hadoop::hdfs::DatanodeInfoProto datanode_info(const Datanode& node);
hadoop::hdfs::DatanodeIDProto datanode_id(const Datanode& node);
hadoop::hdfs::ExtendedBlockProto extended_block(const std::string& pool_id, const BlockInfo& block);
hadoop::hdfs::BlockProto plain_block(const BlockInfo& block);
// Locations come in the order given; storage ids and types stand beside every one of them.
hadoop::hdfs::LocatedBlockProto located_block(const std::string& pool_id, const ClusterView& cluster, const LocatedBlock& block);
hadoop::hdfs::LocatedBlocksProto located_blocks(const std::string& pool_id, const ClusterView& cluster, const LocatedBlocks& blocks);
hadoop::hdfs::FsServerDefaultsProto server_defaults(const Settings& settings);
hadoop::hdfs::StorageInfoProto storage_info(const Identity& identity, uint32_t layout_version);
hadoop::hdfs::StorageReportProto storage_report(const Storage& storage);

BlockRef block_ref(const hadoop::hdfs::ExtendedBlockProto& block);
// What a reportBadBlocks says of one block. Java clients name nodes without their storages.
std::vector<BadReplica> bad_replicas(const hadoop::hdfs::LocatedBlockProto& block);

}  // namespace tusker::namenode
