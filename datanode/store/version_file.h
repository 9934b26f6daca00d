#pragma once

#include <map>
#include <string>

#include "common/env/disk.h"

namespace tusker::datanode {

// A VERSION file: Java properties behind a comment line (org.apache.hadoop.hdfs.server.common.StorageInfo).
using Properties = std::map<std::string, std::string>;

// The layout of a DataNode's volumes since Hadoop 2.8: 32 times 32 subfolders.
inline constexpr int64_t kLayoutVersion = -57;

// kFileNotFound when there is none.
Result<Properties> read_version(Disk& disk, const std::string& path);
// Replaces the file durably.
Result<void> write_version(Disk& disk, const std::string& path, const Properties& properties);
// A property that must be there; kCorruption names file and key otherwise.
Result<std::string> required(const Properties& properties, const std::string& key, const std::string& path);

}  // namespace tusker::datanode
