#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "hdfs/ClientNamenodeProtocol.pb.h"
#include "hdfs/erasurecoding.pb.h"
#include "hdfs/hdfs.pb.h"
#include "hdfs/xattr.pb.h"

// The JSON of WebHDFS (org.apache.hadoop.hdfs.web.JsonUtil), key by key in its order: sorted, but where Hadoop uses a hash map.
namespace tusker::webhdfs {

// Without the "FileStatus" around it.
boost::json::object file_status(const hadoop::hdfs::HdfsFileStatusProto& status);
boost::json::object directory_listing(const hadoop::hdfs::DirectoryListingProto& listing);
boost::json::object content_summary(const hadoop::hdfs::ContentSummaryProto& summary);
boost::json::object quota_usage(const hadoop::hdfs::QuotaUsageProto& usage);
boost::json::object located_blocks(const hadoop::hdfs::LocatedBlocksProto& blocks);
// {"BlockLocation":[…]}
boost::json::object block_locations(const hadoop::hdfs::LocatedBlocksProto& blocks);
boost::json::object acl_status(const hadoop::hdfs::AclStatusProto& status);
boost::json::object storage_policy(const hadoop::hdfs::BlockStoragePolicyProto& policy);
// {"BlockStoragePolicy":[…]}, or null in it when there is none.
boost::json::object storage_policies(const hadoop::hdfs::GetStoragePoliciesResponseProto& policies);
boost::json::object server_defaults(const hadoop::hdfs::FsServerDefaultsProto& defaults);
// As Jackson writes the bean: GETECPOLICY's answer.
boost::json::object erasure_coding_policy(const hadoop::hdfs::ErasureCodingPolicyProto& policy);
boost::json::object erasure_coding_policies(const hadoop::hdfs::GetErasureCodingPoliciesResponseProto& policies);
boost::json::object snapshot_diff(const hadoop::hdfs::SnapshotDiffReportProto& report);
boost::json::object snapshot_diff_listing(const hadoop::hdfs::SnapshotDiffReportListingProto& listing);
boost::json::value snapshottable_directories(const hadoop::hdfs::GetSnapshottableDirListingResponseProto& listing);
boost::json::value snapshots(const hadoop::hdfs::GetSnapshotListingResponseProto& listing);
// FileStatus as GETTRASHROOTS gives it.
boost::json::object plain_file_status(const hadoop::hdfs::HdfsFileStatusProto& status, const std::string& path);

// {"key":value}
std::string wrapped(std::string_view key, boost::json::value value);
// Bytes of a name as text.
std::string storage_type_name(hadoop::hdfs::StorageTypeProto type);

}  // namespace tusker::webhdfs
