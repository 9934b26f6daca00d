#include <fmt/format.h>

#include "client/cli/hdfs/dfsadmin/dfsadmin.h"

namespace tusker::cli {
namespace {

using hadoop::hdfs::SafeModeActionProto;

Task<Result<bool>> set(client::FileSystem& fs, SafeModeActionProto action) {
  hadoop::hdfs::SetSafeModeRequestProto request;
  request.set_action(action);
  CO_TRY(const auto response, co_await fs.call<hadoop::hdfs::SetSafeModeResponseProto>("setSafeMode", request));
  co_return response.result();
}

}  // namespace

Task<Result<void>> safemode(Env& env, client::FileSystem& fs, std::vector<std::string> words) {
  const std::string what = words.size() == 1 ? words.front() : "";
  SafeModeActionProto action = hadoop::hdfs::SAFEMODE_GET;
  if (what == "enter") {
    action = hadoop::hdfs::SAFEMODE_ENTER;
  } else if (what == "leave") {
    action = hadoop::hdfs::SAFEMODE_LEAVE;
  } else if (what == "forceExit") {
    action = hadoop::hdfs::SAFEMODE_FORCE_EXIT;
  } else if (what != "get" && what != "wait") {
    co_return error(StatusCode::kIllegalArgument, "Usage: hdfs dfsadmin [-safemode enter | leave | get | wait | forceExit]");
  }
  CO_TRY(bool on, co_await set(fs, action));
  while (what == "wait" && on) {
    co_await env.clock.sleep_for(std::chrono::seconds(1));
    CO_TRY(on, co_await set(fs, hadoop::hdfs::SAFEMODE_GET));
  }
  fmt::print("Safe mode is {}\n", on ? "ON" : "OFF");
  co_return Result<void>();
}

}  // namespace tusker::cli
