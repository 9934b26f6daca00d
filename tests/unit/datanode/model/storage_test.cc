#include "datanode/model/storage.h"

#include "tests/support/catch.h"

using namespace tusker::datanode;

TEST_CASE("items of dfs.datanode.data.dir") {
  bool ok = false;
  CHECK(parse_storage_location("/a/b/", ok).path == "/a/b");
  CHECK(ok);
  const auto ssd = parse_storage_location("[SSD]file:///a", ok);
  CHECK(ok);
  CHECK(ssd.path == "/a");
  CHECK(ssd.type == StorageType::kSsd);
  parse_storage_location("[TAPE]/a", ok);
  CHECK(!ok);
  parse_storage_location("[SSD", ok);
  CHECK(!ok);
  parse_storage_location("[DISK]", ok);
  CHECK(!ok);
}
