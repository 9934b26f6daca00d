#include <fmt/format.h>

#include "client/cli/yarn/command.h"

namespace tusker::cli::yarn {

using namespace hadoop::yarn;

namespace {

std::string two_places(float fraction) {
  std::string text = fmt::format("{:.2f}", fraction * 100);
  if (text.starts_with("0.")) text.erase(0, 1);
  return text + "%";
}

Task<Result<void>> status(client::YarnClient& client, std::string name) {
  GetQueueInfoRequestProto request;
  request.set_queuename(name);
  CO_TRY(auto response, co_await client.call<GetQueueInfoResponseProto>("getQueueInfo", std::move(request)));
  const auto& info = response.queueinfo();
  std::string out = "Queue Information : \n";
  auto line = [&out](std::string_view what, const auto& value) { out += fmt::format("{} : {}\n", what, value); };
  line("Scheduler Name", info.schedulertype());
  line("Queue Name", info.queuename());
  line("Queue Path", info.queuepath());
  line("\tState", QueueStateProto_Name(info.state()).substr(2));
  line("\tCapacity", two_places(info.capacity()));
  line("\tCurrent Capacity", two_places(info.currentcapacity()));
  line("\tMaximum Capacity", two_places(info.maximumcapacity()));
  line("\tWeight", fmt::format("{:.2f}", info.weight()));
  line("\tMaximum Parallel Apps", info.maxparallelapps());
  line("\tDefault Node Label expression", "<DEFAULT_PARTITION>");
  line("\tAccessible Node Labels", "*");
  line("\tPreemption", info.preemptiondisabled() ? "disabled" : "enabled");
  line("\tIntra-queue Preemption", info.intraqueuepreemptiondisabled() ? "disabled" : "enabled");
  print(out);
  co_return Result<void>();
}

}  // namespace

Task<int> queue(Call call) {
  if (call.arguments.size() != 2 || call.arguments[0] != "-status") {
    print_error("usage: queue\n -status <Queue Name>   prints the report of a queue");
    co_return -1;
  }
  client::YarnClient client(call.env, call.config, security::current_user());
  auto done = co_await status(client, call.arguments[1]);
  co_await client.stop();
  if (done) co_return 0;
  print_error(done.error().message());
  co_return -1;
}

}  // namespace tusker::cli::yarn
