#include "common/transfer/op.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "hdfs/datatransfer.pb.h"
#include "tests/support/catch.h"
#include "tests/support/in_memory_stream.h"

using namespace tusker;
using namespace tusker::transfer;

namespace {

Task<void> read_one(Stream& stream, Result<ReceivedOp>& op, std::string& message) {
  InputBuffer in(stream, 8);
  op = co_await read_op(in, kNever);
  if (op) message = op->message;
}

Result<ReceivedOp> read_from(std::string bytes, std::string& message) {
  asio::io_context io;
  tests::InMemoryStream stream(io.get_executor(), std::move(bytes), 3);
  Result<ReceivedOp> op = error(StatusCode::kIo, "not run");
  asio::co_spawn(io, read_one(stream, op, message), [](std::exception_ptr) {});
  io.run();
  return op;
}

}  // namespace

TEST_CASE("an operation is version, opcode and a delimited message") {
  hadoop::hdfs::ClientReadStatusProto message;
  message.set_status(hadoop::hdfs::CHECKSUM_OK);
  const std::string bytes = encode_op(Op::kReadBlock, message);
  CHECK(to_hex(bytes) == "001c51020806");
  std::string read;
  const auto op = read_from(bytes, read);
  REQUIRE(op);
  CHECK(op->op == Op::kReadBlock);
  CHECK(to_hex(read) == "0806");
}

TEST_CASE("the answer of the last DataNode of a pipeline") {
  hadoop::hdfs::BlockOpResponseProto response;
  response.set_status(hadoop::hdfs::SUCCESS);
  response.set_firstbadlink("");
  CHECK(to_hex(encode_delimited(response)) == "0408001200");
}

TEST_CASE("another version, a monstrous length and an early end are errors") {
  std::string read;
  CHECK(!read_from(std::string("\x00\x1b\x51\x00", 4), read));
  const auto huge = read_from(std::string("\x00\x1c\x51\xff\xff\xff\xff\x0f", 8), read);
  REQUIRE(!huge);
  CHECK(huge.error().code() == StatusCode::kIo);
  const auto cut = read_from(std::string("\x00\x1c\x51\x05\x08", 5), read);
  REQUIRE(!cut);
  CHECK(cut.error().code() == StatusCode::kEof);
  CHECK(!read_from(std::string("\x00\x1c\x51", 3) + std::string(11, '\xff'), read));
}
