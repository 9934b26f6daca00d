#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/yarn_ids.h"
#include "common/security/token.h"
#include "common/yarn/master_key.h"
#include "hadoop/Security.pb.h"
#include "yarn/yarn_security_token.pb.h"

// YARN's tokens in Hadoop's encodings: the identifier is a protobuf message without length, the password its HMAC under a master key.

namespace tusker::yarn {

// The token of an application attempt for the ResourceManager's scheduler port. Its service stays empty: the AM sets it.
security::Token make_am_rm_token(const ApplicationAttemptId& attempt, const MasterKey& key);
// The token with which `attempt` calls the node; `service` is "ip:port" of the node.
security::Token make_nm_token(const ApplicationAttemptId& attempt, const NodeId& node, std::string_view submitter, std::string service,
                              const MasterKey& key);
// Signs what the node may believe about a container. Sets the key's id in `identifier`.
security::Token make_container_token(hadoop::yarn::ContainerTokenIdentifierProto identifier, std::string service, const MasterKey& key);

// Identifiers back from their bytes. kInvalidToken when they aren't one.
Result<hadoop::yarn::AMRMTokenIdentifierProto> parse_am_rm_identifier(std::string_view bytes);
Result<hadoop::yarn::NMTokenIdentifierProto> parse_nm_identifier(std::string_view bytes);
Result<hadoop::yarn::ContainerTokenIdentifierProto> parse_container_identifier(std::string_view bytes);

hadoop::common::TokenProto to_proto(const security::Token& token);
security::Token from_proto(const hadoop::common::TokenProto& proto);

}  // namespace tusker::yarn
