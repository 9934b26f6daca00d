#include "datanode/store/version_file.h"

#include "tests/unit/datanode/store/dataset_fixture.h"

using namespace tusker;
using namespace tusker::datanode;

TEST_CASE("Java's properties are read, with comments and escapes") {
  tests::DatasetFixture fixture;
  const std::string path = fixture.root() + "/VERSION-of-java";
  REQUIRE(fixture.disk.replace_file(path, "#Sat Nov 21 16:00:00 UTC 2026\r\nclusterID=CID-1\\:2\r\nlayoutVersion=-57\n\n"));
  const auto read = read_version(fixture.disk, path);
  REQUIRE(read);
  CHECK(read->at("clusterID") == "CID-1:2");
  CHECK(read->at("layoutVersion") == "-57");
  CHECK(required(*read, "clusterID", path) == "CID-1:2");
  CHECK(!required(*read, "cTime", path));
}

TEST_CASE("a volume's VERSION files have what Apache's have") {
  tests::DatasetFixture fixture;
  const auto storage = read_version(fixture.disk, fixture.root() + "/current/VERSION");
  REQUIRE(storage);
  CHECK(storage->at("clusterID") == "CID-test");
  CHECK(storage->at("storageType") == "DATA_NODE");
  CHECK(storage->at("cTime") == "0");
  CHECK(storage->at("storageID").starts_with("DS-"));
  CHECK(storage->at("datanodeUuid") == fixture.dataset->datanode_uuid());
  const auto pool = read_version(fixture.disk, fixture.pool() + "/current/VERSION");
  REQUIRE(pool);
  CHECK(pool->at("blockpoolID") == tests::kNamespace.block_pool_id);
  CHECK(pool->at("namespaceID") == "7");
}

TEST_CASE("a volume of another cluster is refused") {
  tests::DatasetFixture fixture;
  const std::string path = fixture.root();
  fixture.dataset.reset();
  auto dataset = FsDataset::open(fixture.disk, fixture.random, {{{StorageType::kDisk, path}}, 0, 0, true});
  REQUIRE(dataset);
  auto other = tests::kNamespace;
  other.cluster_id = "CID-other";
  const auto attached = (*dataset)->attach(other);
  REQUIRE(!attached);
  CHECK(attached.error().message() ==
        "Incompatible clusterIDs in " + path + ": namenode clusterID = CID-other; datanode clusterID = CID-test");
}

TEST_CASE("a volume that is in use can't be opened twice") {
  tests::DatasetFixture fixture;
  CHECK(!FsDataset::open(fixture.disk, fixture.random, {{{StorageType::kDisk, fixture.root()}}, 0, 0, true}));
}
