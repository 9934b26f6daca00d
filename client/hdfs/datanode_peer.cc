#include "client/hdfs/datanode_peer.h"

#include <fmt/format.h>

namespace tusker::client {

std::string transfer_address(const hadoop::hdfs::DatanodeIDProto& id) { return fmt::format("{}:{}", id.ipaddr(), id.xferport()); }

std::string describe(const hadoop::hdfs::DatanodeInfoProto& node, const std::string& storage_id, int storage_type) {
  return fmt::format("DatanodeInfoWithStorage[{},{},{}]", transfer_address(node.id()), storage_id,
                     hadoop::hdfs::StorageTypeProto_Name(static_cast<hadoop::hdfs::StorageTypeProto>(storage_type)));
}

Task<Result<std::shared_ptr<DatanodePeer>>> connect_datanode(ClientContext& context, hadoop::hdfs::DatanodeIDProto id, size_t buffer_bytes,
                                                             Deadline deadline) {
  Endpoint to{context.settings.use_datanode_hostname ? id.hostname() : id.ipaddr(), static_cast<uint16_t>(id.xferport())};
  CO_TRY(auto stream, co_await context.env.network.connect(std::move(to), co_await asio::this_coro::executor, deadline));
  co_return std::make_shared<DatanodePeer>(std::move(stream), buffer_bytes);
}

void set_header(hadoop::hdfs::ClientOperationHeaderProto& header, const ClientContext& context,
                const hadoop::hdfs::ExtendedBlockProto& block, const hadoop::common::TokenProto& token) {
  header.set_clientname(context.client_name);
  *header.mutable_baseheader()->mutable_block() = block;
  *header.mutable_baseheader()->mutable_token() = token;
}

}  // namespace tusker::client
