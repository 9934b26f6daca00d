#include "client/cli/hdfs/fsck.h"

#include <fmt/format.h>

#include "common/net/http_client.h"

namespace tusker::cli {
namespace {

constexpr config::Key<std::string_view> kHttpAddress{"dfs.namenode.http-address", "0.0.0.0:9870"};
constexpr std::string_view kUsage =
    "Usage: hdfs fsck <path> [-files [-blocks [-locations | -racks]]] [-openforwrite] [-list-corruptfileblocks]\n";

int exit_code_of(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::string_view last = text.substr(text.rfind('\n') + 1);
  if (last.ends_with("is HEALTHY") || last.ends_with("does not exist") || last.ends_with("has no CORRUPT files")) return 0;
  if (last.ends_with("is CORRUPT")) return 1;
  return 255;
}

}  // namespace

Task<int> run_fsck(Env& env, const config::Config& conf, client::FileSystem& fs, Endpoint namenode, std::vector<std::string> words) {
  std::string path = "/";
  std::string query = "ugi=" + net::percent_encode(fs.user().name);
  for (const auto& word : words) {
    if (word == "-files" || word == "-blocks" || word == "-locations" || word == "-racks" || word == "-openforwrite") {
      query += fmt::format("&{}=1", word.substr(1));
    } else if (word == "-list-corruptfileblocks") {
      query += "&listcorruptfileblocks=1";
    } else if (!word.starts_with('-')) {
      path = word;
    } else {
      fmt::print(stderr, "fsck: Illegal option '{}'\n{}", word, kUsage);
      co_return 255;
    }
  }
  if (!path.starts_with('/')) path = "/user/" + fs.user().name + "/" + path;
  auto web = parse_endpoint(conf.get(kHttpAddress));
  if (!web) {
    fmt::print(stderr, "fsck: {}\n", web.error().message());
    co_return 255;
  }
  if (web->host == "0.0.0.0") web->host = namenode.host;
  const std::string target = fmt::format("/fsck?{}&path={}", query, net::percent_encode(path));
  fmt::print(stderr, "Connecting to namenode via http://{}{}\n", web->to_string(), target);
  auto answer = co_await net::http_get(env, *web, target, env.clock.after(std::chrono::minutes(10)));
  if (!answer) {
    fmt::print(stderr, "FileSystem is inaccessible due to:\n{}\nDFSck exiting.\n", answer.error().to_string());
    co_return 255;
  }
  fmt::print("{}", answer->body);
  co_return answer->status == 200 ? exit_code_of(answer->body) : 255;
}

}  // namespace tusker::cli
