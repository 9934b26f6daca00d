#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "namenode/model/block.h"
#include "namenode/model/datanode.h"
#include "namenode/model/delegation_token.h"
#include "namenode/model/inode.h"
#include "namenode/model/xattr.h"

namespace tusker::namenode {

// Ids that are given out next, one row of `meta`.
struct Counters {
  TxId last_tx{0};
  InodeId last_inode = kRootInode;
  BlockId last_block{kFirstBlock.value - 1};
  GenerationStamp last_generation{kFirstGenerationStamp.value - 1};
  StorageId last_storage{0};
  int64_t blocks = 0;  // how many there are
};

// Who this filesystem is (VERSION of a NameNode's directory).
struct Identity {
  int32_t namespace_id = 0;
  std::string cluster_id;     // CID-…
  std::string block_pool_id;  // BP-…
  int64_t ctime_ms = 0;
};

// What is known of the operations as files, one row of `meta`: where segments begin (HDFS's edit files) and what the last saved image
// holds.
struct EditSegments {
  std::vector<TxId> starts;  // the last one is in progress
  TxId checkpoint{0};
  int64_t checkpoint_ms = 0;  // wall clock
};

// Rows of the store. Decoding never trusts the bytes: kCorruption says which row is bad. Unknown trailing fields are ignored, so that a
// newer version's rows can be read.
// Parent and name of an inode are its row's key.
std::string encode(const Inode& inode);
Result<Inode> decode_inode(InodeId parent, std::string_view name, std::string_view row);
// The attributes of an inode, in the order in which they're kept.
std::string encode(const XAttrs& attributes);
Result<XAttrs> decode_xattrs(std::string_view row);
std::string encode(const Usage& usage);
Result<Usage> decode_usage(std::string_view row);
std::string encode(const BlockInfo& block);
Result<BlockInfo> decode_block(BlockId id, std::string_view row);
std::string encode(const Replica& replica);
Result<Replica> decode_replica(StorageId storage, std::string_view row);
std::string encode(const DeletionOrder& order);
Result<DeletionOrder> decode_deletion_order(std::string_view row);
std::string encode(const Datanode& node);  // registration, storages, whether it is dead; not the changing figures
Result<Datanode> decode_datanode(std::string_view row);
std::string encode(const Counters& counters);
Result<Counters> decode_counters(std::string_view row);
std::string encode(const Identity& identity);
Result<Identity> decode_identity(std::string_view row);

std::string encode(const EditSegments& segments);
Result<EditSegments> decode_edit_segments(std::string_view row);
std::string encode(const DelegationKey& key);
Result<DelegationKey> decode_delegation_key(std::string_view row);
std::string encode(const IssuedToken& token);
Result<IssuedToken> decode_issued_token(std::string_view row);
std::string encode(const TokenCounters& counters);
Result<TokenCounters> decode_token_counters(std::string_view row);

}  // namespace tusker::namenode
