#include <filesystem>
#include <fstream>
#include <sstream>

#include "hdfs/inotify.pb.h"
#include "namenode/background/loops.h"
#include "namenode/ops/reconfiguration.h"
#include "tests/unit/namenode/rpc/served.h"

using namespace tusker;
using namespace tusker::namenode;
using namespace hadoop::hdfs;
using tests::Served;
using tests::Store;

namespace {

GetEditsFromTxidResponseProto edits_from(Served& s, int64_t tx) {
  GetEditsFromTxidRequestProto request;
  request.set_txid(tx);
  const auto answer = s.call<GetEditsFromTxidResponseProto>("getEditsFromTxid", request);
  REQUIRE(answer);
  return *answer;
}

// What watchers see, in a line: a letter for each event with its path.
std::string events_of(const EventsListProto& list) {
  std::string out;
  for (const auto& batch : list.batch()) {
    for (const auto& event : batch.events()) {
      const auto read = [&event](auto message) {
        REQUIRE(message.ParseFromString(event.contents()));
        return message;
      };
      switch (event.type()) {
        case EVENT_CREATE: {
          const auto created = read(CreateEventProto());
          out += (created.type() == I_TYPE_DIRECTORY ? "mkdir " : "create ") + created.path() + ";";
          break;
        }
        case EVENT_CLOSE:
          out += "close " + read(CloseEventProto()).path() + " " + std::to_string(read(CloseEventProto()).filesize()) + ";";
          break;
        case EVENT_APPEND:
          out += "append " + read(AppendEventProto()).path() + ";";
          break;
        case EVENT_RENAME:
          out += "rename " + read(RenameEventProto()).srcpath() + " " + read(RenameEventProto()).destpath() + ";";
          break;
        case EVENT_METADATA:
          out += "metadata " + read(MetadataUpdateEventProto()).path() + ";";
          break;
        case EVENT_UNLINK:
          out += "unlink " + read(UnlinkEventProto()).path() + ";";
          break;
        case EVENT_TRUNCATE:
          out += "truncate " + read(TruncateEventProto()).path() + ";";
          break;
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("watchers are told what was done, in order and without a gap") {
  Served s(Store::kRocks);
  auto& f = s.f;
  const auto root = f.as("root");
  f.write_file("/d/a", 10);
  f.write_file("/d/b", 20);
  REQUIRE(f.mutate([&](Transaction& tx) { return append(f.ns(), tx, root, "/d/b", "c", false); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return recover_lease(f.ns(), tx, root, "/d/b", "c"); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return set_permission(f.ns(), tx, root, "/d/a", 0600); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return set_owner(f.ns(), tx, root, "/d/a", "eve", ""); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return set_replication(f.ns(), tx, root, "/d/a", 1); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return set_times(f.ns(), tx, root, "/d/a", 5, 6); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return rename(f.ns(), tx, root, "/d/a", "/d/c"); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return truncate(f.ns(), tx, root, "/d/c", 0, "c"); }));
  f.write_file("/d/e", 30);
  REQUIRE(f.mutate([&](Transaction& tx) { return concat(f.ns(), tx, root, "/d/c", {"/d/e"}); }));
  REQUIRE(f.mutate([&](Transaction& tx) { return remove(f.ns(), tx, root, "/d", true); }));
  const auto all = edits_from(s, 1).eventslist();
  CHECK(all.firsttxid() == 1);
  CHECK(all.lasttxid() == f.ns().last_tx().value);
  CHECK(all.synctxid() == all.lasttxid());
  CHECK(events_of(all) ==
        "mkdir /d;create /d/a;close /d/a 10;create /d/b;close /d/b 20;append /d/b;metadata /d/a;metadata /d/a;metadata /d/a;metadata "
        "/d/a;rename /d/a /d/c;truncate /d/c;create /d/e;close /d/e 30;append /d/c;unlink /d/e;close /d/c -1;unlink /d;");
  const auto rest = edits_from(s, all.lasttxid()).eventslist();
  CHECK(rest.firsttxid() == all.lasttxid());
  CHECK(events_of(rest) == "unlink /d;");
  const auto none = edits_from(s, all.lasttxid() + 1).eventslist();
  CHECK(none.firsttxid() == -1);
  CHECK(none.lasttxid() == -1);
}

TEST_CASE("watchers get so many events at once as they may") {
  Served s(Store::kMemory, [](Settings& settings) { settings.inotify_events_max = 2; });
  s.f.write_file("/a", 1);
  s.f.write_file("/b", 1);
  const auto first = edits_from(s, 1).eventslist();
  CHECK(events_of(first) == "create /a;close /a 1;");
  CHECK(events_of(edits_from(s, first.lasttxid() + 1).eventslist()) == "create /b;close /b 1;");
}

TEST_CASE("the namespace is saved in safe mode alone, the edits rolled outside of it") {
  Served s;
  const auto save = [&] { return s.call<SaveNamespaceResponseProto>("saveNamespace", SaveNamespaceRequestProto()); };
  const auto roll = [&] { return s.call<RollEditsResponseProto>("rollEdits", RollEditsRequestProto()); };
  CHECK(save().error() == Status(StatusCode::kIo, "Safe mode should be turned ON in order to create namespace image."));
  const int64_t before = s.f.ns().last_tx().value;
  const auto rolled = roll();
  REQUIRE(rolled);
  CHECK(static_cast<int64_t>(rolled->newsegmenttxid()) == before + 2);  // one ends the segment, one begins the next
  s.f.ns().safe_mode().enter(SafeMode::State::kManual);
  CHECK(save()->saved());
  CHECK(roll().error().code() == StatusCode::kSafeMode);
  CHECK(s.call<SaveNamespaceResponseProto>("saveNamespace", SaveNamespaceRequestProto(), "eve").error().code() ==
        StatusCode::kAccessControl);
}

TEST_CASE("safe mode isn't left for blocks of the future, unless it is forced") {
  Served s;
  const auto set = [&](SafeModeActionProto action) {
    SetSafeModeRequestProto request;
    request.set_action(action);
    return s.call<SetSafeModeResponseProto>("setSafeMode", request)->result();
  };
  CHECK(set(SAFEMODE_ENTER));
  CHECK_FALSE(set(SAFEMODE_LEAVE));
  s.f.ns().note_future(BlockId(5'000'000'000));
  CHECK(set(SAFEMODE_ENTER));
  CHECK(set(SAFEMODE_LEAVE));
  CHECK(set(SAFEMODE_GET));
  CHECK_FALSE(set(SAFEMODE_FORCE_EXIT));
}

TEST_CASE("metaSave writes what waits to be done") {
  const auto folder = std::filesystem::temp_directory_path() / ("tusker-metasave-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  Served s(Store::kMemory, [&](Settings& settings) { settings.log_directory = folder; });
  s.f.write_file("/f", 10);
  MetaSaveRequestProto request;
  request.set_filename("meta");
  REQUIRE(s.call<MetaSaveResponseProto>("metaSave", request));
  std::ifstream file(folder / "meta");
  std::stringstream text;
  text << file.rdbuf();
  CHECK(
      text.str().starts_with("2 files and directories, 1 blocks = 3 total filesystem objects\nLive Datanodes: 3\nDead Datanodes: 0\n"
                             "Metasave: Blocks waiting for reconstruction: 0\nMetasave: Blocks currently missing: 0\n"));
  CHECK(text.str().find(
            "Metasave: Number of datanodes: 3\n10.0.0.1:9866 IN 1099511627776(1 TB) 0(0 B) 0.00% 1099511627776(1 TB) 0(0 B) 0(0 B) "
            "100.00% 0(0 B) ") != std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_CASE("the balancer's bandwidth reaches each node once") {
  Served s;
  SetBalancerBandwidthRequestProto request;
  request.set_bandwidth((int64_t{1} << 40) + 1);
  CHECK(s.call<SetBalancerBandwidthResponseProto>("setBalancerBandwidth", request).error() ==
        Status(StatusCode::kIllegalArgument, "Bandwidth should not exceed maximum limit 1099511627776 bytes per second"));
  request.set_bandwidth(1000);
  REQUIRE(s.call<SetBalancerBandwidthResponseProto>("setBalancerBandwidth", request));
  const auto beat = [&] {
    return s.f.mutate([&](Transaction& tx) {
      Heartbeat one;
      one.uuid = "dn-1";
      one.storages.push_back({"DS-1", false, 1, 0, 1, 0, 0});
      return heartbeat(s.f.ns(), tx, one);
    });
  };
  CHECK(beat()->balancer_bandwidth == 1000);
  CHECK(beat()->balancer_bandwidth == 0);
}

TEST_CASE("without always-use there are no delegation tokens, and none can be renewed") {
  Served s;
  hadoop::common::GetDelegationTokenRequestProto request;
  request.set_renewer("yarn");
  using Given = hadoop::common::GetDelegationTokenResponseProto;
  CHECK_FALSE(s.call<Given>("getDelegationToken", request)->has_token());
  Served with(Store::kMemory, [](Settings& settings) { settings.tokens_always = true; });
  const auto given = with.call<Given>("getDelegationToken", request);
  REQUIRE(given);
  REQUIRE(given->has_token());
  hadoop::common::RenewDelegationTokenRequestProto renew;
  *renew.mutable_token() = given->token();
  using Renewed = hadoop::common::RenewDelegationTokenResponseProto;
  CHECK(with.call<Renewed>("renewDelegationToken", renew, "yarn"));
  CHECK(with.call<Renewed>("renewDelegationToken", renew).error().code() == StatusCode::kAccessControl);
  CHECK(s.call<Renewed>("renewDelegationToken", renew, "yarn").error().code() == StatusCode::kInvalidToken);
}

TEST_CASE("properties that may change take effect, bad values don't") {
  tests::NamespaceFixture f(Store::kMemory);
  config::Config conf;
  conf.set("fs.defaultFS", "hdfs://localhost:0");
  conf.set("dfs.namenode.name.dir", "/tmp/none");
  auto fresh = conf;
  fresh.set("dfs.block.invalidate.limit", "7");
  fresh.set("dfs.namenode.replication.max-streams", "many");
  fresh.set("dfs.replication", "9");
  Reconfiguration reconfiguration(f.ns(), conf, [fresh] { return fresh; });
  struct Run {
    static Task<void> start(Reconfiguration* r, Result<void>* out) { *out = co_await r->start(); }
  };
  Result<void> started;
  f.real.run(Run::start(&reconfiguration, &started));
  REQUIRE(started);
  const auto status = reconfiguration.status();
  CHECK(status.end_ms);
  REQUIRE(status.changes.size() == 2);
  CHECK(status.changes[0].name == "dfs.block.invalidate.limit");
  CHECK(status.changes[0].error.empty());
  CHECK(f.ns().settings().invalidate_limit == 7);
  CHECK(status.changes[1].error.starts_with("Could not change property dfs.namenode.replication.max-streams from '2' to 'many'"));
  CHECK(f.ns().settings().replication_streams_max == 2);
}
