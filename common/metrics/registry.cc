#include "common/metrics/registry.h"

#include <boost/json.hpp>
#include <cctype>
#include <map>
#include <optional>

#include "common/metrics/java_json.h"

namespace tusker::metrics {
namespace {

namespace json = boost::json;

constexpr std::string_view kTag = "tag.";

json::value json_of(const Value& value) {
  if (const auto* raw = std::get_if<Json>(&value)) {
    boost::system::error_code ec;
    json::value parsed = json::parse(raw->text, ec);
    return ec ? json::value(raw->text) : parsed;
  }
  return std::visit(
      [](const auto& v) -> json::value {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, Json>) {
          return nullptr;  // handled above
        } else {
          return json::value(v);
        }
      },
      value);
}

// '*' any run, '?' any one character.
bool wild_matches(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  std::optional<size_t> star;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star) {
      p = *star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

struct ObjectName {
  std::string domain;
  std::map<std::string, std::string> properties;
  bool open = false;  // ends in ",*"
};

std::optional<ObjectName> parse_object_name(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  ObjectName out;
  out.domain = text.substr(0, colon);
  std::string_view rest = std::string_view(text).substr(colon + 1);
  if (rest.empty()) return std::nullopt;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view property = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const size_t equals = property.find('=');
    if (property == "*") {
      out.open = true;
    } else if (equals == std::string_view::npos || equals == 0) {
      return std::nullopt;
    } else {
      out.properties[std::string(property.substr(0, equals))] = property.substr(equals + 1);
    }
  }
  return out;
}

// "NumLiveDataNodes" → "num_live_data_nodes", as PrometheusMetricsSink does.
std::string snake_case(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (!std::isalnum(c)) {
      if (!out.empty() && out.back() != '_') out.push_back('_');
      continue;
    }
    const bool starts_word =
        std::isupper(c) && i > 0 &&
        (std::islower(static_cast<unsigned char>(name[i - 1])) || std::isdigit(static_cast<unsigned char>(name[i - 1])) ||
         (i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1]))));
    if (starts_word && !out.empty() && out.back() != '_') out.push_back('_');
    out.push_back(static_cast<char>(std::tolower(c)));
  }
  return out;
}

std::string property_of(const std::string& bean, const std::string& key) {
  const size_t at = bean.find(key + "=");
  if (at == std::string::npos) return "";
  const size_t start = at + key.size() + 1;
  return bean.substr(start, bean.find(',', start) - start);
}

std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// {context="dfs",hostname="h"}, or nothing.
std::string labels_of(const Attributes& attributes) {
  std::string out;
  for (const auto& [name, value] : attributes) {
    if (!name.starts_with(kTag)) continue;
    const auto* text = std::get_if<std::string>(&value);
    std::string label(name.substr(kTag.size()));
    for (char& c : label) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    out += (out.empty() ? "{" : ",") + label + "=\"" + (text == nullptr ? "null" : label_value(*text)) + "\"";
  }
  return out.empty() ? out : out + "}";
}

}  // namespace

bool object_name_matches(const std::string& pattern, const std::string& name) {
  const auto wanted = parse_object_name(pattern);
  const auto given = parse_object_name(name);
  if (!wanted || !given || !wild_matches(wanted->domain, given->domain)) return false;
  if (!wanted->open && wanted->properties.size() != given->properties.size()) return false;
  for (const auto& [key, value] : wanted->properties) {
    const auto found = given->properties.find(key);
    if (found == given->properties.end() || !wild_matches(value, found->second)) return false;
  }
  return true;
}

void Registry::add_bean(std::string name, std::function<Attributes()> read, BeanOptions options) {
  MutexLock lock(mutex_);
  beans_.push_back(Bean{std::move(name), std::move(read), std::move(options)});
}

std::vector<Registry::Bean> Registry::matching(const std::string& pattern) const {
  std::vector<Bean> out;
  MutexLock lock(mutex_);
  for (const auto& bean : beans_) {
    if (object_name_matches(pattern, bean.name)) out.push_back(bean);
  }
  return out;
}

std::string Registry::jmx_json(const std::string& query) const {
  const std::string pattern = query.empty() ? "*:*" : query;
  if (!parse_object_name(pattern)) return "{ }";
  json::array out;
  for (const auto& bean : matching(pattern)) {
    json::object object;
    object["name"] = bean.name;
    object["modelerType"] = bean.options.modeler_type.empty() ? property_of(bean.name, "name") : bean.options.modeler_type;
    for (const auto& [name, value] : bean.read()) object[name] = json_of(value);
    out.push_back(std::move(object));
  }
  return pretty_json(json::object{{"beans", std::move(out)}});
}

std::string Registry::jmx_attribute_json(const std::string& get) const {
  const size_t colons = get.find("::");
  if (colons == std::string::npos || get.find("::", colons + 2) != std::string::npos || colons + 2 == get.size()) {
    return pretty_json(json::object{{"result", "ERROR"}, {"message", "query format is not as expected."}});
  }
  const std::string pattern = get.substr(0, colons);
  const std::string wanted = get.substr(colons + 2);
  if (!parse_object_name(pattern)) return "{ }";
  json::array out;
  for (const auto& bean : matching(pattern)) {
    json::object object;
    object["name"] = bean.name;
    object["modelerType"] = bean.options.modeler_type.empty() ? property_of(bean.name, "name") : bean.options.modeler_type;
    bool found = false;
    for (const auto& [name, value] : bean.read()) {
      if (name != wanted) continue;
      object[name] = json_of(value);
      found = true;
    }
    if (!found) {
      object["result"] = "ERROR";
      object["message"] = "No attribute with name " + wanted + " was found.";
    }
    out.push_back(std::move(object));
  }
  return pretty_json(json::object{{"beans", std::move(out)}});
}

std::string Registry::prometheus_text() const {
  std::string out;
  for (const auto& bean : matching("*:*")) {
    if (bean.options.only_jmx) continue;
    const std::string prefix = snake_case(bean.options.record.empty() ? property_of(bean.name, "name") : bean.options.record);
    const Attributes attributes = bean.read();
    const std::string labels = labels_of(attributes);
    for (const auto& [name, value] : attributes) {
      std::string number;
      if (const auto* i = std::get_if<int64_t>(&value)) number = std::to_string(*i);
      if (const auto* d = std::get_if<double>(&value)) number = java_double(*d);
      if (number.empty()) continue;
      const std::string metric = prefix + "_" + snake_case(name);
      out += "# TYPE " + metric + " gauge\n" + metric + labels + " " + number + "\n";
    }
  }
  return out;
}

}  // namespace tusker::metrics
