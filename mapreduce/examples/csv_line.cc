#include "mapreduce/examples/csv_line.h"

namespace tusker::examples {

const std::vector<std::string_view>& CsvLine::split(std::string_view line) {
  fields_.clear();
  unquoted_.clear();
  unquoted_.reserve(line.size());  // so that views into it stay where they are
  size_t at = 0;
  while (true) {
    if (at < line.size() && line[at] == '"') {
      at = quoted_field(line, at + 1);
    } else {
      const size_t end = std::min(line.find(separator_, at), line.size());
      fields_.push_back(line.substr(at, end - at));
      at = end;
    }
    if (at >= line.size()) return fields_;
    ++at;  // the separator
    if (at == line.size()) {
      fields_.emplace_back();
      return fields_;
    }
  }
}

size_t CsvLine::quoted_field(std::string_view line, size_t at) {
  const size_t begin = unquoted_.size();
  while (true) {
    const size_t quote = std::min(line.find('"', at), line.size());
    unquoted_.append(line.substr(at, quote - at));
    at = quote + 1;
    if (at >= line.size() || line[at] != '"') break;
    unquoted_.push_back('"');
    ++at;
  }
  // What stands between the closing quote and the separator belongs to the field, as most readers have it.
  const size_t end = at >= line.size() ? line.size() : std::min(line.find(separator_, at), line.size());
  if (at < end) unquoted_.append(line.substr(at, end - at));
  fields_.push_back(std::string_view(unquoted_).substr(begin));
  return end;
}

void append_csv_field(std::string& out, std::string_view field, char separator) {
  const char special[] = {separator, '"', '\r', '\n'};
  if (field.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) {
    out.append(field);
    return;
  }
  out.push_back('"');
  for (char c : field) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace tusker::examples
