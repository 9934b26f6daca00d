#include "datanode/model/pending_reports.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::datanode;

namespace {

BlockEvent event(int64_t id, ReceivedDeleted status) { return {{BlockId(id), GenerationStamp(1001), 10}, status, ""}; }

}  // namespace

TEST_CASE("only a received block is urgent") {
  PendingReports reports;
  reports.add("s", event(1, ReceivedDeleted::kReceiving));
  reports.add("s", event(2, ReceivedDeleted::kDeleted));
  CHECK(!reports.urgent());
  reports.add("s", event(1, ReceivedDeleted::kReceived));
  CHECK(reports.urgent());
  CHECK(reports.size() == 2);
}

TEST_CASE("the latest event of a block counts") {
  PendingReports reports;
  reports.add("s", event(1, ReceivedDeleted::kReceiving));
  reports.add("s", event(1, ReceivedDeleted::kReceived));
  const auto taken = reports.take();
  REQUIRE(taken.at("s").size() == 1);
  CHECK(taken.at("s")[0].status == ReceivedDeleted::kReceived);
  CHECK(reports.empty());
  CHECK(!reports.urgent());
}

TEST_CASE("what couldn't be sent comes back, unless something newer is known") {
  PendingReports reports;
  reports.add("s", event(1, ReceivedDeleted::kReceived));
  reports.add("s", event(2, ReceivedDeleted::kReceived));
  auto taken = reports.take();
  reports.add("s", event(1, ReceivedDeleted::kDeleted));
  reports.restore(std::move(taken));
  CHECK(reports.urgent());
  const auto again = reports.take();
  REQUIRE(again.at("s").size() == 2);
  CHECK(again.at("s")[0].status == ReceivedDeleted::kDeleted);
  CHECK(again.at("s")[1].status == ReceivedDeleted::kReceived);
}
