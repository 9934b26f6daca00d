#pragma once

#include <map>
#include <string>
#include <vector>

#include "client/yarn/yarn_client.h"

namespace tusker::cli::yarn {

// One `yarn` command: what it was given and where it writes. Output goes to stdout, what a person should know beside it to stderr.
struct Call {
  Env& env;
  const config::Config& config;
  std::vector<std::string> arguments;  // after the command's name
};

// Commands by name; each returns the exit code.
Task<int> application(Call call);
Task<int> application_attempt(Call call);
Task<int> container(Call call);
Task<int> node(Call call);
Task<int> queue(Call call);

void print(const std::string& text);
void print_error(const std::string& text);
// "8.75%", "0%", "100%": Java's DecimalFormat "###.##%".
std::string percent(float fraction);

}  // namespace tusker::cli::yarn
