#include "common/metrics/registry.h"

#include <boost/json.hpp>
#include <cctype>
#include <map>

namespace tusker::metrics {
namespace {

namespace json = boost::json;

json::value json_of(const Value& value) {
  return std::visit([](const auto& v) { return json::value(v); }, value);
}

bool matches(const std::string& query, const std::string& name) {
  if (query.empty() || query == "*:*") return true;
  if (query.ends_with('*')) return name.starts_with(query.substr(0, query.size() - 1));
  return name == query;
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

}  // namespace

void Registry::add_bean(std::string name, std::function<Attributes()> read) {
  MutexLock lock(mutex_);
  beans_.push_back(Bean{std::move(name), std::move(read)});
}

std::string Registry::jmx_json(const std::string& query) const {
  std::vector<Bean> beans;
  {
    MutexLock lock(mutex_);
    beans = beans_;
  }
  json::array out;
  for (const auto& bean : beans) {
    if (!matches(query, bean.name)) continue;
    json::object object;
    object["name"] = bean.name;
    object["modelerType"] = property_of(bean.name, "name");
    for (const auto& [name, value] : bean.read()) object[name] = json_of(value);
    out.push_back(std::move(object));
  }
  return json::serialize(json::object{{"beans", std::move(out)}});
}

std::string Registry::prometheus_text() const {
  std::vector<Bean> beans;
  {
    MutexLock lock(mutex_);
    beans = beans_;
  }
  std::string out;
  for (const auto& bean : beans) {
    const std::string prefix = snake_case(property_of(bean.name, "name"));
    for (const auto& [name, value] : bean.read()) {
      std::string number;
      if (const auto* i = std::get_if<int64_t>(&value)) number = std::to_string(*i);
      if (const auto* d = std::get_if<double>(&value)) number = std::to_string(*d);
      if (number.empty()) continue;
      const std::string metric = prefix + "_" + snake_case(name);
      out += "# TYPE " + metric + " gauge\n" + metric + "{service=\"" + property_of(bean.name, "service") + "\"} " + number + "\n";
    }
  }
  return out;
}

}  // namespace tusker::metrics
