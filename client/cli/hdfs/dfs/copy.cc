#include "client/cli/hdfs/dfs/copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "client/cli/hdfs/dfs/progress.h"

namespace tusker::cli::dfs {

Result<void> read_threads(const Parsed& parsed, CopyOptions& options) {
  for (const std::string_view name : {"t", "q"}) {
    const auto given = parsed.values.find(name);
    if (given == parsed.values.end()) continue;
    const std::string& text = given->second;
    int number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (wrong != std::errc() || end != text.data() + text.size()) {
      return error(StatusCode::kHadoopIllegalArgument, fmt::format("For input string: \"{}\"", text));
    }
    if (name == "t") options.threads = std::clamp(number, 1, 256);
  }
  return {};
}

Task<Result<void>> check_destination(PathItem destination, size_t sources, bool overwrite) {
  if (sources > 1) {
    if (!destination.exists()) co_return error(path_error::not_found(destination.text));
    if (!destination.is_directory()) co_return error(path_error::is_not_directory(destination.text));
    co_return Result<void>();
  }
  if (destination.exists()) {
    if (!destination.is_directory() && !overwrite) co_return error(path_error::exists(destination.text));
    co_return Result<void>();
  }
  bool parent_exists = false;
  if (!destination.says_directory()) {
    CO_TRY(const auto parent, co_await destination.files->status(parent_directory(destination.path)));
    parent_exists = parent.has_value();
  }
  if (parent_exists) co_return Result<void>();
  // A relative local path is shown as Java shows it, with one slash.
  const bool local = destination.files->hdfs() == nullptr && !destination.text.starts_with('/');
  const std::string full = local ? "file:" + destination.path : destination.files->qualified(destination.path);
  co_return error(path_error::not_found_in(destination.text, full));
}

Task<Result<PathItem>> target_of(PathItem destination, std::string source_name) {
  if (!destination.is_directory() && (destination.exists() || !destination.says_directory())) co_return destination;
  PathItem target = destination.child(source_name);
  CO_TRY(target.status, co_await target.files->status(target.path));
  co_return target;
}

Task<Result<PathItem>> remote_destination(Shell& shell, std::string text) {
  CO_TRY(auto found, co_await shell.expand(text));
  if (found.size() > 1) co_return error(path_error::with(text, "Too many matches"));
  co_return std::move(found.front());
}

Result<void> check_relation(const PathItem& source, const PathItem& target) {
  if (!source.is_directory() || source.files != target.files) return {};
  const auto refuse = [&](const std::string& to, std::string_view what) {
    return error(StatusCode::kIo, fmt::format("`{}' to `{}': {}", source.text, to, what));
  };
  if (target.path == source.path) return refuse(target.files->qualified(target.path), "are identical");
  if (target.path.starts_with(source.path == "/" ? "/" : source.path + "/")) return refuse(target.text, "is a subdirectory of itself");
  return {};
}

Task<void> Copier::run(std::vector<PathItem> sources, PathItem destination) {
  if (auto suits = co_await check_destination(destination, sources.size(), options_.overwrite); !suits) {
    shell_.report(command_.name, suits.error());
    co_return;
  }
  for (const auto& source : sources) {
    if (!source.exists()) {
      shell_.report(command_.name, path_error::not_found(source.text));
      continue;
    }
    auto target = co_await target_of(destination, source.name());
    Result<void> suits = target ? check_relation(source, *target) : error(target.error());
    if (suits) {
      co_await copy_tree(source, *target);
    } else {
      shell_.report(command_.name, suits.error());
    }
  }
  while (running_ > 0) co_await freed_.wait(kNever);
  co_await tasks_.stop();
}

Task<void> Copier::copy_tree(PathItem source, PathItem target) {
  if (!source.is_directory() && options_.threads > 1) {
    while (running_ >= options_.threads) co_await freed_.wait(kNever);
    ++running_;
    tasks_.spawn(co_await asio::this_coro::executor, copy_file_task(std::move(source), std::move(target)));
    co_return;
  }
  auto done = source.is_directory() ? co_await copy_directory(source, target) : co_await copy_file(source, target);
  if (!done) shell_.report(command_.name, done.error());
}

Task<void> Copier::copy_file_task(PathItem source, PathItem target) {
  auto done = co_await copy_file(std::move(source), std::move(target));
  if (!done) shell_.report(command_.name, done.error());
  --running_;
  freed_.notify_all();
}

Task<Result<void>> Copier::copy_directory(PathItem source, PathItem target) {
  if (target.exists() && !target.is_directory()) co_return error(path_error::is_not_directory(target.text));
  const bool made_here = !target.exists();
  if (made_here) {
    CO_TRY(const bool made, co_await target.files->mkdirs(target.path));
    if (!made) co_return error(StatusCode::kIo, fmt::format("mkdir `{}': Input/output error", target.text));
  }
  CO_TRY(auto below, co_await shell_.children(source));
  for (const auto& child : below) {
    PathItem child_target = target.child(child.name());
    if (!made_here) {
      CO_TRY(child_target.status, co_await target.files->status(child_target.path));
    }
    co_await copy_tree(child, child_target);
  }
  co_return co_await preserve(source, target);
}

Task<Result<void>> Copier::copy_file(PathItem source, PathItem target) {
  CO_TRY(auto in, co_await source.files->open(source.path));
  CO_TRY_VOID(co_await copy_stream(std::move(in), source.text, target));
  co_return co_await preserve(source, target);
}

namespace {

Task<Result<void>> pump(std::shared_ptr<client::InputStream> in, client::OutputStream& out, Progress& progress) {
  for (;;) {
    CO_TRY(const std::vector<std::string_view> chunks, co_await in->next_chunks());
    if (chunks.empty()) co_return co_await out.close();
    CO_TRY_VOID(co_await out.write_pieces(chunks, in));
    for (const std::string_view chunk : chunks) progress.advance(std::ssize(chunk));
  }
}

Task<Result<void>> put_in_place(PathItem written, PathItem target) {
  if (target.exists()) co_return co_await target.files->replace(written.path, target.path);
  CO_TRY(const bool renamed, co_await target.files->rename(written.path, target.path));
  if (!renamed) co_return error(StatusCode::kIo, fmt::format("rename `{}' to `{}': Input/output error", written.text, target.text));
  co_return Result<void>();
}

}  // namespace

Task<Result<void>> Copier::copy_stream(std::unique_ptr<client::InputStream> in, std::string name, PathItem target) {
  if (target.exists() && (target.is_directory() || !options_.overwrite)) co_return error(path_error::exists(target.text));
  PathItem written = target;
  if (!options_.direct) {
    written.path += "._COPYING_";
    written.text += "._COPYING_";
  }
  CO_TRY(auto out, co_await written.files->create(written.path, options_.lazy_persist));
  Progress progress(shell_.env().clock, name, in->length());
  auto done = co_await pump(std::move(in), *out, progress);
  out.reset();
  if (done && !options_.direct) done = co_await put_in_place(written, target);
  // Best effort: the error that led here is the one to tell.
  if (!done && !options_.direct) static_cast<void>(co_await written.files->remove(written.path, false));
  co_return done;
}

Task<Result<void>> Copier::preserve(PathItem source, PathItem target) {
  const FileStatus& status = *source.status;
  if (options_.times) CO_TRY_VOID(co_await target.files->set_times(target.path, status.mtime_ms, status.atime_ms));
  if (options_.owner) CO_TRY_VOID(co_await target.files->set_owner(target.path, status.owner, status.group));
  if (options_.permission || options_.acl) CO_TRY_VOID(co_await target.files->set_permission(target.path, status.permission));
  if (options_.acl && status.has_acl) CO_TRY_VOID(co_await preserve_acl(source, target));
  if (options_.xattrs) CO_TRY_VOID(co_await preserve_xattrs(source, target));
  co_return Result<void>();
}

Task<Result<void>> Copier::preserve_acl(PathItem source, PathItem target) {
  if (target.files->hdfs() == nullptr) co_return error(path_error::with(target.text, "this filesystem keeps no ACLs"));
  hadoop::hdfs::GetAclStatusRequestProto ask;
  ask.set_src(source.path);
  CO_TRY(const auto acl, co_await source.files->hdfs()->call<hadoop::hdfs::GetAclStatusResponseProto>("getAclStatus", ask));
  hadoop::hdfs::SetAclRequestProto set;
  set.set_src(target.path);
  *set.mutable_aclspec() = acl.result().entries();
  // The minimal entries are in the permission (AclUtil.getAclFromPermAndEntries): the group's bits are the mask's.
  const auto add = [&set, &acl](auto type, auto scope, int bits) {
    for (const auto& entry : acl.result().entries()) {
      if (entry.type() == type && entry.scope() == scope && entry.name().empty()) return;
    }
    auto* entry = set.add_aclspec();
    entry->set_type(type);
    entry->set_scope(scope);
    entry->set_permissions(static_cast<hadoop::hdfs::AclEntryProto::FsActionProto>(bits & 7));
  };
  using Entry = hadoop::hdfs::AclEntryProto;
  const int mode = source.status->permission;
  add(Entry::USER, Entry::ACCESS, mode >> 6);
  add(Entry::MASK, Entry::ACCESS, mode >> 3);
  add(Entry::GROUP, Entry::ACCESS, mode >> 3);
  add(Entry::OTHER, Entry::ACCESS, mode);
  CO_TRY_VOID(co_await target.files->hdfs()->call<hadoop::hdfs::SetAclResponseProto>("setAcl", set));
  co_return Result<void>();
}

Task<Result<void>> Copier::preserve_xattrs(PathItem source, PathItem target) {
  if (source.files->hdfs() == nullptr) co_return Result<void>();
  hadoop::hdfs::GetXAttrsRequestProto ask;
  ask.set_src(source.path);
  CO_TRY(const auto found, co_await source.files->hdfs()->call<hadoop::hdfs::GetXAttrsResponseProto>("getXAttrs", ask));
  for (const auto& attribute : found.xattrs()) {
    if (target.files->hdfs() == nullptr) co_return error(path_error::with(target.text, "this filesystem keeps no extended attributes"));
    hadoop::hdfs::SetXAttrRequestProto set;
    set.set_src(target.path);
    *set.mutable_xattr() = attribute;
    set.set_flag(hadoop::hdfs::XATTR_CREATE | hadoop::hdfs::XATTR_REPLACE);
    CO_TRY_VOID(co_await target.files->hdfs()->call<hadoop::hdfs::SetXAttrResponseProto>("setXAttr", set));
  }
  co_return Result<void>();
}

}  // namespace tusker::cli::dfs
