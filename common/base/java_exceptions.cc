#include "common/base/java_exceptions.h"

#include <array>
#include <utility>

namespace tusker {
namespace {

using Row = std::pair<StatusCode, std::string_view>;

constexpr std::array kClasses = {
    Row{StatusCode::kIo, "java.io.IOException"},
    Row{StatusCode::kAccessControl, "org.apache.hadoop.security.AccessControlException"},
    Row{StatusCode::kAclException, "org.apache.hadoop.hdfs.protocol.AclException"},
    Row{StatusCode::kAlreadyBeingCreated, "org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException"},
    Row{StatusCode::kApplicationAttemptNotFound, "org.apache.hadoop.yarn.exceptions.ApplicationAttemptNotFoundException"},
    Row{StatusCode::kApplicationIdNotProvided, "org.apache.hadoop.yarn.exceptions.ApplicationIdNotProvidedException"},
    Row{StatusCode::kApplicationMasterNotRegistered, "org.apache.hadoop.yarn.exceptions.ApplicationMasterNotRegisteredException"},
    Row{StatusCode::kApplicationNotFound, "org.apache.hadoop.yarn.exceptions.ApplicationNotFoundException"},
    Row{StatusCode::kAuthorization, "org.apache.hadoop.security.authorize.AuthorizationException"},
    Row{StatusCode::kContainerNotFound, "org.apache.hadoop.yarn.exceptions.ContainerNotFoundException"},
    Row{StatusCode::kDisallowedDatanode, "org.apache.hadoop.hdfs.server.protocol.DisallowedDatanodeException"},
    Row{StatusCode::kDsQuotaExceeded, "org.apache.hadoop.hdfs.protocol.DSQuotaExceededException"},
    Row{StatusCode::kEof, "java.io.EOFException"},
    Row{StatusCode::kFileAlreadyExists, "org.apache.hadoop.fs.FileAlreadyExistsException"},
    Row{StatusCode::kFileNotFound, "java.io.FileNotFoundException"},
    Row{StatusCode::kHadoopIllegalArgument, "org.apache.hadoop.HadoopIllegalArgumentException"},
    Row{StatusCode::kIllegalArgument, "java.lang.IllegalArgumentException"},
    Row{StatusCode::kIllegalState, "java.lang.IllegalStateException"},
    Row{StatusCode::kIncorrectVersion, "org.apache.hadoop.hdfs.server.common.IncorrectVersionException"},
    Row{StatusCode::kInvalidApplicationMasterRequest, "org.apache.hadoop.yarn.exceptions.InvalidApplicationMasterRequestException"},
    Row{StatusCode::kInvalidBlockReportLease, "org.apache.hadoop.hdfs.server.protocol.InvalidBlockReportLeaseException"},
    Row{StatusCode::kInvalidContainer, "org.apache.hadoop.yarn.exceptions.InvalidContainerException"},
    Row{StatusCode::kInvalidContainerRelease, "org.apache.hadoop.yarn.exceptions.InvalidContainerReleaseException"},
    Row{StatusCode::kInvalidPath, "org.apache.hadoop.fs.InvalidPathException"},
    Row{StatusCode::kInvalidRequest, "org.apache.hadoop.fs.InvalidRequestException"},
    Row{StatusCode::kInvalidResourceRequest, "org.apache.hadoop.yarn.exceptions.InvalidResourceRequestException"},
    Row{StatusCode::kInvalidToken, "org.apache.hadoop.security.token.SecretManager$InvalidToken"},
    Row{StatusCode::kLeaseExpired, "org.apache.hadoop.hdfs.server.namenode.LeaseExpiredException"},
    Row{StatusCode::kMaxDirectoryItems, "org.apache.hadoop.hdfs.protocol.FSLimitException$MaxDirectoryItemsExceededException"},
    Row{StatusCode::kNmNotYetReady, "org.apache.hadoop.yarn.exceptions.NMNotYetReadyException"},
    Row{StatusCode::kNoSuchMethod, "org.apache.hadoop.ipc.RpcNoSuchMethodException"},
    Row{StatusCode::kNoSuchProtocol, "org.apache.hadoop.ipc.RpcNoSuchProtocolException"},
    Row{StatusCode::kNotReplicatedYet, "org.apache.hadoop.hdfs.server.namenode.NotReplicatedYetException"},
    Row{StatusCode::kNsQuotaExceeded, "org.apache.hadoop.hdfs.protocol.NSQuotaExceededException"},
    Row{StatusCode::kParentNotDirectory, "org.apache.hadoop.fs.ParentNotDirectoryException"},
    Row{StatusCode::kPathComponentTooLong, "org.apache.hadoop.hdfs.protocol.FSLimitException$PathComponentTooLongException"},
    Row{StatusCode::kPathIsNotDirectory, "org.apache.hadoop.fs.PathIsNotDirectoryException"},
    Row{StatusCode::kPathIsNotEmptyDirectory, "org.apache.hadoop.fs.PathIsNotEmptyDirectoryException"},
    Row{StatusCode::kRecoveryInProgress, "org.apache.hadoop.hdfs.protocol.RecoveryInProgressException"},
    Row{StatusCode::kReplicaNotFound, "org.apache.hadoop.hdfs.server.datanode.ReplicaNotFoundException"},
    Row{StatusCode::kRetriable, "org.apache.hadoop.ipc.RetriableException"},
    Row{StatusCode::kRpcServer, "org.apache.hadoop.ipc.RpcServerException"},
    Row{StatusCode::kSafeMode, "org.apache.hadoop.hdfs.server.namenode.SafeModeException"},
    Row{StatusCode::kSasl, "javax.security.sasl.SaslException"},
    Row{StatusCode::kServiceFailed, "org.apache.hadoop.ha.ServiceFailedException"},
    Row{StatusCode::kSnapshotException, "org.apache.hadoop.hdfs.protocol.SnapshotException"},
    Row{StatusCode::kSnapshotAccessControl, "org.apache.hadoop.hdfs.protocol.SnapshotAccessControlException"},
    Row{StatusCode::kStandby, "org.apache.hadoop.ipc.StandbyException"},
    Row{StatusCode::kUnregisteredNode, "org.apache.hadoop.hdfs.protocol.UnregisteredNodeException"},
    Row{StatusCode::kUnresolvedPath, "org.apache.hadoop.hdfs.protocol.UnresolvedPathException"},
    Row{StatusCode::kUnsupportedOperation, "java.lang.UnsupportedOperationException"},
    Row{StatusCode::kVersionMismatch, "org.apache.hadoop.ipc.RPC$VersionMismatch"},
    Row{StatusCode::kYarn, "org.apache.hadoop.yarn.exceptions.YarnException"},
};

}  // namespace

std::string_view java_class_of(StatusCode code) {
  for (const auto& [row_code, name] : kClasses) {
    if (row_code == code) return name;
  }
  return "java.io.IOException";
}

Status status_of_java(std::string_view java_class, std::string message) {
  for (const auto& [code, name] : kClasses) {
    if (name == java_class) return Status(code, std::move(message));
  }
  return Status(StatusCode::kIo, std::move(message)).with_remote_class(std::string(java_class));
}

}  // namespace tusker
