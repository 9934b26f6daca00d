#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/config/config.h"
#include "mapreduce/formats/file_stores.h"
#include "mapreduce/formats/input_split.h"

// Which files a text job reads and how they are cut (org.apache.hadoop.mapreduce.lib.input.FileInputFormat). Blocking calls.

namespace tusker::mapreduce {

// Separates mapreduce.input.fileinputformat.inputdir at its commas; a comma within braces or after a backslash belongs to a path.
std::vector<std::string> split_paths(std::string_view list);

struct InputFile {
  FileStore* store;
  StoreStatus status;
};

// The files of all input paths: patterns expanded, directories listed, names that begin with '_' or '.' left out. Errors are Hadoop's:
// "Input path does not exist: …", "Input Pattern … matches 0 files", "No input paths specified in job".
Result<std::vector<InputFile>> list_input(FileStores& stores, const config::Config& config);

// Cuts the files at max(min size, min(max size, block size)), with a slop of 10 % for the last, each with the hosts of its first block.
// Largest first.
Result<std::vector<InputSplit>> text_splits(const config::Config& config, const std::vector<InputFile>& files);

}  // namespace tusker::mapreduce
