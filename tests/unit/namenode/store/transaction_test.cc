#include "namenode/store/transaction.h"

#include "common/kv/memory_engine.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::namenode;

TEST_CASE("a transaction sees the engine under the pending rows under its own") {
  kv::MemoryEngine engine(kFamilyCount);
  kv::Batch batch;
  for (const char* key : {"a", "b", "c", "d"}) batch.put(kMetaFamily, key, "engine");
  REQUIRE(engine.write(std::move(batch), true));
  Overlay overlay;
  overlay.set(kMetaFamily, "b", "pending", 1);
  overlay.set(kMetaFamily, "c", std::nullopt, 1);
  overlay.set(kMetaFamily, "e", "pending", 1);
  Transaction tx(engine, overlay, Counters{}, 0);
  tx.put(kMetaFamily, "bb", "own");
  tx.remove(kMetaFamily, "d");
  std::string seen;
  REQUIRE(tx.scan(kMetaFamily, "", "", [&seen](std::string_view key, std::string_view value) -> Result<bool> {
    seen += std::string(key) + "=" + std::string(value) + " ";
    return true;
  }));
  CHECK(seen == "a=engine b=pending bb=own e=pending ");
  CHECK(*tx.row(kMetaFamily, "c") == std::nullopt);
  CHECK(*tx.row(kMetaFamily, "a") == "engine");
}

TEST_CASE("pending rows are forgotten with their group, unless a later one changed them") {
  Overlay overlay;
  overlay.set(kMetaFamily, "x", "1", 1);
  overlay.set(kMetaFamily, "y", "1", 1);
  overlay.set(kMetaFamily, "y", "2", 2);
  kv::Batch batch;
  batch.put(kMetaFamily, "x", "1");
  batch.put(kMetaFamily, "y", "1");
  overlay.forget(batch, 1);
  CHECK_FALSE(overlay.table(kMetaFamily).contains("x"));
  CHECK(overlay.table(kMetaFamily).at("y").value == "2");
}
