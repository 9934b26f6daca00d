#pragma once

#include "resourcemanager/ops/cluster.h"
#include "resourcemanager/ops/token_secrets.h"

namespace tusker::resourcemanager {

// The token that lets its holder start `container` on its node until the expiry (RMContainerTokenSecretManager.createContainerToken).
// Made when the container is handed over, since its time begins then.
security::Token make_container_token(TokenSecrets& secrets, const Container& container, const Submission& submission,
                                     const std::string& service, int64_t now_ms, const ClusterOptions& options);

}  // namespace tusker::resourcemanager
