#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/hdfs/file_checksum.h"
#include "common/config/config.h"
#include "common/env/env.h"
#include "common/security/user.h"
#include "hdfs/ClientNamenodeProtocol.pb.h"
#include "hdfs/hdfs.pb.h"

namespace tusker::client {

struct ClientContext;

struct FileStatus {
  std::string path;  // absolute, without scheme
  bool is_directory = false;
  int64_t length = 0;
  int16_t replication = 0;
  int64_t block_bytes = 0;
  int64_t mtime_ms = 0;
  int64_t atime_ms = 0;
  uint16_t permission = 0;  // 01777
  std::string owner;
  std::string group;
  uint64_t file_id = 0;
  int32_t children = 0;
  bool has_acl = false;
};

// A run of a file's bytes and the hosts that hold it, nearest first.
struct BlockLocation {
  int64_t offset = 0;
  int64_t length = 0;
  std::vector<std::string> hosts;           // host names as registered
  std::vector<std::string> names;           // "ip:xferPort"
  std::vector<std::string> topology_paths;  // "/rack/ip:xferPort"
  bool corrupt = false;
};

struct CreateOptions {
  uint16_t permission = 0644;  // already masked
  bool overwrite = false;
  bool create_parent = true;
  int16_t replication = 0;              // 0: dfs.replication
  int64_t block_bytes = 0;              // 0: dfs.blocksize
  int64_t packet_bytes = 0;             // 0: dfs.client-write-packet-size
  bool lazy_persist = false;            // DataNodes may keep it in memory for a while (LAZY_PERSIST)
  std::optional<uint16_t> unmasked;     // the permission before the mask, for directories with a default ACL
  uint32_t flags = 1;                   // CreateFlagProto; `overwrite` and `lazy_persist` add theirs
  bool no_local_write = false;          // not on this machine's DataNode, as long as others will do
  bool ignore_client_locality = false;  // no replica for nearness to this machine
};

// Reads one file. Used on the strand that opened it. Fails over to another replica on an error or a bad checksum, and reports the bad one.
class InputStream {
 public:
  virtual ~InputStream() = default;
  virtual int64_t length() const = 0;
  // Up to into.size() bytes at `offset`, at least one; 0 at the end of the file.
  virtual Task<Result<size_t>> read_at(int64_t offset, MutableBytes into) = 0;
  // The next bytes without a copy: a view into the stream's buffer, valid until the next call; empty at the end. Sequential from seek().
  virtual Task<Result<std::string_view>> next_chunk() = 0;
  // The same, of as many pieces as the buffer holds, a MiB or so: for who pays for each call.
  virtual Task<Result<std::vector<std::string_view>>> next_chunks();
  virtual void seek(int64_t offset) = 0;
};

// Writes one new file. Used on the strand that created it. Bytes are buffered into packets and sent while more come; a DataNode that fails
// is replaced or left out by pipeline recovery.
class OutputStream {
 public:
  virtual ~OutputStream() = default;
  virtual Task<Result<void>> write(std::string_view bytes) = 0;
  // All pieces, in order. They stay where they are as long as `owner` is held.
  virtual Task<Result<void>> write_pieces(std::vector<std::string_view> pieces, std::shared_ptr<const void> owner);
  // Every byte so far has been acknowledged by all DataNodes of the pipeline (hflush), and with `sync` lies on their media (hsync).
  virtual Task<Result<void>> flush(bool sync) = 0;
  // Completes the file. Without it the file stays open and its lease lapses.
  virtual Task<Result<void>> close() = 0;
};

// A client of one NameNode (org.apache.hadoop.hdfs.DFSClient). Any strand may call; stop() before it dies. Paths are absolute, without
// scheme. Errors are the NameNode's, with Hadoop's texts. Renews the leases of its open files.
class FileSystem {
 public:
  // `namenode` is the RPC address. The user comes from `user`; block size, replication, timeouts from `config`.
  FileSystem(Env& env, const config::Config& config, Endpoint namenode, security::User user);
  ~FileSystem();

  Task<Result<std::unique_ptr<InputStream>>> open(std::string path);
  // False: streams opened from now on take their bytes unchecked (FileSystem.setVerifyChecksum).
  void verify_checksums(bool yes);
  Task<Result<std::unique_ptr<OutputStream>>> create(std::string path, CreateOptions options);
  // nullopt when there is no such path.
  Task<Result<std::optional<FileStatus>>> status(std::string path);
  // All entries of a directory, in name order, by pages; a file gives itself. kFileNotFound when missing.
  Task<Result<std::vector<FileStatus>>> list(std::string path);
  Task<Result<std::vector<BlockLocation>>> block_locations(std::string path, int64_t offset, int64_t length);
  Task<Result<bool>> mkdirs(std::string path, uint16_t permission, bool create_parent);
  Task<Result<bool>> remove(std::string path, bool recursive);
  Task<Result<bool>> rename(std::string from, std::string to);                     // the old semantics: moves into a directory
  Task<Result<void>> rename_to(std::string from, std::string to, bool overwrite);  // rename2
  Task<Result<bool>> set_replication(std::string path, int16_t replication);
  Task<Result<void>> set_permission(std::string path, uint16_t permission);
  Task<Result<void>> set_owner(std::string path, std::string owner, std::string group);  // empty leaves it
  Task<Result<void>> set_times(std::string path, int64_t mtime_ms, int64_t atime_ms);    // -1 leaves it
  Task<Result<hadoop::hdfs::ContentSummaryProto>> content_summary(std::string path);
  Task<Result<FileChecksum>> checksum(std::string path);

  // Any other RPC of ClientProtocol, repeated while the NameNode can't be reached, as all of the above are.
  template <class Response, class Request>
  Task<Result<Response>> call(std::string_view method, Request request) {
    Result<std::string> bytes = co_await call_bytes(std::string(method), request.SerializeAsString());
    if (!bytes) co_return error(std::move(bytes).error());
    Response response;
    if (!response.ParseFromString(*bytes)) {
      co_return error(StatusCode::kIo, "Cannot decode the answer to " + std::string(method) + ": " + response.InitializationErrorString());
    }
    co_return response;
  }

  const std::string& client_name() const;
  const security::User& user() const;
  Env& env() { return env_; }
  // Ends lease renewal and closes connections. Open streams must be closed or dropped before.
  Task<void> stop();

 private:
  Task<Result<std::string>> call_bytes(std::string method, std::string parameter);

  Env& env_;
  std::unique_ptr<ClientContext> context_;
};

// The NameNode's RPC address of "hdfs://host:port/…" or of fs.defaultFS in `config`; port 8020 when none is given.
Result<Endpoint> namenode_endpoint(const config::Config& config, std::string_view uri = "");

}  // namespace tusker::client
