#pragma once

#include "resourcemanager/ops/cluster.h"

namespace tusker::resourcemanager {

// The next application id. Nothing is stored: an id that isn't used is lost.
yarn::ApplicationId new_application(Cluster& cluster);

// Takes an application in (RMAppManager.submitApplication) and starts its first attempt. The same id again does nothing. Its resource is
// normalised here; kInvalidResourceRequest if it is more than any node could give. An unknown queue or too many applications don't fail the
// call: the application then ends as FAILED, as Hadoop's.
Result<void> submit_application(Cluster& cluster, Submission submission, Now now);

// kInvalidResourceRequest, in Hadoop's words, for a negative resource or one above the maximum: the configured one, or what the
// largest node has while nodes are known.
Result<void> check_resource(const Cluster& cluster, const yarn::Resource& asked);

// Ends an application that hasn't ended; one that has is left alone. kApplicationNotFound. True when it is over now.
Result<bool> kill_application(Cluster& cluster, const yarn::ApplicationId& id, std::string diagnostics, Now now);

// Fails the current attempt; the application may retry.
Result<void> fail_application_attempt(Cluster& cluster, const yarn::ApplicationAttemptId& id, Now now);

}  // namespace tusker::resourcemanager
