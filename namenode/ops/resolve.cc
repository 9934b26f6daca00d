#include "namenode/ops/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "namenode/model/path.h"

namespace tusker::namenode {
namespace {

constexpr std::string_view kReserved = ".reserved";

// What "/.reserved/.inodes/ID/rest" stands for; of what follows an inode only a ".." right behind it is more than a name.
Result<std::vector<std::string>> expand_inode_path(const View& view, const std::vector<std::string>& components) {
  int64_t number = 0;
  const auto& text = components[2];
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size()) {
    return error(StatusCode::kFileNotFound, fmt::format("Invalid inode path: {}", join_path(components)));
  }
  TRY(const auto inode, view.inode(InodeId(number)));
  std::optional<std::string> real;
  if (inode) {
    TRY(real, view.path_of(*inode));
  }
  if (!real) {
    return error(StatusCode::kFileNotFound, fmt::format("File for given inode path does not exist: {}", join_path(components)));
  }
  auto out = path_components(*real);
  if (components.size() > 3 && components[3] == "..") {
    if (!out.empty()) out.pop_back();
    return out;
  }
  out.insert(out.end(), components.begin() + 3, components.end());
  return out;
}

// Paths below "/.reserved" become what they stand for; other paths stay (FSDirectory.resolveComponents).
Result<void> expand_reserved(const View& view, Resolved& at) {
  auto& components = at.components;
  if (components.size() < 2 || components[0] != kReserved) return {};
  if (components[1] == ".inodes" && components.size() > 2) {
    TRY(components, expand_inode_path(view, components));
  } else if (components[1] == "raw") {
    at.is_raw = true;
    if (components.size() != 3 || components[2] != kReserved) components.erase(components.begin(), components.begin() + 2);
  }
  return {};
}

std::unexpected<Status> not_a_directory(const Resolved& at, PathUse use) {
  return error(use == PathUse::kCreate ? StatusCode::kParentNotDirectory : StatusCode::kAccessControl,
               at.existing_path() + " (is not a directory)");
}

}  // namespace

std::string Resolved::path() const { return join_path(components); }
std::string Resolved::path_to(size_t inode_index) const { return join_path(components, inode_index); }
std::string Resolved::parent_path() const { return exists() ? path_to(chain.size() - std::min<size_t>(2, chain.size())) : existing_path(); }

Result<Resolved> resolve(const View& view, const Caller& caller, std::string_view path, PathUse use) {
  Resolved out;
  if (!path.starts_with('/')) {
    return error(Status(StatusCode::kIllegalArgument, fmt::format("Absolute path required, but got '{}'", path))
                     .with_remote_class("java.lang.AssertionError"));
  }
  out.components = path_components(path);
  TRY_VOID(expand_reserved(view, out));
  if (out.is_raw && use != PathUse::kRead) TRY_VOID(check_superuser(caller, caller.operation));
  TRY(const auto root, view.root());
  out.chain.reserve(out.components.size() + 1);
  out.chain.push_back(*root);
  for (const auto& name : out.components) {
    const Inode& here = out.chain.back();
    if (!here.is_directory()) return not_a_directory(out, use);
    if (!may(caller, here, Access::kExecute)) return error(check_access(caller, here, out.existing_path(), Access::kExecute).error());
    TRY(auto next, view.child(here, name));
    if (!next) return out;
    out.chain.push_back(*std::move(next));
  }
  return out;
}

Result<Resolved> resolve_existing(const View& view, const Caller& caller, std::string_view path, PathUse use, std::string_view prefix) {
  TRY(auto resolved, resolve(view, caller, path, use));
  if (!resolved.exists()) return error(StatusCode::kFileNotFound, fmt::format("{}{}", prefix, resolved.path()));
  return resolved;
}

Result<Resolved> resolve_owned(const View& view, const Caller& caller, std::string_view path) {
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kWrite, "Directory/File does not exist "));
  if (!caller.checks_permissions) {
    Caller checked = caller;
    checked.checks_permissions = true;
    for (size_t i = 0; i + 1 < at.chain.size(); ++i) TRY_VOID(check_access(checked, at.chain[i], at.path_to(i), Access::kExecute));
  }
  TRY_VOID(check_owner(caller, at.target(), at.path()));
  return at;
}

}  // namespace tusker::namenode
