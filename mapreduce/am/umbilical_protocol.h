#pragma once

#include "common/rpc/method_table.h"
#include "common/rpc/token_authenticator.h"
#include "common/security/token.h"
#include "mapreduce/am/job_master.h"

namespace tusker::mapreduce {

// The method table of the umbilical over a job's master, which must outlive the server.
rpc::Protocol umbilical_protocol(JobMaster& master);

// Knows one token: the job's own, made by its submitter. Who has it is a task of the job or its client.
class JobTokenAuthenticator final : public rpc::TokenAuthenticator {
 public:
  JobTokenAuthenticator(security::Token token, security::User user) : token_(std::move(token)), user_(std::move(user)) {}
  Result<std::string> password_of(std::string_view identifier) override;
  Result<security::User> user_of(std::string_view identifier) override;

 private:
  security::Token token_;
  security::User user_;
};

}  // namespace tusker::mapreduce
