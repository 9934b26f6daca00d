#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tusker::examples {

// Splits one line of CSV (RFC 4180) into its fields: quotes round a field, doubled quotes within. The views point into the line, or into
// this object where quotes had to be taken out; both valid until the next split. A quote that never closes ends with the line.
class CsvLine {
 public:
  explicit CsvLine(char separator = ',') : separator_(separator) {}
  const std::vector<std::string_view>& split(std::string_view line);

 private:
  size_t quoted_field(std::string_view line, size_t at);

  char separator_;
  std::string unquoted_;
  std::vector<std::string_view> fields_;
};

// A field as CSV needs it: in quotes when it holds a separator, a quote or the end of a line.
void append_csv_field(std::string& out, std::string_view field, char separator);

}  // namespace tusker::examples
