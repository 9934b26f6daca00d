#include "common/metrics/java_json.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

namespace tusker::metrics {
namespace {

namespace json = boost::json;

void print(const json::value& value, size_t depth, std::string& out);

void print_object(const json::object& object, size_t depth, std::string& out) {
  if (object.empty()) {
    out += "{ }";
    return;
  }
  const std::string indent(2 * (depth + 1), ' ');
  out += "{";
  bool first = true;
  for (const auto& [key, value] : object) {
    out += first ? "\n" : ",\n";
    first = false;
    out += indent + json::serialize(json::value(key)) + " : ";
    print(value, depth + 1, out);
  }
  out += "\n" + std::string(2 * depth, ' ') + "}";
}

void print(const json::value& value, size_t depth, std::string& out) {
  if (value.is_object()) {
    print_object(value.get_object(), depth, out);
  } else if (value.is_array()) {
    const json::array& array = value.get_array();
    out += "[";
    for (size_t i = 0; i < array.size(); ++i) {
      out += i == 0 ? " " : ", ";
      print(array[i], depth, out);
    }
    out += " ]";
  } else if (value.is_double()) {
    out += java_double(value.get_double());
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string java_double(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  const double size = std::abs(value);
  if (value == 0 || (size >= 1e-3 && size < 1e7)) {
    std::string text = fmt::format("{}", value);
    return text.find('.') == std::string::npos ? text + ".0" : text;
  }
  std::string text = fmt::format("{:e}", value);
  // The shortest digits that give the value back, before Java's exponent.
  for (int digits = 0; digits < 17; ++digits) {
    text = fmt::format("{:.{}e}", value, digits);
    if (std::stod(text) == value) break;
  }
  const size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  return fmt::format("{}E{}", mantissa, std::stoi(text.substr(e + 1)));
}

std::string pretty_json(const json::value& value) {
  std::string out;
  print(value, 0, out);
  return out;
}

}  // namespace tusker::metrics
