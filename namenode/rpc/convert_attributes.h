#pragma once

#include "hdfs/ClientNamenodeProtocol.pb.h"
#include "hdfs/acl.pb.h"
#include "hdfs/xattr.pb.h"
#include "namenode/ops/attribute_operations.h"

// ACLs, extended attributes, quotas and storage policies between the model and the wire.
namespace tusker::namenode {

Acl acl_of(const google::protobuf::RepeatedPtrField<hadoop::hdfs::AclEntryProto>& entries);
hadoop::hdfs::AclStatusProto acl_status(const Inode& inode);

XAttr xattr_of(const hadoop::hdfs::XAttrProto& attribute);
hadoop::hdfs::XAttrProto xattr_proto(const XAttr& attribute);

StorageType storage_type_of(hadoop::hdfs::StorageTypeProto type);
hadoop::hdfs::BlockStoragePolicyProto storage_policy_proto(const StoragePolicy& policy);

hadoop::hdfs::ContentSummaryProto content_summary(const ContentSummary& summary);
hadoop::hdfs::QuotaUsageProto quota_usage(const ContentSummary& summary);

}  // namespace tusker::namenode
