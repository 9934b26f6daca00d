#include "datanode/ops/convert.h"

namespace tusker::datanode {

Block to_block(const hadoop::hdfs::ExtendedBlockProto& proto) {
  return {BlockId(static_cast<int64_t>(proto.blockid())), GenerationStamp(static_cast<int64_t>(proto.generationstamp())),
          static_cast<int64_t>(proto.numbytes())};
}

Block to_block(const hadoop::hdfs::BlockProto& proto) {
  return {BlockId(static_cast<int64_t>(proto.blockid())), GenerationStamp(static_cast<int64_t>(proto.genstamp())),
          static_cast<int64_t>(proto.numbytes())};
}

hadoop::hdfs::ExtendedBlockProto to_extended(const std::string& pool, const Block& block) {
  hadoop::hdfs::ExtendedBlockProto out;
  out.set_poolid(pool);
  out.set_blockid(static_cast<uint64_t>(block.id.value));
  out.set_generationstamp(static_cast<uint64_t>(block.generation_stamp.value));
  out.set_numbytes(static_cast<uint64_t>(block.bytes));
  return out;
}

void set_block(hadoop::hdfs::BlockProto& proto, const Block& block) {
  proto.set_blockid(static_cast<uint64_t>(block.id.value));
  proto.set_genstamp(static_cast<uint64_t>(block.generation_stamp.value));
  proto.set_numbytes(static_cast<uint64_t>(block.bytes));
}

Result<transfer::DataChecksum> to_checksum(const hadoop::hdfs::ChecksumProto& proto) {
  return transfer::DataChecksum::of(static_cast<int64_t>(proto.type()), proto.bytesperchecksum());
}

void set_checksum(hadoop::hdfs::ChecksumProto& proto, const transfer::DataChecksum& checksum) {
  proto.set_type(static_cast<hadoop::hdfs::ChecksumTypeProto>(checksum.type()));
  proto.set_bytesperchecksum(static_cast<uint32_t>(checksum.bytes_per_checksum()));
}

std::string transfer_address(const hadoop::hdfs::DatanodeIDProto& id) { return id.ipaddr() + ":" + std::to_string(id.xferport()); }

Endpoint transfer_endpoint(const hadoop::hdfs::DatanodeIDProto& id, bool by_host_name) {
  return {by_host_name ? id.hostname() : id.ipaddr(), static_cast<uint16_t>(id.xferport())};
}

Endpoint ipc_endpoint(const hadoop::hdfs::DatanodeIDProto& id, bool by_host_name) {
  return {by_host_name ? id.hostname() : id.ipaddr(), static_cast<uint16_t>(id.ipcport())};
}

void set_empty_token(hadoop::common::TokenProto& token) {
  token.set_identifier("");
  token.set_password("");
  token.set_kind("");
  token.set_service("");
}

}  // namespace tusker::datanode
