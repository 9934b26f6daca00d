#pragma once

#include <memory>

#include "datanode/ops/datanode_context.h"
#include "datanode/transfer/peer.h"
#include "hdfs/datatransfer.pb.h"

namespace tusker::datanode {

// Serve the operations that only read (DataXceiver.readBlock, transferBlock, blockChecksum). True when the connection may carry another
// operation. The error is for the log; the peer has been told.
Task<Result<bool>> read_block(DataNodeContext& context, std::shared_ptr<Peer> peer, hadoop::hdfs::OpReadBlockProto request);
Task<Result<bool>> transfer_block(DataNodeContext& context, std::shared_ptr<Peer> peer, hadoop::hdfs::OpTransferBlockProto request);
Task<Result<bool>> block_checksum(DataNodeContext& context, std::shared_ptr<Peer> peer, hadoop::hdfs::OpBlockChecksumProto request);
// The answer to operations that this DataNode doesn't do.
Task<Result<bool>> refuse(DataNodeContext& context, std::shared_ptr<Peer> peer, std::string operation);

}  // namespace tusker::datanode
