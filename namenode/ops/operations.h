#pragma once

#include <optional>
#include <string>
#include <vector>

#include "namenode/ops/namesystem.h"
#include "namenode/ops/resolve.h"

// Every operation of the namespace, one .cc each, named after Hadoop's method. Mutations run on the core and change rows through the
// Transaction; reads take any View. Paths are as the client sent them. Errors are Hadoop's exceptions with its texts.
namespace tusker::namenode {

// A block of a file with where it is (LocatedBlock): offset in the file, storages nearest first.
struct LocatedBlock {
  BlockInfo block;
  int64_t offset = 0;
  std::vector<StorageId> storages;
  bool corrupt = false;
};

struct LocatedBlocks {
  int64_t file_length = 0;  // without a last block that is being written
  bool under_construction = false;
  std::vector<LocatedBlock> blocks;
  std::optional<LocatedBlock> last;
  bool last_complete = true;
  InodeId file;
  int64_t atime_ms = 0;
};

struct CreateRequest {
  std::string path;
  uint16_t mode = 0644;
  std::string client_name;
  bool create = true;      // CREATE flag
  bool overwrite = false;  // OVERWRITE flag
  bool create_parent = true;
  int16_t replication = 3;
  int64_t block_bytes = 0;
  std::optional<uint16_t> unmasked;  // the mode without the client's umask
  bool lazy_persist = false;         // LAZY_PERSIST flag
  std::string storage_policy;        // a name; empty: none of its own
};

// What a writer names of its block in add_block, complete, abandon_block and the pipeline calls.
struct BlockRef {
  std::string pool_id;
  BlockId id;
  GenerationStamp generation;
  int64_t bytes = 0;
  friend bool operator==(const BlockRef& a, const BlockRef& b) { return a.id == b.id && a.generation == b.generation; }
};

struct AddBlockRequest {
  std::string path;
  std::string client_name;
  std::optional<BlockRef> previous;
  std::vector<std::string> excluded_uuids;
  std::vector<std::string> favored;
  InodeId file;  // 0: go by the path
  bool avoid_local_node = false;
};

struct Listing {
  std::vector<Inode> entries;  // of a file: itself, with an empty name
  int64_t remaining = 0;
};

// What an inode sums up to, with its own limits (ContentSummary, QuotaUsage).
struct ContentSummary {
  Usage usage;
  Quota quota;
  bool is_file = false;
  TypeSpace type_lengths{};  // what content summaries say of kinds of storage: lengths
  TypeSpace type_space{};    // what quotas count: also what is reserved
};

// Mutations of names.
Result<bool> mkdirs(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, uint16_t mode, bool create_parent,
                    std::optional<uint16_t> unmasked = {});
Result<Inode> create(Namesystem& ns, Transaction& tx, const OpContext& op, const CreateRequest& request);
// `checked`: the directory that check_removal() walked, so that the core needn't.
Result<bool> remove(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, bool recursive, InodeId checked = {});
// Whether the caller may remove all that lies below a path, off the core. The directory that was walked; 0 when there was nothing to walk
// or something else is wrong, which remove() will say.
Result<InodeId> check_removal(const View& view, const OpContext& op, const std::string& path);
// ALL is needed on every non-empty directory below, for whoever isn't the superuser (FSPermissionChecker.checkSubAccess). Walks.
Result<void> check_subtree_access(const View& view, const Caller& caller, const Inode& root, const std::string& root_path);
Result<bool> rename(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& from, const std::string& to);
struct RenameOptions {
  bool overwrite = false;
  bool to_trash = false;  // as a removal: all that lies below must be the caller's to remove
  InodeId checked;        // of check_removal(), so that the core needn't walk
};
Result<void> rename2(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& from, const std::string& to,
                     const RenameOptions& options);
Result<bool> set_replication(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, int16_t replication);
Result<void> set_permission(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, uint16_t mode);
Result<void> set_owner(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string& user,
                       const std::string& group);
Result<void> set_times(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, int64_t mtime_ms, int64_t atime_ms);

// A file was read: sets its access time if that is older than dfs.namenode.accesstime.precision.
Result<void> touch_file(Namesystem& ns, Transaction& tx, InodeId file);

// Mutations of an open file's blocks.
Result<LocatedBlock> add_block(Namesystem& ns, Transaction& tx, const OpContext& op, const AddBlockRequest& request);
Result<void> abandon_block(Namesystem& ns, Transaction& tx, const OpContext& op, const BlockRef& block, const std::string& path,
                           const std::string& holder, InodeId file);
// False while a block hasn't its minimal replicas yet; the writer asks again.
Result<bool> complete(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string& client_name,
                      const std::optional<BlockRef>& last, InodeId file);
Result<void> fsync(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, InodeId file,
                   const std::string& client_name, int64_t last_block_bytes);
Result<LocatedBlock> update_block_for_pipeline(Namesystem& ns, Transaction& tx, const OpContext& op, const BlockRef& block,
                                               const std::string& client_name);
Result<void> update_pipeline(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& client_name,
                             const BlockRef& old_block, const BlockRef& new_block, const std::vector<std::string>& node_uuids,
                             const std::vector<std::string>& storage_uuids);
Result<LocatedBlock> get_additional_datanode(Namesystem& ns, const View& view, const OpContext& op, const std::string& path, InodeId file,
                                             const BlockRef& block, const std::vector<std::string>& existing_storages,
                                             const std::vector<std::string>& excluded_uuids, int count, const std::string& client_name);
// What an append gives its client: the file, and its last block when that is to be written on; with a new block, the last one as it is.
struct Appended {
  Inode file;
  std::optional<LocatedBlock> last;
};
Result<Appended> append(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string& client_name,
                        bool new_block);
// True when the file has its new length now; false when the DataNodes have to cut its last block first, which closes it.
Result<bool> truncate(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, int64_t new_length,
                      const std::string& client_name);
// Moves the blocks of `sources` to the end of `target`; the sources are gone then.
Result<void> concat(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& target,
                    const std::vector<std::string>& sources);
// True when the file is closed on return.
Result<bool> recover_lease(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const std::string& holder);
// The end of a block recovery (DatanodeProtocol).
struct SynchronizedBlock {
  BlockRef block;
  GenerationStamp new_generation;
  int64_t new_bytes = 0;
  bool close_file = false;
  bool delete_block = false;
  std::vector<std::string> storage_uuids;
};
Result<void> commit_block_synchronization(Namesystem& ns, Transaction& tx, const SynchronizedBlock& result);

// Reads. The inodes of get_file_info and get_listing have the storage policy that holds for them, their own or an inherited one.
Result<std::optional<Inode>> get_file_info(const View& view, const Caller& caller, const std::string& path);
// One page, of the names after `start_after`; nullopt when there is no such path. DirectoryListingStartAfterNotFoundException when that
// names an inode that is gone.
Result<std::optional<Listing>> get_listing(const View& view, const Caller& caller, const std::string& path, const std::string& start_after,
                                           const Settings& settings);
Result<LocatedBlocks> get_block_locations(const View& view, const OpContext& op, const std::string& path, int64_t offset, int64_t length);
// The blocks of a file in a range, with their replicas; for listings with locations too.
Result<LocatedBlocks> locate_blocks(const View& view, const OpContext& op, const Inode& file, int64_t offset, int64_t length);
Result<ContentSummary> get_content_summary(const View& view, const Caller& caller, const std::string& path);
Result<ContentSummary> get_quota_usage(const View& view, const Caller& caller, const std::string& path);
Result<bool> is_file_closed(const View& view, const Caller& caller, const std::string& path);
Result<void> check_path_access(const View& view, const Caller& caller, const std::string& path, Access access);

// Shared by the operations above.

// The file that a writer means, if it still holds its lease; Hadoop's lease errors otherwise.
Result<Inode> check_lease(const View& view, const std::string& path, InodeId file, const std::string& holder);
// Sets the length of a block and moves file, usage and block along.
Result<void> set_block_length(Transaction& tx, Inode& file, BlockInfo& block, int64_t bytes);
// Takes a whole block's room for a block that is to be written (on): asked for with check_file_quota() before. Puts the block.
Result<void> reserve_block(Transaction& tx, const Inode& file, BlockInfo& block);
// Gives back all that a block counts, before it leaves its file. Puts file and block.
Result<void> release_block(Transaction& tx, Inode& file, BlockInfo& block);
// The writer's word about its last block: its length, and that no more comes (BlockManager.commitOrCompleteLastBlock). Nothing for a block
// that is settled; kIo for a generation that isn't the block's, a length that shrinks, a block under recovery.
Result<void> commit_last_block(Transaction& tx, Inode& file, BlockInfo& block, const BlockRef& said);
// Replicas that have what the block should have, on live DataNodes or any.
Result<int> count_good_replicas(const View& view, const BlockInfo& block);
// COMMITTED and enough good replicas: complete. Returns whether it is complete now.
Result<bool> try_complete_block(Namesystem& ns, Transaction& tx, BlockInfo& block);
// All blocks of a file as they are now: what the edits that name a file's blocks hold.
Result<std::vector<BlockInfo>> blocks_of(const View& view, const Inode& file);
// Closes a file: lease, mtime, edit.
Result<void> close_file(Namesystem& ns, Transaction& tx, Inode& file, const std::string& path);
// Removes a file's rows and orders its replicas deleted.
Result<void> delete_file_rows(Transaction& tx, const Inode& file);
// Removes what stands under an inode's own id.
void delete_inode_rows(Transaction& tx, const Inode& inode);
// Removes one block's rows and orders its replicas deleted.
Result<void> delete_block_rows(Transaction& tx, BlockId block);
// Forgets a replica and orders its node to delete it.
void drop_replica(Transaction& tx, const BlockInfo& block, const Replica& replica);
// How many of a complete block's good replicas are on nodes that are there now.
Result<int> count_live_replicas(const View& view, const ClusterView& cluster, const BlockInfo& block);
// FSNamesystem.internalReleaseLease: true when the file is closed now, false when a block recovery was started, or is under way. The lease
// goes to `new_holder`; with an empty one its holder keeps it, renewed.
Result<bool> release_lease(Namesystem& ns, Transaction& tx, Inode file, const std::string& path, const std::string& new_holder);
// Who wants a file that another may be writing, and how (FSNamesystem.RecoverLeaseOp).
struct Newcomer {
  std::string operation;  // "CREATE_FILE", "APPEND_FILE", "TRUNCATE_FILE"
  std::string path;
  std::string client_name;
  std::string client_ip;
};
// Nothing for a file that is closed, or that could be closed because its writer was silent beyond the soft limit: read it again then. Else
// kAlreadyBeingCreated or kRecoveryInProgress; a recovery that this began goes on (FSNamesystem.recoverLeaseInternal).
Result<void> recover_for_newcomer(Namesystem& ns, Transaction& tx, const Inode& file, const Newcomer& newcomer);
// Orders the replicas of a file's last block brought to one length, or cut to BlockInfo::truncate_to; the file closes when the DataNodes
// report it done. Does nothing while an earlier recovery may still succeed, or when no replica's node is alive.
Result<void> start_block_recovery(Namesystem& ns, Transaction& tx, BlockInfo& block);
// Makes a closed file one that `client_name` writes; the inode's row is the caller's to put.
void reopen_file(Namesystem& ns, Transaction& tx, Inode& file, const std::string& client_name, const std::string& client_ip);
// INodeFile.valueOf: kFileNotFound for what is missing or isn't a file; `path` is as the text names it.
Result<void> check_is_file(const Resolved& at, const std::string& path);
// What is wrong with a block that has this many replicas; adds it to the queue, or starts deleting what is too much.
Result<void> check_redundancy(Namesystem& ns, Transaction& tx, const BlockInfo& block, int16_t expected);

}  // namespace tusker::namenode
