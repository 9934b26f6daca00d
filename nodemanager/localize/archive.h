#pragma once

#include <string>

#include "common/base/result.h"

namespace tusker::nodemanager {

// Unpacks `archive` into the new directory `directory`, by the lower-cased end of `name`: .jar and .zip, .tar, .tar.gz, .tgz
// (FSDownload.unpack). Anything else is copied into the directory under its name. With a pattern, only entries that match it as a whole (a
// Java regular expression of the simple kind) are unpacked, and a .jar itself is kept beside them. Entries that would leave the directory
// are refused. Blocks: on the disk pool. kIo names the archive and the entry.
Result<void> unpack(const std::string& archive, const std::string& name, const std::string& directory, const std::string& pattern);

}  // namespace tusker::nodemanager
