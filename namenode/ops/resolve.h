#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "namenode/model/permission.h"
#include "namenode/store/view.h"

namespace tusker::namenode {

// What a path leads through an ordinary file for: it decides the exception (FSDirectory.DirOp).
enum class PathUse : uint8_t { kRead, kWrite, kCreate };

// A path and the inodes that exist along it, the root first.
struct Resolved {
  std::vector<std::string> components;
  std::vector<Inode> chain;  // chain[i + 1] is components[i]; never empty
  bool is_raw = false;       // it was given below "/.reserved/raw"

  bool exists() const { return chain.size() == components.size() + 1; }
  // "/.reserved" itself: no inode, and yet it is shown.
  bool is_reserved() const { return components.size() == 1 && components[0] == ".reserved"; }
  Inode& target() { return chain.back(); }
  const Inode& target() const { return chain.back(); }
  // The last inode's parent when the target exists; else the nearest ancestor that does.
  Inode& parent() { return exists() && chain.size() > 1 ? chain[chain.size() - 2] : chain.back(); }
  bool parent_exists() const { return chain.size() >= components.size(); }
  std::string path() const;
  std::string path_to(size_t inode_index) const;  // of chain[inode_index]
  std::string existing_path() const { return path_to(chain.size() - 1); }
  std::string parent_path() const;
};

// Follows `path` as far as it exists, checking EXECUTE on every directory passed. Also "/.reserved/.inodes/ID/…" and "/.reserved/raw/…",
// the latter for the superuser only unless it's a read. kAccessControl; a file on the way: kParentNotDirectory for kCreate, kAccessControl
// otherwise.
Result<Resolved> resolve(const View& view, const Caller& caller, std::string_view path, PathUse use);

// The same, to be written by its owner or the superuser only, also where permissions are off.
Result<Resolved> resolve_owned(const View& view, const Caller& caller, std::string_view path);

// As resolve(), with kFileNotFound "`prefix`PATH" when the target is missing.
Result<Resolved> resolve_existing(const View& view, const Caller& caller, std::string_view path, PathUse use, std::string_view prefix);

}  // namespace tusker::namenode
