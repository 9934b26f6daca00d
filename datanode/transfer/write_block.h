#pragma once

#include <memory>

#include "common/async/task_group.h"
#include "datanode/ops/datanode_context.h"
#include "datanode/transfer/peer.h"
#include "hdfs/datatransfer.pb.h"

namespace tusker::datanode {

// Serves one OP_WRITE_BLOCK from set-up to the last acknowledgement (DataXceiver.writeBlock). Runs on the peer's strand; its responder goes
// into `tasks`. The connection is to be closed afterwards, whatever comes out. The error is for the log: the peer has been told what
// the protocol lets it be told.
Task<Result<void>> write_block(DataNodeContext& context, TaskGroup& tasks, std::shared_ptr<Peer> peer,
                               hadoop::hdfs::OpWriteBlockProto request);

}  // namespace tusker::datanode
