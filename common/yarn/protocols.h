#pragma once

#include <string_view>

// Names of YARN's protocols on the wire, and the kinds of its tokens.

namespace tusker::yarn {

inline constexpr std::string_view kApplicationClientProtocol = "org.apache.hadoop.yarn.api.ApplicationClientProtocolPB";
inline constexpr std::string_view kApplicationMasterProtocol = "org.apache.hadoop.yarn.api.ApplicationMasterProtocolPB";
inline constexpr std::string_view kContainerManagementProtocol = "org.apache.hadoop.yarn.api.ContainerManagementProtocolPB";
inline constexpr std::string_view kResourceTrackerProtocol = "org.apache.hadoop.yarn.server.api.ResourceTrackerPB";

inline constexpr std::string_view kAmRmTokenKind = "YARN_AM_RM_TOKEN";
inline constexpr std::string_view kNmTokenKind = "NMToken";
inline constexpr std::string_view kContainerTokenKind = "ContainerToken";

inline constexpr std::string_view kAnyHost = "*";  // ResourceRequest.ANY
inline constexpr std::string_view kDefaultRack = "/default-rack";
inline constexpr std::string_view kHadoopVersion = "3.5.0";  // what Apache's daemons compare

}  // namespace tusker::yarn
