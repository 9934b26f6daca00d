#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

Task<void> call_once(Namesystem* ns, rpc::CallContext call, std::function<Result<std::string>(Transaction&)> fn, Result<std::string>* out) {
  *out = co_await ns->mutate_once(std::move(call), std::move(fn));
}

Result<std::string> once(NamespaceFixture& f, int32_t call_id, int* runs) {
  rpc::CallContext call;
  call.client_id = std::string(16, 'c');
  call.call_id = call_id;
  Result<std::string> out;
  f.real.run(call_once(
      &f.ns(), call,
      [&f, runs](Transaction& tx) -> Result<std::string> {
        ++*runs;
        TRY(const bool removed, remove(f.ns(), tx, f.as("root"), "/f", false));
        return std::string(removed ? "removed" : "missing");
      },
      &out));
  return out;
}

}  // namespace

TEST_CASE("a repeated call gets the first answer, also after a restart") {
  NamespaceFixture f(Store::kRocks);
  f.write_file("/f", 1);
  int runs = 0;
  CHECK(once(f, 5, &runs).value() == "removed");
  CHECK(once(f, 5, &runs).value() == "removed");
  f.restart();
  CHECK(once(f, 5, &runs).value() == "removed");
  CHECK(runs == 1);
  CHECK(once(f, 6, &runs).value() == "missing");
}
