#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tusker {

// What went wrong, in Hadoop's vocabulary: each code stands for one Java exception class (java_exceptions.h), so that a Status travels
// over RPC and comes back as itself. kCancelled to kCorruption are ours and never leave a process as such.
enum class StatusCode : uint8_t {
  kIo,  // java.io.IOException, also for every class that we don't list
  kAccessControl,
  kAclException,
  kAlreadyBeingCreated,
  kApplicationAttemptNotFound,
  kApplicationIdNotProvided,
  kApplicationMasterNotRegistered,
  kApplicationNotFound,
  kAuthorization,
  kContainerNotFound,
  kDisallowedDatanode,
  kDsQuotaExceeded,
  kEof,
  kFileAlreadyExists,
  kFileNotFound,
  kHadoopIllegalArgument,
  kIllegalArgument,
  kIllegalState,
  kIncorrectVersion,
  kInvalidApplicationMasterRequest,
  kInvalidBlockReportLease,
  kInvalidContainer,
  kInvalidContainerRelease,
  kInvalidPath,
  kInvalidRequest,
  kInvalidResourceRequest,
  kInvalidToken,
  kLeaseExpired,
  kMaxDirectoryItems,
  kNmNotYetReady,
  kNoSuchMethod,
  kNoSuchProtocol,
  kNotReplicatedYet,
  kNsQuotaExceeded,
  kParentNotDirectory,
  kPathComponentTooLong,
  kPathIsNotDirectory,
  kPathIsNotEmptyDirectory,
  kRecoveryInProgress,
  kReplicaNotFound,
  kRetriable,
  kRpcServer,
  kSafeMode,
  kSasl,
  kServiceFailed,
  kSnapshotException,
  kSnapshotAccessControl,
  kStandby,
  kUnregisteredNode,
  kUnresolvedPath,
  kUnsupportedOperation,
  kVersionMismatch,
  kYarn,
  // Of this process alone.
  kCancelled,    // the task was told to stop
  kTimeout,      // a deadline passed; on the wire an IOException
  kUnavailable,  // the peer can't be reached (refused, reset, unreachable)
  kWouldBlock,   // the answer is not in memory; ask again where blocking is allowed
  kCorruption,   // bytes on disk or wire that can't be what was written
};

// An error: what was asked, what is wrong and what to do about it. Never holds a success; Result does that.
// `java_class` names the class of a remote exception that has no code of its own.
class [[nodiscard]] Status {
 public:
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& remote_class() const { return remote_class_; }
  Status& with_remote_class(std::string name) {
    remote_class_ = std::move(name);
    return *this;
  }
  // "FileNotFoundException: File does not exist: /a"
  std::string to_string() const;
  // The same code, its message preceded by "context: ".
  Status with_context(std::string_view context) const;

  friend bool operator==(const Status&, const Status&) = default;

 private:
  StatusCode code_;
  std::string message_;
  std::string remote_class_;
};

}  // namespace tusker
