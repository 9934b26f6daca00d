#include "nodemanager/localize/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <regex>

namespace tusker::nodemanager {
namespace {

constexpr size_t kBlockBytes = 256 << 10;

struct FreeReader {
  void operator()(struct archive* a) const { archive_read_free(a); }
};
struct FreeWriter {
  void operator()(struct archive* a) const { archive_write_free(a); }
};
using Reader = std::unique_ptr<struct archive, FreeReader>;
using Writer = std::unique_ptr<struct archive, FreeWriter>;

std::unexpected<Status> broken(const std::string& name, const char* why) {
  return error(StatusCode::kIo, fmt::format("Cannot unpack {}: {}", name, why == nullptr ? "unknown reason" : why));
}

bool ends_in(const std::string& name, std::initializer_list<std::string_view> ends) {
  std::string lower = name;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::any_of(ends, [&](std::string_view end) { return lower.ends_with(end); });
}

// Inside the directory, whatever ".." and leading slashes say.
bool stays_inside(const std::filesystem::path& path) {
  if (path.is_absolute()) return false;
  int depth = 0;
  for (const auto& part : path) {
    if (part == "..")
      --depth;
    else if (part != "." && !part.empty())
      ++depth;
    if (depth < 0) return false;
  }
  return true;
}

Result<std::optional<std::regex>> compile(const std::string& pattern) {
  if (pattern.empty()) return std::nullopt;
  try {
    return std::optional<std::regex>(std::regex(pattern, std::regex::ECMAScript | std::regex::optimize));
  } catch (const std::regex_error& e) {
    return error(StatusCode::kIllegalArgument, fmt::format("Pattern {} of a local resource isn't understood: {}", pattern, e.what()));
  }
}

Result<void> copy_data(struct archive* from, struct archive* to, const std::string& name) {
  while (true) {
    const void* block = nullptr;
    size_t length = 0;
    la_int64_t offset = 0;
    int code = archive_read_data_block(from, &block, &length, &offset);
    if (code == ARCHIVE_EOF) return {};
    if (code < ARCHIVE_WARN) return broken(name, archive_error_string(from));
    if (archive_write_data_block(to, block, length, offset) < ARCHIVE_WARN) return broken(name, archive_error_string(to));
  }
}

Result<void> unpack_entries(struct archive* from, const std::string& name, const std::filesystem::path& directory,
                            const std::optional<std::regex>& pattern) {
  Writer to(archive_write_disk_new());
  archive_write_disk_set_options(to.get(), ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT);
  while (true) {
    struct archive_entry* entry = nullptr;
    int code = archive_read_next_header(from, &entry);
    if (code == ARCHIVE_EOF) return {};
    if (code < ARCHIVE_WARN) return broken(name, archive_error_string(from));
    const std::string path = archive_entry_pathname(entry);
    if (pattern && !std::regex_match(path, *pattern)) continue;
    if (!stays_inside(path)) return broken(name, ("entry " + path + " would leave the directory").c_str());
    archive_entry_set_pathname(entry, (directory / path).c_str());
    if (const char* hardlink = archive_entry_hardlink(entry); hardlink != nullptr) {
      if (!stays_inside(hardlink)) return broken(name, ("link " + path + " would leave the directory").c_str());
      archive_entry_set_hardlink(entry, (directory / hardlink).c_str());
    }
    if (archive_write_header(to.get(), entry) < ARCHIVE_WARN) return broken(name, archive_error_string(to.get()));
    if (archive_entry_size(entry) > 0) {
      if (auto copied = copy_data(from, to.get(), name); !copied) return copied;
    }
    if (archive_write_finish_entry(to.get()) < ARCHIVE_WARN) return broken(name, archive_error_string(to.get()));
  }
}

}  // namespace

Result<void> unpack(const std::string& archive, const std::string& name, const std::string& directory, const std::string& pattern) {
  std::error_code ec;
  std::filesystem::create_directories(directory, ec);
  if (ec) return broken(name, ec.message().c_str());
  const std::filesystem::path kept = std::filesystem::path(directory) / name;
  bool packed = ends_in(name, {".jar", ".zip", ".tar", ".tar.gz", ".tgz"});
  if (!packed || (!pattern.empty() && ends_in(name, {".jar"}))) {
    std::filesystem::copy_file(archive, kept, ec);
    if (ec) return broken(name, ec.message().c_str());
    if (!packed) return {};
  }
  TRY(auto compiled, compile(ends_in(name, {".jar"}) ? pattern : ""));
  Reader from(archive_read_new());
  archive_read_support_filter_all(from.get());
  archive_read_support_format_zip(from.get());
  archive_read_support_format_tar(from.get());
  archive_read_support_format_gnutar(from.get());
  if (archive_read_open_filename(from.get(), archive.c_str(), kBlockBytes) != ARCHIVE_OK)
    return broken(name, archive_error_string(from.get()));
  return unpack_entries(from.get(), name, directory, compiled);
}

}  // namespace tusker::nodemanager
