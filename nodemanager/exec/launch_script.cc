#include "nodemanager/exec/launch_script.h"

#include <fmt/format.h>

#include <set>

namespace tusker::nodemanager {
namespace {

// What Java 17 and later want opened; older ones aren't expected to run Hadoop's clients.
constexpr std::string_view kAddOpens =
    "--add-opens=java.base/java.lang=ALL-UNNAMED --add-exports=java.base/sun.net.dns=ALL-UNNAMED "
    "--add-exports=java.base/sun.net.util=ALL-UNNAMED";

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) text.replace(at, what.size(), with);
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

bool refers_to(const std::string& value, const std::string& name) {
  for (size_t at = value.find(name); at != std::string::npos; at = value.find(name, at + 1)) {
    bool starts = at > 0 && (value[at - 1] == '$' || (at > 1 && value[at - 1] == '{' && value[at - 2] == '$'));
    bool ends = at + name.size() == value.size() || !is_name(value[at + name.size()]);
    if (starts && ends) return true;
  }
  return false;
}

void visit(const std::string& name, const std::map<std::string, std::string>& environment, std::set<std::string>& seen,
           std::vector<std::string>& order) {
  if (!seen.insert(name).second) return;
  for (const auto& [other, value] : environment) {
    if (other != name && refers_to(environment.at(name), other)) visit(other, environment, seen, order);
  }
  order.push_back(name);
}

// In single quotes, for what we know to be a path.
std::string quoted(const std::string& path) {
  std::string inner = path;
  replace_all(inner, "'", "'\\''");
  return "'" + inner + "'";
}

void write_links(std::string& out, const LaunchScript& script) {
  std::set<std::string> made;
  for (const auto& [name, path] : script.links) {
    size_t slash = name.rfind('/');
    if (slash != std::string::npos && made.insert(name.substr(0, slash)).second) out += "mkdir -p " + quoted(name.substr(0, slash)) + "\n";
    out += fmt::format("ln -sf -- {} {}\n", quoted(path), quoted(name));
  }
}

}  // namespace

std::string expand_variables(std::string text, const std::string& log_directory) {
  replace_all(text, "<LOG_DIR>", log_directory);
  replace_all(text, "<CPS>", ":");
  replace_all(text, "<ADD_OPENS>", kAddOpens);
  replace_all(text, "{{", "$");
  replace_all(text, "}}", "");
  return text;
}

std::vector<std::string> order_by_reference(const std::map<std::string, std::string>& environment) {
  std::set<std::string> seen;
  std::vector<std::string> order;
  for (const auto& [name, value] : environment) visit(name, environment, seen, order);
  return order;
}

std::string write_launch_script(const LaunchScript& script) {
  std::string out = fmt::format(
      "#!/bin/bash\n\nset -o pipefail -e\nexport PRELAUNCH_OUT=\"{0}/prelaunch.out\"\nexec >\"${{PRELAUNCH_OUT}}\"\n"
      "export PRELAUNCH_ERR=\"{0}/prelaunch.err\"\nexec 2>\"${{PRELAUNCH_ERR}}\"\necho \"Setting up env variables\"\n",
      script.log_directory);
  for (const auto& [name, value] : script.inherited) {
    if (!script.environment.contains(name)) out += fmt::format("export {0}=${{{0}:-\"{1}\"}}\n", name, value);
  }
  std::set<std::string> ours;
  for (const auto& [name, value] : script.node_variables) {
    out += fmt::format("export {}=\"{}\"\n", name, value);
    ours.insert(name);
  }
  for (const std::string& name : order_by_reference(script.environment)) {
    if (!ours.contains(name))
      out += fmt::format("export {}=\"{}\"\n", name, expand_variables(script.environment.at(name), script.log_directory));
  }
  out += "echo \"Setting up job resources\"\n";
  write_links(out, script);
  out += "echo \"Launching container\"\n";
  std::string command;
  for (const std::string& part : script.commands) command += (command.empty() ? "" : " ") + part;
  out += fmt::format("exec /bin/bash -c \"{}\"\n", expand_variables(command, script.log_directory));
  return out;
}

}  // namespace tusker::nodemanager
