#include "common/webhdfs/json.h"

#include <boost/json.hpp>

#include "tests/support/catch.h"

using namespace tusker;
using namespace hadoop::hdfs;
namespace json = boost::json;

namespace {

HdfsFileStatusProto directory() {
  HdfsFileStatusProto s;
  s.set_filetype(HdfsFileStatusProto::IS_DIR);
  s.set_path("user");
  s.set_length(0);
  s.mutable_permission()->set_perm(01777);
  s.set_owner("root");
  s.set_group("supergroup");
  s.set_modification_time(5);
  s.set_access_time(0);
  s.set_fileid(16386);
  s.set_childrennum(2);
  return s;
}

}  // namespace

// The texts are those of an Apache NameNode 3.5.0 for the same things.
TEST_CASE("file statuses") {
  CHECK(
      json::serialize(webhdfs::file_status(directory())) ==
      R"({"accessTime":0,"blockSize":0,"childrenNum":2,"fileId":16386,"group":"supergroup","length":0,"modificationTime":5,"owner":"root",)"
      R"("pathSuffix":"user","permission":"1777","replication":0,"storagePolicy":0,"type":"DIRECTORY"})");
  HdfsFileStatusProto link = directory();
  link.set_filetype(HdfsFileStatusProto::IS_SYMLINK);
  link.set_symlink("/to");
  link.set_flags(HdfsFileStatusProto::HAS_ACL | HdfsFileStatusProto::HAS_CRYPT | HdfsFileStatusProto::SNAPSHOT_ENABLED);
  const auto object = webhdfs::file_status(link);
  for (const auto* bit : {"aclBit", "encBit", "snapshotEnabled"}) CHECK(object.at(bit).as_bool());
  CHECK(object.at("symlink").as_string() == "/to");
}

TEST_CASE("quota usage names only the types that have a quota") {
  QuotaUsageProto usage;
  usage.set_fileanddirectorycount(2);
  usage.set_quota(100);
  usage.set_spaceconsumed(0);
  usage.set_spacequota(static_cast<uint64_t>(-1));
  auto* ssd = usage.mutable_typequotainfos()->add_typequotainfo();
  ssd->set_type(SSD);
  ssd->set_quota(100000);
  ssd->set_consumed(0);
  auto* disk = usage.mutable_typequotainfos()->add_typequotainfo();
  disk->set_type(DISK);
  disk->set_quota(static_cast<uint64_t>(-1));
  disk->set_consumed(7);
  CHECK(json::serialize(webhdfs::quota_usage(usage)) ==
        R"({"fileAndDirectoryCount":2,"quota":100,"spaceConsumed":0,"spaceQuota":-1,"typeQuota":{"SSD":{"consumed":0,"quota":100000}}})");
}

TEST_CASE("storage policies, and none") {
  BlockStoragePolicyProto hot;
  hot.set_policyid(7);
  hot.set_name("HOT");
  hot.mutable_creationpolicy()->add_storagetypes(DISK);
  hot.mutable_replicationfallbackpolicy()->add_storagetypes(ARCHIVE);
  CHECK(webhdfs::wrapped("BlockStoragePolicy", webhdfs::storage_policy(hot)) ==
        R"({"BlockStoragePolicy":{"copyOnCreateFile":false,"creationFallbacks":[],"id":7,"name":"HOT","replicationFallbacks":["ARCHIVE"],)"
        R"("storageTypes":["DISK"]}})");
  CHECK(json::serialize(webhdfs::storage_policies({})) == R"({"BlockStoragePolicy":null})");
}

TEST_CASE("snapshot differences") {
  SnapshotDiffReportProto report;
  report.set_snapshotroot("/user");
  report.set_fromsnapshot("s1");
  report.set_tosnapshot("");
  auto* entry = report.add_diffreportentries();
  entry->set_fullpath("zz");
  entry->set_modificationlabel("+");
  CHECK(
      webhdfs::wrapped("SnapshotDiffReport", webhdfs::snapshot_diff(report)) ==
      R"({"SnapshotDiffReport":{"diffList":[{"sourcePath":"zz","type":"CREATE"}],"fromSnapshot":"s1","snapshotRoot":"/user","toSnapshot":""}})");
  CHECK(webhdfs::wrapped("SnapshotList", webhdfs::snapshots({})) == R"({"SnapshotList":null})");
}

TEST_CASE("block locations") {
  LocatedBlocksProto blocks;
  auto* block = blocks.add_blocks();
  block->mutable_b()->set_numbytes(9);
  block->set_offset(0);
  block->set_corrupt(false);
  auto* node = block->add_locs();
  node->mutable_id()->set_ipaddr("127.0.0.1");
  node->mutable_id()->set_hostname("localhost");
  node->mutable_id()->set_xferport(27066);
  node->set_location("/default-rack");
  block->add_storagetypes(DISK);
  CHECK(webhdfs::wrapped("BlockLocations", webhdfs::block_locations(blocks)) ==
        R"({"BlockLocations":{"BlockLocation":[{"topologyPaths":["/default-rack/127.0.0.1:27066"],"corrupt":false,"cachedHosts":[],)"
        R"("names":["127.0.0.1:27066"],"offset":0,"hosts":["localhost"],"length":9,"storageTypes":["DISK"]}]}})");
}

TEST_CASE("erasure coding policies of every Hadoop are named, though only their numbers travel") {
  ErasureCodingPolicyProto policy;
  policy.set_id(3);
  CHECK(json::serialize(webhdfs::erasure_coding_policy(policy)) ==
        R"({"name":"RS-LEGACY-6-3-1024k","schema":{"codecName":"rs-legacy","numDataUnits":6,"numParityUnits":3,"extraOptions":{}},)"
        R"("cellSize":1048576,"id":3,"replicationPolicy":false,"numDataUnits":6,"numParityUnits":3,"codecName":"rs-legacy",)"
        R"("systemPolicy":true})");
}
