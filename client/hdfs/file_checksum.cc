#include "client/hdfs/file_checksum.h"

#include <fmt/format.h>

#include "client/hdfs/client_context.h"
#include "client/hdfs/datanode_peer.h"
#include "common/base/bytes.h"
#include "common/log/log.h"
#include "common/security/digest.h"
#include "hdfs/ClientNamenodeProtocol.pb.h"

namespace tusker::client {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol

constexpr size_t kBufferBytes = 4096;
constexpr size_t kMd5sBytesMin = 32;  // what Hadoop's buffer begins with; it counts whole, zeros and all

Task<Result<OpBlockChecksumResponseProto>> ask(ClientContext& context, LocatedBlockProto block, DatanodeInfoProto node) {
  Clock& clock = context.env.clock;
  const Deadline deadline = clock.after(context.settings.read_timeout(0));
  CO_TRY(auto peer, co_await connect_datanode(context, node.id(), kBufferBytes, deadline));
  OpBlockChecksumProto op;
  *op.mutable_header()->mutable_block() = block.b();
  *op.mutable_header()->mutable_token() = block.blocktoken();
  const std::string bytes = transfer::encode_op(transfer::Op::kBlockChecksum, op);
  CO_TRY_VOID(co_await peer->stream->write(bytes, clock.after(context.settings.write_timeout(0))));
  CO_TRY(const auto response,
         co_await transfer::read_delimited<BlockOpResponseProto>(peer->in, clock.after(context.settings.read_timeout(0))));
  if (response.status() != SUCCESS || !response.has_checksumresponse()) {
    co_return error(StatusCode::kIo,
                    fmt::format("Got error, status={}, status message {}, for block checksum of blk_{} from {}",
                                Status_Name(response.status()), response.message(), block.b().blockid(), transfer_address(node.id())));
  }
  co_return response.checksumresponse();
}

Task<Result<OpBlockChecksumResponseProto>> block_checksum(ClientContext& context, LocatedBlockProto block) {
  for (const auto& node : block.locs()) {
    auto answer = co_await ask(context, block, node);
    if (answer) co_return *std::move(answer);
    LOG_WARN("{}", answer.error().message());
  }
  co_return error(StatusCode::kIo, fmt::format("Fail to get block MD5 for blk_{}_{}", block.b().blockid(), block.b().generationstamp()));
}

// The first block says how the file is summed; all must agree.
Result<void> add_block(const OpBlockChecksumResponseProto& block, bool first, bool only, FileChecksum& out) {
  const std::string type = ChecksumTypeProto_Name(block.has_crctype() ? block.crctype() : CHECKSUM_CRC32).substr(9);
  if (first) {
    out.bytes_per_crc = block.bytespercrc();
    out.crc_per_block = only ? 0 : static_cast<int64_t>(block.crcperblock());
    out.crc_type = type;
  } else if (block.bytespercrc() != static_cast<uint64_t>(out.bytes_per_crc)) {
    return error(StatusCode::kIo,
                 fmt::format("Byte-per-checksum not matched: bpc={} but bytesPerCRC={}", block.bytespercrc(), out.bytes_per_crc));
  } else if (type != out.crc_type) {
    out.crc_type = "MIXED";
  }
  return {};
}

}  // namespace

std::string FileChecksum::algorithm() const { return fmt::format("MD5-of-{}MD5-of-{}{}", crc_per_block, bytes_per_crc, crc_type); }

std::string FileChecksum::bytes() const {
  std::string out;
  append_be<int32_t>(out, static_cast<int32_t>(bytes_per_crc));
  append_be<int64_t>(out, crc_per_block);
  return out + md5;
}

Task<Result<FileChecksum>> file_checksum(ClientContext& context, std::string path) {
  GetBlockLocationsRequestProto request;
  request.set_src(path);
  request.set_offset(0);
  request.set_length(static_cast<uint64_t>(INT64_MAX));
  CO_TRY(const auto located, co_await context.call<GetBlockLocationsResponseProto>("getBlockLocations", request));
  if (!located.has_locations()) co_return error(StatusCode::kFileNotFound, "File does not exist: " + path);
  FileChecksum out;
  std::string md5s;
  const auto& blocks = located.locations().blocks();
  for (int i = 0; i < blocks.size(); ++i) {
    CO_TRY(const auto sum, co_await block_checksum(context, blocks[i]));
    CO_TRY_VOID(add_block(sum, i == 0, blocks.size() == 1, out));
    md5s += sum.blockchecksum();
  }
  size_t bytes = kMd5sBytesMin;
  while (bytes < md5s.size()) bytes *= 2;
  md5s.resize(bytes, '\0');
  out.md5 = security::md5(md5s);
  co_return out;
}

}  // namespace tusker::client
