#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Names and signatures of the shuffle over HTTP (SecureShuffleUtils, ShuffleHeader): both the NodeManager's service and the fetchers.

namespace tusker::shuffle {

inline constexpr std::string_view kHeaderUrlHash = "UrlHash";
inline constexpr std::string_view kHeaderReplyHash = "ReplyHash";
inline constexpr std::string_view kHeaderName = "name";
inline constexpr std::string_view kHeaderVersion = "version";
inline constexpr std::string_view kNameMapReduce = "mapreduce";
inline constexpr std::string_view kVersion = "1.0.0";
inline constexpr std::string_view kServiceName = "mapreduce_shuffle";      // the auxiliary service
inline constexpr std::string_view kSecretAlias = "MapReduceShuffleToken";  // of the job's secret in its credentials
inline constexpr std::string_view kJobTokenKind = "mapreduce.job";
inline constexpr size_t kSecretBytes = 8;

// "/mapOutput?job=job_…&reduce=N&map=a,b,c" with keepAlive on request.
std::string map_output_target(std::string_view job_id, int32_t reduce, const std::vector<std::string>& map_ids, bool keep_alive);
// Base64 of the HMAC-SHA1 of "<port><target>" under the job's shuffle secret; `port` is the one that the server listens on.
std::string url_hash(std::string_view secret, uint16_t port, std::string_view target);
// What the server answers in ReplyHash: the same over the UrlHash text.
std::string reply_hash(std::string_view secret, std::string_view url_hash);

// The bytes of service_data["mapreduce_shuffle"] in a launch context: a job token whose password is the shuffle secret.
std::string encode_service_data(std::string_view job_id, std::string_view secret);

}  // namespace tusker::shuffle
