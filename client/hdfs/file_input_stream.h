#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/hdfs/block_reader.h"
#include "client/hdfs/file_system.h"

namespace tusker::client {

// DFSInputStream. Remembers the DataNodes that failed, and asks the NameNode again when none is left. Made by FileSystem::open.
class FileInputStream final : public InputStream {
 public:
  static Task<Result<std::unique_ptr<InputStream>>> open(ClientContext& context, std::string path);

  int64_t length() const override { return length_; }
  Task<Result<size_t>> read_at(int64_t offset, MutableBytes into) override;
  Task<Result<std::string_view>> next_chunk() override;
  Task<Result<std::vector<std::string_view>>> next_chunks() override;
  void seek(int64_t offset) override;

 private:
  FileInputStream(ClientContext& context, std::string path) : context_(context), path_(std::move(path)) {}
  Task<Result<void>> fetch_locations(int64_t offset);
  Task<Result<void>> find_length(hadoop::hdfs::LocatedBlocksProto located);
  void keep_length(const hadoop::hdfs::LocatedBlocksProto& located);
  Task<Result<int64_t>> visible_length(hadoop::hdfs::LocatedBlockProto block);
  Task<Result<hadoop::hdfs::LocatedBlockProto>> block_at(int64_t offset);
  // At least one byte from `offset`, in pending_; asks for `length` bytes if it has to open a reader.
  Task<Result<void>> fill(int64_t offset, int64_t length);
  Task<Result<void>> open_reader(int64_t offset, int64_t length);
  Task<Result<void>> no_live_node(const hadoop::hdfs::LocatedBlockProto& block);
  Task<void> note_failure(hadoop::hdfs::LocatedBlockProto block, hadoop::hdfs::DatanodeInfoProto node, Status why);
  Task<void> report_corrupt();
  void drop_reader();

  ClientContext& context_;
  std::string path_;
  int64_t length_ = 0;
  std::map<int64_t, hadoop::hdfs::LocatedBlockProto> blocks_;  // by offset in the file
  int64_t position_ = 0;                                       // of next_chunk()
  std::unique_ptr<BlockReader> reader_;
  hadoop::hdfs::LocatedBlockProto reader_block_;
  std::string_view pending_;    // read, not given out yet; in the reader's buffer
  int64_t pending_offset_ = 0;  // of pending_ in the file
  int64_t last_read_end_ = -1;  // of read_at(): reads in sequence make the next reader run to the block's end
  std::set<std::string> dead_;  // uuids of DataNodes that failed
  struct Corrupt {              // bad replicas of one block, not reported yet
    hadoop::hdfs::LocatedBlockProto block;
    std::set<std::string> uuids;
  };
  Corrupt corrupt_;
  int64_t failures_ = 0;  // rounds over all replicas of the present block
  std::shared_ptr<DatanodePeer> idle_peer_;
  std::string idle_peer_uuid_;
  TimePoint idle_since_;
};

}  // namespace tusker::client
