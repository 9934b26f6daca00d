#include "namenode/ops/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "namenode/model/path.h"

namespace tusker::namenode {
namespace {

// "/.reserved/.inodes/ID/rest" becomes the path that it stands for; other paths stay.
Result<std::vector<std::string>> expand_reserved(const View& view, std::string_view path) {
  auto components = path_components(path);
  if (components.size() < 3 || components[0] != ".reserved" || components[1] != ".inodes") return components;
  int64_t number = 0;
  const auto& text = components[2];
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size()) {
    return error(StatusCode::kFileNotFound, fmt::format("Invalid inode path: {}", path));
  }
  TRY(const auto inode, view.inode(InodeId(number)));
  std::optional<std::string> real;
  if (inode) {
    TRY(real, view.path_of(*inode));
  }
  if (!real) return error(StatusCode::kFileNotFound, fmt::format("File for given inode path does not exist: {}", path));
  auto out = path_components(*real);
  for (size_t i = 3; i < components.size(); ++i) {
    if (components[i] == "..") {
      if (!out.empty()) out.pop_back();
    } else {
      out.push_back(components[i]);
    }
  }
  return out;
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
  if (!path.starts_with('/')) return error(StatusCode::kIllegalArgument, fmt::format("Absolute path required, but got '{}'", path));
  TRY(out.components, expand_reserved(view, path));
  TRY(const auto root, view.root());
  out.chain.reserve(out.components.size() + 1);
  out.chain.push_back(*root);
  for (const auto& name : out.components) {
    const Inode& here = out.chain.back();
    if (!here.is_directory()) {
      if (use == PathUse::kRead && caller.superuser) return out;
      return not_a_directory(out, use);
    }
    if (!may(caller, here, Access::kExecute)) return error(check_access(caller, here, out.existing_path(), Access::kExecute).error());
    TRY(auto next, view.child(here, name));
    if (!next) return out;
    out.chain.push_back(*std::move(next));
  }
  return out;
}

Result<Resolved> resolve_existing(const View& view, const Caller& caller, std::string_view path, PathUse use, std::string_view prefix) {
  TRY(auto resolved, resolve(view, caller, path, use));
  if (!resolved.exists()) return error(StatusCode::kFileNotFound, fmt::format("{}{}", prefix, path));
  return resolved;
}

}  // namespace tusker::namenode
