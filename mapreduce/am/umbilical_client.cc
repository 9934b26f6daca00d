#include "mapreduce/am/umbilical_client.h"

#include <fmt/format.h>

#include "common/shuffle/url_hash.h"
#include "mapreduce/am/job_files.h"

namespace tusker::mapreduce {

UmbilicalClient::UmbilicalClient(Env& env, Endpoint master, security::User user, security::Token token)
    : env_(env),
      rpc_(env),
      target_{
          .server = std::move(master), .protocol = std::string(kUmbilicalProtocol), .user = std::move(user), .token = std::move(token)} {}

Result<security::Credentials> load_credentials(Disk& disk, const std::string& path) {
  if (path.empty()) return error(StatusCode::kIllegalState, "HADOOP_TOKEN_FILE_LOCATION is not set: this runs in a container only");
  TRY(std::string bytes, disk.read_file(path));
  return security::decode_credentials(bytes);
}

Result<security::Token> job_token_of(const security::Credentials& credentials) {
  for (const auto& [alias, token] : credentials.tokens) {
    if (alias == kJobTokenAlias) return token;
  }
  return error(StatusCode::kInvalidToken, "the container's credentials hold no job token");
}

Result<std::string> shuffle_secret_of(const security::Credentials& credentials) {
  for (const auto& [alias, secret] : credentials.secrets) {
    if (alias == shuffle::kSecretAlias) return secret;
  }
  return error(StatusCode::kInvalidToken, "the container's credentials hold no shuffle secret");
}

}  // namespace tusker::mapreduce
