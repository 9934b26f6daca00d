#pragma once

#include "common/config/config.h"

// Properties that every daemon and tool shares, with Hadoop's names.

namespace tusker::config {

// Hosts and their racks (org.apache.hadoop.net.TableMapping).
inline constexpr Key<std::string_view> kTopologyTableFile{"net.topology.table.file.name", ""};
// Ours: the address from which outgoing connections leave, where one machine plays several nodes.
inline constexpr Key<std::string_view> kOutgoingAddress{"tusker.net.bind-address", ""};

// The daemons' web ports.
inline constexpr Key<std::string_view> kHttpFilterInitializers{"hadoop.http.filter.initializers", ""};
inline constexpr Key<bool> kHttpCrossOriginEnabled{"hadoop.http.cross-origin.enabled", false};
inline constexpr Key<std::string_view> kHttpCrossOriginOrigins{"hadoop.http.cross-origin.allowed-origins", "*"};
inline constexpr Key<std::string_view> kHttpCrossOriginMethods{"hadoop.http.cross-origin.allowed-methods", "GET,POST,HEAD"};
inline constexpr Key<std::string_view> kHttpCrossOriginHeaders{"hadoop.http.cross-origin.allowed-headers",
                                                               "X-Requested-With,Content-Type,Accept,Origin"};
inline constexpr Key<std::string_view> kHttpCrossOriginMaxAge{"hadoop.http.cross-origin.max-age", "1800"};
inline constexpr DurationKey kHttpIdleTimeout{"hadoop.http.idle_timeout.ms", "60000", std::chrono::milliseconds(1)};
inline constexpr SizeKey kHttpMaxRequestHeaderSize{"hadoop.http.max.request.header.size", 65536};
inline constexpr Key<bool> kPrometheusEnabled{"hadoop.prometheus.endpoint.enabled", false};
// Who a request over HTTP without user.name is.
inline constexpr Key<std::string_view> kHttpStaticUser{"hadoop.http.staticuser.user", "dr.who"};
// The hadoop.auth cookie (AuthenticationFilter); the validity in seconds.
inline constexpr Key<bool> kHttpAnonymousAllowed{"hadoop.http.authentication.simple.anonymous.allowed", true};
inline constexpr DurationKey kHttpTokenValidity{"hadoop.http.authentication.token.validity", "36000s", std::chrono::milliseconds(1000)};
inline constexpr Key<std::string_view> kHttpCookieDomain{"hadoop.http.authentication.cookie.domain", ""};
// Passwords and the like, by the end of their names or patterns in them, that /conf doesn't tell.
inline constexpr Key<std::string_view> kSensitiveConfigKeys{
    "hadoop.security.sensitive-config-keys",
    "secret$ password$ ssl.keystore.pass$ fs.s3a.server-side-encryption.key fs.s3a.*.server-side-encryption.key "
    "fs.s3a.encryption.algorithm "
    "fs.s3a.encryption.key fs.s3a.encryption.context fs.s3a.secret.key fs.s3a.*.secret.key fs.s3a.session.key fs.s3a.*.session.key "
    "fs.s3a.session.token fs.s3a.*.session.token fs.azure.account.key.* fs.azure.oauth2.* fs.adl.oauth2.* fs.gs.encryption.* fs.gs.proxy.* "
    "fs.gs.auth.* credential$ oauth.*secret oauth.*password oauth.*token hadoop.security.sensitive-config-keys"};

}  // namespace tusker::config
