#include "mapreduce/formats/file_stores.h"

#include <unistd.h>

#include <fmt/format.h>

#include "common/config/keys_mapred.h"
#include "common/config/keys_namenode.h"
#include "mapreduce/formats/hdfs_store.h"
#include "mapreduce/formats/local_store.h"

namespace tusker::mapreduce {
namespace {

struct Uri {
  std::string scheme;  // empty: of the default file system
  std::string authority;
  std::string path;
};

Uri parse_uri(std::string_view text) {
  Uri uri;
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon < text.find('/') && colon > 0) {
    uri.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t slash = std::min(text.find('/'), text.size());
    uri.authority = text.substr(0, slash);
    text.remove_prefix(slash);
  }
  uri.path = text;
  return uri;
}

std::string working_directory() {
  char buffer[4096];
  return ::getcwd(buffer, sizeof buffer) == nullptr ? "/" : buffer;
}

}  // namespace

FileStores::FileStores(Env& env, const config::Config& config, security::User user) : env_(env), config_(config), user_(std::move(user)) {}
FileStores::~FileStores() = default;

Result<FileStore*> FileStores::store_of(const std::string& scheme, const std::string& authority) {
  MutexLock lock(mutex_);
  auto& store = stores_[scheme + "://" + authority];
  if (store) return store.get();
  if (scheme == "file") {
    TRY(int64_t block_bytes, config_.get(config::kLocalBlockSize));
    store = std::make_unique<LocalStore>(env_.disk, block_bytes);
  } else {
    TRY(auto hdfs, HdfsStore::connect(env_, config_, scheme + "://" + authority, user_));
    store = std::move(hdfs);
  }
  return store.get();
}

Result<FileStores::Located> FileStores::locate(std::string_view text) {
  Uri uri = parse_uri(text);
  if (uri.scheme.empty()) {
    const Uri base = parse_uri(config_.get(config::kDefaultFs));
    uri.scheme = base.scheme.empty() ? "file" : base.scheme;
    if (uri.authority.empty()) uri.authority = base.authority;
  }
  if (uri.scheme != "file" && uri.scheme != "hdfs") {
    return error(StatusCode::kIllegalArgument,
                 fmt::format("No FileSystem for scheme \"{}\" (in {}): use hdfs: or file:", uri.scheme, text));
  }
  TRY(FileStore * store, store_of(uri.scheme, uri.authority));
  if (!uri.path.starts_with('/')) {
    uri.path = (uri.scheme == "file" ? working_directory() : "/user/" + user_.name) + "/" + uri.path;
  }
  return Located{store, normal_path(uri.path)};
}

std::map<std::string, FileStores::Statistics> FileStores::statistics() {
  MutexLock lock(mutex_);
  std::map<std::string, Statistics> all;
  for (auto& [name, store] : stores_) {
    if (!store) continue;
    Statistics& sum = all[store->scheme() == "file" ? "FILE" : "HDFS"];
    sum.bytes_read += store->statistics().bytes_read;
    sum.bytes_written += store->statistics().bytes_written;
    sum.read_ops += store->statistics().read_ops;
    sum.write_ops += store->statistics().write_ops;
  }
  return all;
}

Task<void> FileStores::stop() {
  std::vector<HdfsStore*> remote;
  {
    MutexLock lock(mutex_);
    for (auto& [name, store] : stores_) {
      if (store && store->scheme() == "hdfs") remote.push_back(static_cast<HdfsStore*>(store.get()));
    }
  }
  for (HdfsStore* store : remote) co_await store->stop();
}

}  // namespace tusker::mapreduce
