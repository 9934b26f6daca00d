#include <algorithm>
#include <cmath>
#include <limits>

#include "mapreduce/api/job.h"
#include "mapreduce/examples/csv_line.h"

// Groups the rows of CSV files by some columns and sums up another one:
//   mapred run libcsv.so -input /sales.csv -output /by-city -group city,year -value price [-separator ';'] [-no-header]
// Columns are named as in the first line, or counted from 1. A line of the output is the group's columns as CSV, then, after tabs: count,
// sum, mean, min and max. Rows whose value is missing or no number are left out and counted. A quoted field may hold the separator and
// quotes, but no end of line.

namespace {

namespace mr = tusker::mr;
using tusker::examples::CsvLine;

constexpr std::string_view kGroup = "tusker.csv.group";  // column numbers from 0, with commas
constexpr std::string_view kValue = "tusker.csv.value";
constexpr std::string_view kSeparator = "tusker.csv.separator";
constexpr std::string_view kHeader = "tusker.csv.header";

struct Statistics {
  int64_t count;
  double sum;
  double min;
  double max;
};

struct Combine {
  using Value = Statistics;
  static void fold(Statistics& into, const Statistics& value) {
    into.count += value.count;
    into.sum += value.sum;
    into.min = std::min(into.min, value.min);
    into.max = std::max(into.max, value.max);
  }
};

std::vector<std::string_view> split_list(std::string_view list) {
  std::vector<std::string_view> items;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    items.push_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return items;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

struct Rows {
  explicit Rows(mr::Context context)
      : line_(context.config(kSeparator, ",").at(0)),
        separator_(context.config(kSeparator, ",").at(0)),
        header_(context.config(kHeader, "true") == "true"),
        value_(static_cast<size_t>(context.config(kValue, int64_t{0}))),
        short_rows_(context.counter("CSV", "Rows with too few columns")),
        bad_values_(context.counter("CSV", "Rows whose value is no number")) {
    for (std::string_view item : split_list(context.config(kGroup).value_or(""))) group_.push_back(std::stoul(std::string(item)));
    columns_ = value_ + 1;
    for (size_t column : group_) columns_ = std::max(columns_, column + 1);
  }

  void map(mr::Record row, mr::Output& out) {
    if (row.value.empty() || (header_ && row.offset == 0)) return;
    const auto& fields = line_.split(row.value);
    if (fields.size() < columns_) return short_rows_.add();
    const std::string_view text = trimmed(fields[value_]);
    double value = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return bad_values_.add();
    key_.clear();
    for (size_t i = 0; i < group_.size(); ++i) {
      if (i > 0) key_.push_back(separator_);
      tusker::examples::append_csv_field(key_, fields[group_[i]], separator_);
    }
    out.emit(key_, Statistics{1, value, value, value});
  }

 private:
  CsvLine line_;
  char separator_;
  bool header_;
  size_t value_;
  std::vector<size_t> group_;
  size_t columns_ = 0;
  std::string key_;
  mr::Counter short_rows_;
  mr::Counter bad_values_;
};

struct Report {
  explicit Report(mr::Context) {}

  void reduce(std::string_view group, mr::Values& values, mr::Output& out) {
    Statistics all{0, 0, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    while (auto value = values.next<Statistics>()) Combine::fold(all, *value);
    text_ = std::to_string(all.count);
    for (double number : {all.sum, all.sum / static_cast<double>(all.count), all.min, all.max}) {
      char digits[64];
      text_.push_back('\t');
      text_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    }
    out.emit(group, text_);
  }

 private:
  std::string text_;
};

struct Driver {
  struct Options {
    std::string_view group;
    std::string_view value;
    std::string_view separator = ",";
    bool header = true;
  };

  static Options parse(std::span<const std::string_view> arguments) {
    Options options;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const std::string_view word = arguments[i];
      if (word == "-no-header") {
        options.header = false;
        continue;
      }
      std::string_view* into = word == "-group"       ? &options.group
                               : word == "-value"     ? &options.value
                               : word == "-separator" ? &options.separator
                                                      : nullptr;
      if (into == nullptr || i + 1 == arguments.size()) throw std::invalid_argument(kUsage);
      *into = arguments[++i];
    }
    if (options.group.empty() || options.value.empty() || options.separator.size() != 1) throw std::invalid_argument(kUsage);
    return options;
  }

  static size_t column(std::string_view name, const std::vector<std::string_view>& header) {
    for (size_t i = 0; i < header.size(); ++i) {
      if (trimmed(header[i]) == name) return i;
    }
    size_t number = 0;
    auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failure == std::errc() && end == name.data() + name.size() && number > 0) return number - 1;
    throw std::invalid_argument("there is no column " + std::string(name) + " in the first line of the input");
  }

  static void plan(mr::Plan& plan, std::span<const std::string_view> arguments) {
    const Options options = parse(arguments);
    CsvLine line(options.separator[0]);
    const std::vector<std::string_view> none;
    std::string_view first = plan.first_line();
    if (first.starts_with("\xef\xbb\xbf")) first.remove_prefix(3);
    const auto& header = options.header ? line.split(first) : none;
    std::string group;
    for (std::string_view name : split_list(options.group)) {
      group += (group.empty() ? "" : ",") + std::to_string(column(name, header));
    }
    plan.set(kGroup, group);
    plan.set(kValue, static_cast<int64_t>(column(options.value, header)));
    plan.set(kSeparator, options.separator);
    plan.set(kHeader, options.header ? "true" : "false");
  }

 private:
  static constexpr const char* kUsage =
      "Usage: mapred run libcsv.so -input PATH -output PATH -group COLUMN[,COLUMN] -value COLUMN [-separator C] [-no-header]";
};

}  // namespace

TUSKER_JOB(job) { job.name("csv").mapper<Rows>().fold<Combine>().reducer<Report>().driver<Driver>(); }
