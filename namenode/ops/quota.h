#pragma once

#include <vector>

#include "namenode/ops/operations.h"

// Quotas and what counts against them. Usage is kept for every directory (Transaction::add_usage), whether it has a quota or not, so that
// setting one costs nothing; an operation that takes more first asks check_quota() of the directories above.
namespace tusker::namenode {

// What an inode counts in the directory above it, of a file with what is reserved for blocks that are being written.
Result<Usage> usage_of(const View& view, const Inode& inode);
// What one block of a file counts.
Stored stored_of(const Inode& file, const BlockInfo& block);

// The policy that holds for chain[index] of a resolved path: its own, else that of the nearest directory above; 0 when there is none.
uint8_t effective_policy(const std::vector<Inode>& chain, size_t index);
Result<uint8_t> effective_policy(const View& view, const Inode& inode);

// Whether `delta` more, as chain[count - 1] counts it, is within the quotas of the directories chain[first, count), the lowest first.
// Freeing is always allowed. FSDirectory.verifyQuota:
// kNsQuotaExceeded, kDsQuotaExceeded, or kIo as QuotaByStorageTypeExceededException.
Result<void> check_quota(const View& view, const std::vector<Inode>& chain, size_t count, const Usage& delta, size_t first = 0);
// The same for a directory that was found by its id, and all above it.
Result<void> check_quota(const View& view, InodeId directory, const Usage& delta);

// What a change of the blocks or of the replication of an open file asks of its directories: `delta` under the file's policy.
Result<void> check_file_quota(const View& view, const Inode& file, const Stored& delta);
Result<void> add_file_usage(Transaction& tx, const Inode& file, const Stored& delta);

}  // namespace tusker::namenode
