// The transfer port, spoken to in bytes as clients do. Behaviour as seen of Apache's DataNode 3.5.0.
#include <optional>

#include "common/async/run_on.h"
#include "common/env/real_env.h"
#include "common/transfer/op.h"
#include "common/transfer/packet.h"
#include "common/transfer/pipeline_ack.h"
#include "datanode/ops/convert.h"
#include "datanode/transfer/data_xceiver_server.h"
#include "tests/support/catch.h"
#include "tests/unit/datanode/store/dataset_fixture.h"

using namespace tusker;
using namespace tusker::datanode;
using namespace hadoop::hdfs;
using transfer::DataChecksum;

namespace {

const tusker::datanode::Block kBlock{BlockId(1073741825), GenerationStamp(1001), 0};

// One DataNode's transfer port on a dataset of its own.
struct Node {
  explicit Node(Env& env, size_t xceivers_max = 16)
      : writers(env.clock), context{env, config, *fixture.dataset, writers, notifier, metrics, identity} {
    config.transfer_bind = {"127.0.0.1", 0};
    config.xceivers_max = xceivers_max;
    config.socket_timeout = std::chrono::seconds(5);
    config.socket_write_timeout = std::chrono::seconds(5);
    config.keepalive = std::chrono::milliseconds(300);
    config.xceiver_stop_timeout = std::chrono::seconds(5);
    server.emplace(context);
    REQUIRE(server->bind());
    server->start();
  }
  DatanodeInfoProto info() const {
    DatanodeInfoProto out;
    auto* id = out.mutable_id();
    id->set_ipaddr("127.0.0.1");
    id->set_hostname("localhost");
    id->set_datanodeuuid(fixture.dataset->datanode_uuid());
    id->set_xferport(server->local().port);
    id->set_infoport(0);
    id->set_ipcport(0);
    return out;
  }
  tests::DatasetFixture fixture;
  DataNodeConfig config;
  WriterRegistry writers;
  BlockNotifier notifier;
  DataNodeMetrics metrics;
  Identity identity;
  DataNodeContext context;
  std::optional<DataXceiverServer> server;
};

// The client's end.
struct Connection {
  std::unique_ptr<Stream> stream;
  std::unique_ptr<transfer::InputBuffer> in;
};

Task<Connection> connect(Env& env, Node& node) {
  auto stream =
      co_await env.network.connect(node.server->local(), co_await asio::this_coro::executor, env.clock.after(std::chrono::seconds(5)));
  REQUIRE(stream);
  Connection out{std::move(*stream), nullptr};
  out.in = std::make_unique<transfer::InputBuffer>(*out.stream, 1024);
  co_return out;
}

OpWriteBlockProto write_request(std::vector<DatanodeInfoProto> targets = {}) {
  OpWriteBlockProto op;
  *op.mutable_header()->mutable_baseheader()->mutable_block() = to_extended(tests::kNamespace.block_pool_id, kBlock);
  op.mutable_header()->set_clientname("a test");
  for (const auto& target : targets) *op.add_targets() = target;
  op.set_stage(OpWriteBlockProto::PIPELINE_SETUP_CREATE);
  op.set_pipelinesize(static_cast<uint32_t>(targets.size() + 1));
  op.set_minbytesrcvd(0);
  op.set_maxbytesrcvd(0);
  op.set_latestgenerationstamp(0);
  op.mutable_requestedchecksum()->set_type(CHECKSUM_CRC32C);
  op.mutable_requestedchecksum()->set_bytesperchecksum(512);
  return op;
}

std::string packet(int64_t seqno, int64_t offset, const std::string& data, DataChecksum checksum = {}, bool sync = false) {
  const auto owned = tests::DatasetFixture::packet(offset, data, checksum);
  char head[transfer::kPacketHeadBytesMax];
  char* const end = head + sizeof head;
  const char* begin =
      transfer::encode_packet_head(end, {offset, seqno, false, static_cast<int32_t>(data.size()), sync}, owned->sums.size());
  return std::string(begin, static_cast<size_t>(end - begin)) + owned->sums + data;
}

std::string last_packet(int64_t seqno, int64_t offset) { return transfer::encode_empty_packet({offset, seqno, true, 0, false}); }

Task<void> send(Env& env, Connection& connection, std::string bytes) {
  const auto written = co_await connection.stream->write(bytes, env.clock.after(std::chrono::seconds(5)));
  REQUIRE(written);
}

Task<BlockOpResponseProto> response(Env& env, Connection& connection) {
  auto answer = co_await transfer::read_delimited<BlockOpResponseProto>(*connection.in, env.clock.after(std::chrono::seconds(5)));
  REQUIRE(answer);
  co_return *answer;
}

Task<transfer::PipelineAck> next_ack(Env& env, Connection& connection) {
  auto ack = co_await transfer::read_pipeline_ack(*connection.in, env.clock.after(std::chrono::seconds(5)));
  REQUIRE(ack);
  co_return *ack;
}

Task<void> expect_success(Env& env, Connection& connection) {
  const auto answer = co_await response(env, connection);
  CHECK(answer.status() == SUCCESS);
}

Task<void> expect_acked(Env& env, Connection& connection) {
  const auto ack = co_await next_ack(env, connection);
  CHECK(ack.success());
}

Task<void> expect_closed(Env& env, Connection& connection) {
  const auto more = co_await connection.in->fill(1, env.clock.after(std::chrono::seconds(6)));
  REQUIRE(!more);
  const StatusCode code = more.error().code();
  CHECK((code == StatusCode::kEof || code == StatusCode::kUnavailable));
}

Task<void> write_odd_packets(Env& env, Node& node) {
  const DataChecksum crc32(transfer::ChecksumType::kCrc32, 512);
  auto connection = co_await connect(env, node);
  auto op = write_request();
  op.mutable_requestedchecksum()->set_type(CHECKSUM_CRC32);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, op));
  const auto answer = co_await response(env, connection);
  CHECK(answer.status() == SUCCESS);
  CHECK(answer.has_firstbadlink());
  // Starts with packet 5; overlaps from the run's start; a heartbeat; an empty sync; a run gone on with in two pieces.
  co_await send(env, connection,
                packet(5, 0, std::string(700, 'a'), crc32) + packet(6, 512, std::string(188, 'a') + std::string(12, 'b'), crc32));
  co_await send(env, connection, transfer::encode_empty_packet({0, transfer::kHeartbeatSeqno, false, 0, false}));
  co_await send(env, connection, transfer::encode_empty_packet({712, 7, false, 0, true}));
  co_await send(env, connection,
                packet(8, 712, std::string(6, 'c'), crc32) + packet(9, 718, std::string(10, 'd'), crc32) + last_packet(10, 728));
  for (const int64_t seqno : {5, 6, -1, 7, 8, 9, 10}) {
    const auto ack = co_await next_ack(env, connection);
    CHECK(ack.seqno == seqno);
    CHECK(ack.replies == std::vector<hadoop::hdfs::Status>{SUCCESS});
  }
  co_await expect_closed(env, connection);
  CHECK(node.fixture.content_of(kBlock) == std::string(700, 'a') + std::string(12, 'b') + std::string(6, 'c') + std::string(10, 'd'));
  CHECK(node.fixture.dataset->open_for_read(kBlock)->checksum() == crc32);
  const auto events = node.notifier.take();
  REQUIRE(events.size() == 1);
  CHECK(events.begin()->second.back().status == ReceivedDeleted::kReceived);
  CHECK(events.begin()->second.back().block.bytes == 728);
}

Task<void> write_badly(Env& env, Node& node, std::string bad_packet) {
  auto connection = co_await connect(env, node);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, write_request()));
  co_await expect_success(env, connection);
  co_await send(env, connection, bad_packet);
  co_await expect_closed(env, connection);
}

Task<void> write_damaged(Env& env, Node& node) {
  auto connection = co_await connect(env, node);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, write_request()));
  co_await expect_success(env, connection);
  std::string damaged = packet(1, 4, "damaged");
  damaged.back() = 'D';
  co_await send(env, connection, packet(0, 0, "good") + damaged);
  co_await expect_acked(env, connection);
  const auto ack = co_await next_ack(env, connection);
  CHECK(ack.replies == std::vector<hadoop::hdfs::Status>{ERROR_CHECKSUM});
  co_await expect_closed(env, connection);
}

Task<void> write_pipeline(Env& env, Node& first, Node& second, Node& third) {
  auto connection = co_await connect(env, first);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, write_request({second.info(), third.info()})));
  co_await expect_success(env, connection);
  std::string want;
  for (int64_t i = 0; i < 100; ++i) {
    const std::string data(512 * 7, static_cast<char>('a' + i % 26));
    co_await send(env, connection, packet(i, static_cast<int64_t>(want.size()), data));
    want += data;
  }
  co_await send(env, connection, last_packet(100, static_cast<int64_t>(want.size())));
  for (int64_t i = 0; i <= 100; ++i) {
    const auto ack = co_await next_ack(env, connection);
    CHECK(ack.seqno == i);
    CHECK(ack.replies.size() == 3);
    CHECK(ack.success());
  }
  for (Node* node : {&first, &second, &third}) CHECK(node->fixture.content_of(kBlock) == want);
}

Task<void> write_to_missing_mirror(Env& env, Node& node) {
  auto missing = node.info();
  missing.mutable_id()->set_xferport(1);
  auto connection = co_await connect(env, node);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, write_request({missing})));
  const auto answer = co_await response(env, connection);
  CHECK(answer.status() == ERROR);
  CHECK(answer.firstbadlink() == "127.0.0.1:1");
  co_await expect_closed(env, connection);
}

Task<void> lose_mirror(Env& env, Node& node, Node& mirror) {
  auto connection = co_await connect(env, node);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, write_request({mirror.info()})));
  co_await expect_success(env, connection);
  co_await send(env, connection, packet(0, 0, "before"));
  co_await expect_acked(env, connection);
  co_await mirror.server->stop();
  co_await send(env, connection, packet(1, 0, "before and after"));
  const auto ack = co_await next_ack(env, connection);
  CHECK(ack.seqno == transfer::kUnknownSeqno);
  CHECK(ack.replies == std::vector<hadoop::hdfs::Status>{SUCCESS, ERROR});
}

// The client goes on with the nodes that are left; the former writer is stopped.
Task<void> recover_streaming(Env& env, Node& node) {
  auto abandoned = co_await connect(env, node);
  co_await send(env, abandoned, transfer::encode_op(transfer::Op::kWriteBlock, write_request()));
  co_await expect_success(env, abandoned);
  co_await send(env, abandoned, packet(0, 0, std::string(1000, 'a')));
  co_await expect_acked(env, abandoned);
  auto op = write_request();
  op.set_stage(OpWriteBlockProto::PIPELINE_SETUP_STREAMING_RECOVERY);
  op.set_minbytesrcvd(1000);
  op.set_maxbytesrcvd(2000);
  op.set_latestgenerationstamp(1002);
  auto connection = co_await connect(env, node);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, op));
  co_await expect_success(env, connection);
  co_await expect_closed(env, abandoned);
  co_await send(env, connection, packet(1, 512, std::string(488, 'a') + "b") + last_packet(2, 1001));
  co_await expect_acked(env, connection);
  co_await expect_acked(env, connection);
  CHECK(node.fixture.content_of({kBlock.id, GenerationStamp(1002), 0}) == std::string(1000, 'a') + "b");
}

// A second creation of a block that is being written fails, and the first goes on.
Task<void> create_twice(Env& env, Node& node) {
  auto first = co_await connect(env, node);
  co_await send(env, first, transfer::encode_op(transfer::Op::kWriteBlock, write_request()));
  co_await expect_success(env, first);
  auto second = co_await connect(env, node);
  co_await send(env, second, transfer::encode_op(transfer::Op::kWriteBlock, write_request()));
  co_await expect_closed(env, second);
  co_await send(env, first, packet(0, 0, "bytes") + last_packet(1, 5));
  co_await expect_acked(env, first);
  co_await expect_acked(env, first);
  CHECK(node.fixture.content_of(kBlock) == "bytes");
}

struct ReadBytes {
  BlockOpResponseProto head;
  std::string data;
  std::vector<int64_t> offsets;
  std::vector<size_t> payloads;  // as PLEN says
};

Task<ReadBytes> read_range(Env& env, Connection& connection, tusker::datanode::Block block, uint64_t offset, uint64_t length, bool sums) {
  OpReadBlockProto op;
  *op.mutable_header()->mutable_baseheader()->mutable_block() = to_extended(tests::kNamespace.block_pool_id, block);
  op.mutable_header()->set_clientname("a test");
  op.set_offset(offset);
  op.set_len(length);
  op.set_sendchecksums(sums);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kReadBlock, op));
  ReadBytes out;
  out.head = co_await response(env, connection);
  if (out.head.status() != SUCCESS) co_return out;
  for (bool last = false; !last;) {
    const auto packet = co_await transfer::read_packet(*connection.in, env.clock.after(std::chrono::seconds(5)));
    REQUIRE(packet);
    out.data += packet->data;
    out.offsets.push_back(packet->header.offset_in_block);
    out.payloads.push_back(4 + packet->checksums.size() + packet->data.size());
    last = packet->header.last_in_block;
  }
  ClientReadStatusProto status;
  status.set_status(CHECKSUM_OK);
  co_await send(env, connection, transfer::encode_delimited(status));
  co_return out;
}

Task<void> read_ranges(Env& env, Node& node) {
  const std::string content = std::string(600, 'a') + std::string(10, 'b') + std::string(500000, 'c');
  node.fixture.make_finalized(kBlock, content);
  auto connection = co_await connect(env, node);
  const auto ten = co_await read_range(env, connection, kBlock, 600, 10, true);
  CHECK(ten.head.readopchecksuminfo().chunkoffset() == 512);
  CHECK(ten.offsets == std::vector<int64_t>{512, 1024});
  CHECK(ten.payloads == std::vector<size_t>{520, 4});
  CHECK(ten.data == content.substr(512, 512));
  // The connection carries on, also for an older stamp, and without checksums.
  const auto plain = co_await read_range(env, connection, {kBlock.id, GenerationStamp(1000), 0}, 600, 10, false);
  CHECK(plain.head.readopchecksuminfo().checksum().type() == CHECKSUM_NULL);
  CHECK(plain.payloads == std::vector<size_t>{516, 4});
  const auto whole = co_await read_range(env, connection, kBlock, 0, content.size(), true);
  CHECK(whole.data == content);
  const auto newer = co_await read_range(env, connection, {kBlock.id, GenerationStamp(1002), 0}, 0, 1, true);
  CHECK(newer.head.status() == ERROR);
  CHECK(newer.head.message().find("java.io.IOException: Replica gen stamp < block genstamp, block=") != std::string::npos);
  co_await expect_closed(env, connection);
  connection = co_await connect(env, node);
  const auto missing = co_await read_range(env, connection, {BlockId(5), GenerationStamp(1), 0}, 0, 1, true);
  CHECK(missing.head.message().find("ReplicaNotFoundException: Replica not found for") != std::string::npos);
  connection = co_await connect(env, node);
  const auto beyond = co_await read_range(env, connection, kBlock, content.size(), 1, true);
  CHECK(beyond.head.message().find("Offset 500610 and length 1 don't match block") != std::string::npos);
  // An idle connection is closed after the keep-alive time.
  connection = co_await connect(env, node);
  const auto first = co_await read_range(env, connection, kBlock, 0, 1, true);
  CHECK(first.data.size() == 512);
  co_await expect_closed(env, connection);
}

// Numbers whose sum no integer holds.
Task<void> read_beyond_all_numbers(Env& env, Node& node) {
  node.fixture.make_finalized(kBlock, "content");
  for (const uint64_t length : {uint64_t{1} << 62, (uint64_t{1} << 63) - 1, uint64_t{1} << 63}) {
    auto connection = co_await connect(env, node);
    const auto refused = co_await read_range(env, connection, kBlock, (uint64_t{1} << 63) - 1, length, true);
    CHECK(refused.head.status() == ERROR);
    co_await expect_closed(env, connection);
  }
  auto connection = co_await connect(env, node);
  const auto whole = co_await read_range(env, connection, kBlock, 0, 7, true);
  CHECK(whole.data == "content");
}

void cut_file(Node& node, const std::string& name, int64_t bytes) {
  auto file = node.fixture.disk.open(node.fixture.pool() + "/current/finalized/subdir0/subdir0/" + name, OpenMode::kReadWrite, 0644);
  REQUIRE(file);
  REQUIRE((*file)->truncate(bytes));
}

void expect_own_replica_reported(Node& node) {
  const auto bad = node.notifier.take_bad();
  REQUIRE(bad.size() == 1);
  CHECK(bad[0].b().blockid() == static_cast<uint64_t>(kBlock.id.value));
  REQUIRE(bad[0].locs_size() == 1);
  CHECK(bad[0].locs(0).id().datanodeuuid() == node.fixture.dataset->datanode_uuid());
  REQUIRE(bad[0].storageids_size() == 1);
  CHECK(bad[0].storageids(0) == node.fixture.dataset->volumes()[0]->storage_uuid());
}

// A read that breaks off; the damage is reported.
Task<void> read_damaged(Env& env, Node& node, size_t bytes, std::string file, int64_t left) {
  node.fixture.make_finalized(kBlock, std::string(bytes, 'd'));
  cut_file(node, file, left);
  auto connection = co_await connect(env, node);
  OpReadBlockProto op;
  *op.mutable_header()->mutable_baseheader()->mutable_block() = to_extended(tests::kNamespace.block_pool_id, kBlock);
  op.mutable_header()->set_clientname("a test");
  op.set_offset(0);
  op.set_len(bytes);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kReadBlock, op));
  for (;;) {
    const auto more = co_await connection.in->fill(1, env.clock.after(std::chrono::seconds(6)));
    if (!more) break;
    connection.in->consume(connection.in->view().size());
  }
  expect_own_replica_reported(node);
}

// A replication, as DataNodes make them, whose bytes don't match their checksums.
Task<void> replicate_damaged(Env& env, Node& first, Node& second) {
  auto source = first.info();
  source.mutable_id()->set_datanodeuuid("the source");
  auto op = write_request({second.info()});
  op.mutable_header()->set_clientname("");
  *op.mutable_source() = source;
  std::string damaged = packet(0, 0, std::string(1000, 'r'));
  damaged.back() = 'R';
  auto connection = co_await connect(env, first);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, op) + damaged + last_packet(1, 1000));
  co_await expect_closed(env, connection);
  CHECK(!first.fixture.dataset->find(kBlock.id));
  for (int i = 0; i < 1000 && second.fixture.dataset->find(kBlock.id); ++i) co_await env.clock.sleep_for(std::chrono::milliseconds(5));
  CHECK(!second.fixture.dataset->find(kBlock.id));
  const auto bad = first.notifier.take_bad();
  REQUIRE(bad.size() == 1);
  REQUIRE(bad[0].locs_size() == 1);
  CHECK(bad[0].locs(0).id().datanodeuuid() == "the source");
}

// A transfer with an old stamp comes while the block is written on: it is refused, and the writer goes on.
Task<void> transfer_late(Env& env, Node& node) {
  auto writer = co_await connect(env, node);
  co_await send(env, writer, transfer::encode_op(transfer::Op::kWriteBlock, write_request()));
  co_await expect_success(env, writer);
  co_await send(env, writer, packet(0, 0, "written"));
  co_await expect_acked(env, writer);
  for (const bool for_client : {false, true}) {
    auto op = write_request();
    if (for_client) {
      op.set_stage(OpWriteBlockProto::TRANSFER_RBW);
    } else {
      op.mutable_header()->set_clientname("");
    }
    auto late = co_await connect(env, node);
    co_await send(env, late, transfer::encode_op(transfer::Op::kWriteBlock, op) + packet(0, 0, "older") + last_packet(1, 5));
    co_await expect_closed(env, late);
  }
  co_await send(env, writer, packet(1, 0, "written on") + last_packet(2, 10));
  co_await expect_acked(env, writer);
  co_await expect_acked(env, writer);
  CHECK(node.fixture.content_of(kBlock) == "written on");
}

// The next DataNode took the connection and says nothing: a recovery doesn't wait for it.
Task<void> recover_during_set_up(Env& env, Node& node) {
  auto silent = env.network.listen({"127.0.0.1", 0});
  REQUIRE(silent);
  auto mirror = node.info();
  mirror.mutable_id()->set_xferport((*silent)->local().port);
  auto abandoned = co_await connect(env, node);
  co_await send(env, abandoned, transfer::encode_op(transfer::Op::kWriteBlock, write_request({mirror})));
  const auto accepted = co_await (*silent)->accept();
  REQUIRE(accepted);
  auto op = write_request();
  op.set_stage(OpWriteBlockProto::PIPELINE_SETUP_STREAMING_RECOVERY);
  op.set_latestgenerationstamp(1002);
  const TimePoint before = env.clock.now();
  auto connection = co_await connect(env, node);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kWriteBlock, op));
  co_await expect_success(env, connection);
  CHECK(env.clock.now() - before < std::chrono::seconds(2));
  co_await expect_closed(env, abandoned);
}

// A writer that doesn't end is waited for no longer than told.
Task<void> wait_for_stubborn_writer(Env& env, Node& node) {
  auto held = co_await node.writers.take_over(kBlock.id, [] {}, env.clock.after(std::chrono::seconds(1)));
  REQUIRE(held);
  const auto refused = co_await node.writers.take_over(kBlock.id, [] {}, env.clock.after(std::chrono::milliseconds(50)));
  REQUIRE(!refused);
  CHECK(refused.error().message() == "Join on the writer of blk_1073741825 timed out");
  held->reset();
  const auto taken = co_await node.writers.take_over(kBlock.id, [] {}, env.clock.after(std::chrono::seconds(1)));
  CHECK(taken);
}

Task<void> ask_checksum(Env& env, Node& node) {
  node.fixture.make_finalized(kBlock, std::string(1040, 'a'));
  OpBlockChecksumProto op;
  tusker::datanode::Block block = kBlock;
  block.bytes = 1040;
  *op.mutable_header()->mutable_block() = to_extended(tests::kNamespace.block_pool_id, block);
  auto connection = co_await connect(env, node);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kBlockChecksum, op));
  const auto md5 = co_await response(env, connection);
  CHECK(md5.status() == SUCCESS);
  CHECK(md5.checksumresponse().bytespercrc() == 512);
  CHECK(md5.checksumresponse().crcperblock() == 3);
  CHECK(md5.checksumresponse().blockchecksum().size() == 16);
  CHECK(md5.checksumresponse().crctype() == CHECKSUM_CRC32C);
  op.mutable_blockchecksumoptions()->set_blockchecksumtype(COMPOSITE_CRC);
  connection = co_await connect(env, node);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kBlockChecksum, op));
  const auto composite = co_await response(env, connection);
  REQUIRE(composite.checksumresponse().blockchecksum().size() == 4);
  CHECK(load_be<uint32_t>(composite.checksumresponse().blockchecksum().data()) == DataChecksum().update(0, std::string(1040, 'a')));
}

// A copy made on the NameNode's order: the source pushes, nobody acknowledges.
Task<void> replicate(Env& env, Node& from, Node& to) {
  from.fixture.make_finalized(kBlock, std::string(300000, 'r'));
  OpTransferBlockProto op;
  *op.mutable_header()->mutable_baseheader()->mutable_block() = to_extended(tests::kNamespace.block_pool_id, kBlock);
  op.mutable_header()->set_clientname("a test");
  *op.add_targets() = to.info();
  op.add_targetstoragetypes(DISK);
  op.add_targetstorageids("");
  auto connection = co_await connect(env, from);
  co_await send(env, connection, transfer::encode_op(transfer::Op::kTransferBlock, op));
  co_await expect_success(env, connection);
  CHECK(to.fixture.content_of(kBlock) == std::string(300000, 'r'));
}

Task<void> talk_nonsense(Env& env, Node& node) {
  for (const std::string& bytes : {std::string("\x00\x1b\x51\x00", 4), std::string("\x00\x1c\x01\x00", 4), std::string(64, '\xff')}) {
    auto connection = co_await connect(env, node);
    co_await send(env, connection, bytes);
    co_await expect_closed(env, connection);
  }
}

Task<void> crowd(Env& env, Node& node) {
  auto first = co_await connect(env, node);
  co_await send(env, first, transfer::encode_op(transfer::Op::kWriteBlock, write_request()));
  co_await expect_success(env, first);
  auto second = co_await connect(env, node);
  co_await expect_closed(env, second);
}

template <class Fn>
void run_with_nodes(size_t count, Fn test, size_t xceivers_max = 16) {
  RealEnv real;
  std::vector<std::unique_ptr<Node>> nodes;
  for (size_t i = 0; i < count; ++i) nodes.push_back(std::make_unique<Node>(real.env(), xceivers_max));
  real.run(test(real.env(), nodes));
  for (auto& node : nodes) real.run(node->server->stop());
}

using Nodes = std::vector<std::unique_ptr<Node>>;

}  // namespace

TEST_CASE("packets as odd as the protocol allows are all acknowledged") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return write_odd_packets(env, *nodes[0]); });
}
TEST_CASE("a gap and a packet across runs end the connection without an answer") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return write_badly(env, *nodes[0], packet(0, 100, "gap")); });
  run_with_nodes(1, [](Env& env, Nodes& nodes) {
    return write_badly(env, *nodes[0], packet(0, 0, std::string(100, 'a')) + packet(1, 100, std::string(500, 'b')));
  });
}
TEST_CASE("a bad checksum is told, then the connection ends") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return write_damaged(env, *nodes[0]); });
}
TEST_CASE("a pipeline of three") {
  run_with_nodes(3, [](Env& env, Nodes& nodes) { return write_pipeline(env, *nodes[0], *nodes[1], *nodes[2]); });
}
TEST_CASE("a mirror that can't be reached is named") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return write_to_missing_mirror(env, *nodes[0]); });
}
TEST_CASE("a mirror that is lost is told in the acknowledgement") {
  run_with_nodes(2, [](Env& env, Nodes& nodes) { return lose_mirror(env, *nodes[0], *nodes[1]); });
}
TEST_CASE("a pipeline goes on after recovery") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return recover_streaming(env, *nodes[0]); });
}
TEST_CASE("a block is created once") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return create_twice(env, *nodes[0]); });
}
TEST_CASE("ranges are read in whole runs") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return read_ranges(env, *nodes[0]); });
}
TEST_CASE("a range that no number can name is refused") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return read_beyond_all_numbers(env, *nodes[0]); });
}
TEST_CASE("damage that a reader meets is reported") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return read_damaged(env, *nodes[0], 1000, "blk_1073741825", 900); });
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return read_damaged(env, *nodes[0], 500000, "blk_1073741825", 499000); });
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return read_damaged(env, *nodes[0], 500000, "blk_1073741825_1001.meta", 100); });
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return read_damaged(env, *nodes[0], 1000, "blk_1073741825_1001.meta", 3); });
}
TEST_CASE("each node of a replication checks what it gets, and names the source of bad bytes") {
  run_with_nodes(2, [](Env& env, Nodes& nodes) { return replicate_damaged(env, *nodes[0], *nodes[1]); });
}
TEST_CASE("a transfer that comes too late disturbs nobody") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return transfer_late(env, *nodes[0]); });
}
TEST_CASE("a writer that sets its pipeline up is stopped too") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return recover_during_set_up(env, *nodes[0]); });
}
TEST_CASE("a writer is waited for until the deadline") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return wait_for_stubborn_writer(env, *nodes[0]); });
}
TEST_CASE("a block's checksum") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return ask_checksum(env, *nodes[0]); });
}
TEST_CASE("a replica is copied to another DataNode") {
  run_with_nodes(2, [](Env& env, Nodes& nodes) { return replicate(env, *nodes[0], *nodes[1]); });
}
TEST_CASE("nonsense ends its connection") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return talk_nonsense(env, *nodes[0]); });
}
TEST_CASE("more connections than allowed are turned away") {
  run_with_nodes(1, [](Env& env, Nodes& nodes) { return crowd(env, *nodes[0]); }, 1);
}
