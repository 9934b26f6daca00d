#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "namenode/background/loops.h"
#include "namenode/rpc/namenode_protocol.h"
#include "namenode/rpc/side_protocols.h"
#include "tests/unit/namenode/rpc/served.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::call_of;
using tests::run_call;
using tests::Served;

namespace {

// Gives every required field a value.
void fill(google::protobuf::Message& message) {
  const auto* reflection = message.GetReflection();
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    if (!field->is_required()) continue;
    using Field = google::protobuf::FieldDescriptor;
    switch (field->cpp_type()) {
      case Field::CPPTYPE_INT32:
        reflection->SetInt32(&message, field, 1);
        break;
      case Field::CPPTYPE_INT64:
        reflection->SetInt64(&message, field, 1);
        break;
      case Field::CPPTYPE_UINT32:
        reflection->SetUInt32(&message, field, 1);
        break;
      case Field::CPPTYPE_UINT64:
        reflection->SetUInt64(&message, field, 1);
        break;
      case Field::CPPTYPE_BOOL:
        reflection->SetBool(&message, field, true);
        break;
      case Field::CPPTYPE_ENUM:
        reflection->SetEnum(&message, field, field->enum_type()->value(0));
        break;
      case Field::CPPTYPE_STRING:
        reflection->SetString(&message, field, "/f");
        break;
      case Field::CPPTYPE_MESSAGE:
        fill(*reflection->MutableMessage(&message, field));
        break;
      default:
        FAIL("a required field of an unexpected type: " << field->full_name());
    }
  }
}

std::string request_of(const rpc::Protocol& protocol, std::string_view method) {
  const auto* descriptor = protocol.service->FindMethodByName(std::string(method));
  REQUIRE(descriptor != nullptr);
  const std::unique_ptr<google::protobuf::Message> request(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor->input_type())->New());
  fill(*request);
  return request->SerializeAsString();
}

Task<void> leave_later(Namesystem* ns) {
  co_await ns->env().clock.sleep_for(std::chrono::milliseconds(150));
  ns->safe_mode().leave();
}
Task<void> call_while_starting(Namesystem* ns, const rpc::Method* method, rpc::CallContext call, std::string request,
                               Result<std::string>* out) {
  TaskGroup tasks("test");
  tasks.spawn(ns->env().make_strand(), leave_later(ns));
  *out = co_await method->handler(std::move(call), request);
  co_await tasks.stop();
}

}  // namespace

TEST_CASE("safe mode refuses the methods that the table says it refuses, and no other") {
  Served s;
  int32_t call_id = 1;
  for (const auto& method : s.table.methods) {
    INFO(method.name);
    s.f.ns().safe_mode().enter(SafeMode::State::kManual);
    const auto answer = s.call(method, request_of(s.table, method.name), call_id++);
    const bool refused = !answer && answer.error().code() == StatusCode::kSafeMode;
    CHECK(refused == !method.policy.in_safe_mode);
  }
}

TEST_CASE("a repeated call gets its first answer in safe mode too") {
  Served s;
  const rpc::Method& create = *s.table.find("create");
  hadoop::hdfs::CreateRequestProto request;
  request.set_src("/f");
  request.mutable_masked()->set_perm(0644);
  request.set_clientname("c");
  request.set_createflag(1);
  request.set_createparent(true);
  request.set_replication(3);
  request.set_blocksize(1 << 20);
  const auto first = s.call(create, request.SerializeAsString(), 7);
  REQUIRE(first);
  s.f.ns().safe_mode().enter(SafeMode::State::kManual);
  CHECK(s.call(create, request.SerializeAsString(), 7).value() == *first);
  CHECK(s.call(create, request.SerializeAsString(), 8).error().code() == StatusCode::kSafeMode);
}

TEST_CASE("a change waits for the start-up rather than fail") {
  Served s;
  s.f.ns().safe_mode().enter(SafeMode::State::kStartup);
  const rpc::Method* mkdirs = s.table.find("mkdirs");
  Result<std::string> answer;
  s.f.real.run(call_while_starting(&s.f.ns(), mkdirs, call_of("root", 1), request_of(s.table, "mkdirs"), &answer));
  CHECK(answer);
}

TEST_CASE("the start-up ends when everyone is back, or when those who are hold enough") {
  tests::NamespaceFixture f(tests::Store::kMemory);
  f.write_file("/f", 10);
  Loops loops(f.ns());
  const auto absent = [&](const std::string& uuid, bool alive) {
    Datanode& node = *f.ns().cluster().find(uuid);
    node.registered = false;
    node.alive = alive;
    f.ns().publish_cluster();
  };
  const auto ends = [&] {
    f.real.run(loops.check_safe_mode());
    return !f.ns().safe_mode().on();
  };
  const StorageId third = f.ns().cluster().find("dn-3")->storages.front().id;
  BlockInfo block;
  REQUIRE(f.read([&](const View& view) -> Result<void> {
    TRY(const auto located, get_block_locations(view, f.as("root"), "/f", 0, 10));
    block = located.last->block;
    return {};
  }));
  f.ns().safe_mode().enter(SafeMode::State::kStartup);
  absent("dn-1", false);  // silent for so long that it counts as dead: that proves nothing
  absent("dn-2", true);
  CHECK(ends());  // the third has the only block
  f.ns().safe_mode().enter(SafeMode::State::kStartup);
  REQUIRE(f.mutate([&](Transaction& tx) { return replica_deleted(f.ns(), tx, third, block.id); }));
  absent("dn-2", false);
  Loops again(f.ns());
  f.real.run(again.check_safe_mode());
  CHECK(f.ns().safe_mode().on());
}

TEST_CASE("every RPC of the NameNode's protocols is answered or listed as unsupported") {
  tests::NamespaceFixture f(tests::Store::kMemory);
  security::Groups groups(f.real.env());
  ClientProtocol client(f.ns(), groups);
  DatanodeProtocol datanodes(f.ns());
  NamenodeProtocol namenodes(f.ns(), groups, datanodes);
  Reconfiguration reconfiguration(f.ns(), config::Config(), {});
  SideServices services{f.ns(), groups, reconfiguration, {}};
  auto protocols = side_protocols(services);
  protocols.push_back(namenodes.table());
  protocols.push_back(client.table());
  protocols.push_back(datanodes.table());
  for (const auto& protocol : protocols) {
    INFO(protocol.name);
    REQUIRE(protocol.service != nullptr);
    CHECK(protocol.unlisted().empty());
    for (const auto name : protocol.unsupported) CHECK(protocol.find(name) == nullptr);
  }
}

TEST_CASE("a disk that runs full brings safe mode, and an operator's leave doesn't last") {
  const auto loops_of = [](tests::NamespaceFixture& f) {
    Loops loops(f.ns());
    f.real.run(loops.check_resources());
  };
  tests::NamespaceFixture roomy(tests::Store::kMemory, [](Settings& s) {
    s.name_directory = "/tmp";
    s.disk_reserved_bytes = 1;
  });
  loops_of(roomy);
  CHECK_FALSE(roomy.ns().safe_mode().on());
  tests::NamespaceFixture full(tests::Store::kMemory, [](Settings& s) {
    s.name_directory = "/tmp";
    s.disk_reserved_bytes = INT64_MAX;
  });
  loops_of(full);
  CHECK(full.ns().safe_mode().state() == SafeMode::State::kLowResources);
  CHECK(full.ns().safe_mode().tip().starts_with("Resources are low on NN."));
  full.ns().safe_mode().leave();
  loops_of(full);
  CHECK(full.ns().safe_mode().on());
}

TEST_CASE("properties that are set and not heeded are named") {
  config::Config conf;
  conf.set("dfs.hosts", "/etc/hosts-allowed");
  conf.set("dfs.replication", "2");
  CHECK(unsupported_properties(conf) == std::vector<std::string>{"dfs.hosts"});
}
