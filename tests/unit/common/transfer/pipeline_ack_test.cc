#include "common/transfer/pipeline_ack.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "common/transfer/op.h"
#include "tests/support/catch.h"
#include "tests/support/in_memory_stream.h"

using namespace tusker;
using namespace tusker::transfer;

namespace {

Task<void> read_one(Stream& stream, Result<PipelineAck>& ack) {
  InputBuffer in(stream, 16);
  ack = co_await read_pipeline_ack(in, kNever);
}

Result<PipelineAck> decode(std::string bytes) {
  asio::io_context io;
  tests::InMemoryStream stream(io.get_executor(), std::move(bytes), 1);
  Result<PipelineAck> ack = error(StatusCode::kIo, "not run");
  asio::co_spawn(io, read_one(stream, ack), [](std::exception_ptr) {});
  io.run();
  return ack;
}

}  // namespace

TEST_CASE("an acknowledgement has replies and flags of equal length") {
  const std::string bytes = encode_pipeline_ack({3, {hadoop::hdfs::SUCCESS, hadoop::hdfs::ERROR}, 0});
  hadoop::hdfs::PipelineAckProto proto;
  REQUIRE(proto.ParseFromString(bytes.substr(1)));
  CHECK(proto.seqno() == 3);
  CHECK(proto.reply_size() == 2);
  CHECK(proto.flag_size() == 2);
  const auto ack = decode(bytes);
  REQUIRE(ack);
  CHECK(!ack->success());
  CHECK(ack->first_bad() == 1);
}

TEST_CASE("statuses are read from flags when there are any, without their upper bits") {
  hadoop::hdfs::PipelineAckProto proto;
  proto.set_seqno(-1);
  proto.add_reply(hadoop::hdfs::SUCCESS);
  proto.add_flag(0x20);  // success, with congestion notices supported
  const auto ack = decode(encode_delimited(proto));
  REQUIRE(ack);
  CHECK(ack->success());
  CHECK(ack->seqno == -1);
  proto.set_flag(0, 8);
  const auto restart = decode(encode_delimited(proto));
  REQUIRE(restart);
  CHECK(restart->restarting() == 0);
}

TEST_CASE("an acknowledgement without replies is refused") {
  hadoop::hdfs::PipelineAckProto proto;
  proto.set_seqno(1);
  CHECK(!decode(encode_delimited(proto)));
}
