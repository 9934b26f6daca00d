#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/env/disk.h"

namespace tusker::config {

using std::chrono::milliseconds;

// A property: its Hadoop name, its default and what it means. Declared once, in keys_*.h.
template <class T>
struct Key {
  std::string_view name;
  T default_value;
};
struct DurationKey {
  std::string_view name;
  std::string_view default_value;  // "3s"
  milliseconds unit;               // of a number without a suffix
};
struct SizeKey {
  std::string_view name;
  int64_t default_value;  // bytes; values may carry k, m, g, t, p, e
};

class Config;
// Reads one XML or YAML file into `config`; the format goes by the name's end (.xml; else YAML). Errors name file and line.
Result<void> load_file(Disk& disk, const std::string& path, Config& config);

// Properties by name. Built at start-up from files and the command line, constant afterwards; copies are cheap enough for that.
// Precedence, weakest first: Hadoop's XML site files of HADOOP_CONF_DIR, our YAML there, -conf FILE, -D key=value. A property marked
// <final> in XML is kept against later XML files. ${other.key} and ${env.NAME} are expanded when read, 20 levels deep at most.
class Config {
 public:
  void set(std::string key, std::string value, std::string source = "code");
  bool has(std::string_view key) const;
  // Raw text with variables expanded; nullptr-like empty optional when absent.
  std::optional<std::string> find(std::string_view key) const;

  std::string get(const Key<std::string_view>& key) const;
  // A value that can't be read as its type is an error naming key, value and source.
  Result<int64_t> get(const Key<int64_t>& key) const;
  Result<bool> get(const Key<bool>& key) const;
  Result<double> get(const Key<double>& key) const;
  Result<milliseconds> get(const DurationKey& key) const;
  Result<int64_t> get(const SizeKey& key) const;
  // Comma-separated, trimmed, empty items dropped.
  std::vector<std::string> get_list(const Key<std::string_view>& key) const;

  struct Value {
    std::string text;
    std::string source;  // file name or "command line", for /conf
    bool is_final = false;
  };
  const std::map<std::string, Value, std::less<>>& all() const { return values_; }

 private:
  friend Result<void> load_file(Disk& disk, const std::string& path, Config& config);
  std::string expand(std::string_view text, int depth) const;
  std::map<std::string, Value, std::less<>> values_;
};

// What every daemon and tool takes: `-conf FILE`, `-D key=value` (also `-Dkey=value`), `-fs URI`; and HADOOP_CONF_DIR from the environment.
// `yaml_name` is our file in that directory ("namenode.yaml"). What is not one of these stays in `rest`, in order.
struct CommandLine {
  Config config;
  std::vector<std::string> rest;
};
Result<CommandLine> load_command_line(Disk& disk, const std::vector<std::string>& arguments, const std::string& yaml_name);

}  // namespace tusker::config
