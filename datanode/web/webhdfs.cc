#include "datanode/web/webhdfs.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "client/hdfs/file_checksum.h"
#include "common/config/keys_core.h"
#include "common/config/keys_datanode.h"
#include "common/log/log.h"
#include "common/webhdfs/exception.h"
#include "common/webhdfs/text.h"

namespace tusker::datanode {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "/webhdfs/v1";
constexpr uint16_t kNamenodePort = 8020;
constexpr uint16_t kFilePermission = 0644;
constexpr std::string_view kJson = "application/json; charset=utf-8";

net::HttpResponse plain(int status, std::string content_type) {
  net::HttpResponse out;
  out.status = status;
  out.content_type = std::move(content_type);
  out.header_set = net::HttpHeaders::kPlain;
  out.close = true;
  return out;
}

net::HttpResponse exception_answer(const Status& status) {
  const auto exception = webhdfs::remote_exception(status);
  net::HttpResponse out = plain(exception.http_status, std::string(kJson));
  out.body = exception.json;
  return out;
}

// What a browser asks before it sends a file (WebHdfsHandler.allowCORSOnCreate).
net::HttpResponse allow_create() {
  net::HttpResponse out = plain(200, "");
  out.headers = {{"access-control-allow-origin", "*"},
                 {"access-control-allow-headers", "accept"},
                 {"access-control-allow-methods", "PUT"},
                 {"access-control-max-age", "1728000"}};
  out.close = false;
  return out;
}

// An open file, its client held as long as it.
struct Opened {
  std::shared_ptr<client::FileSystem> fs;
  std::unique_ptr<client::InputStream> in;
};

Task<Result<void>> send_file(std::shared_ptr<Opened> file, int64_t bytes, net::HttpSink* sink) {
  while (bytes > 0) {
    CO_TRY(const std::string_view chunk, co_await file->in->next_chunk());
    if (chunk.empty()) co_return error(StatusCode::kEof, "the file became shorter");
    const std::string_view wanted = chunk.substr(0, static_cast<size_t>(std::min<int64_t>(bytes, std::ssize(chunk))));
    CO_TRY_VOID(co_await sink->write(wanted));
    bytes -= std::ssize(wanted);
  }
  co_return Result<void>();
}

Result<void> check(const webhdfs::Parameters& parameters, std::string_view name, const webhdfs::Patterns& patterns) {
  const auto value = parameters.raw(name);
  return value ? webhdfs::check_parameter(webhdfs::parameter_row(name), *value, patterns) : Result<void>();
}

uint32_t flag_bits(const std::vector<std::string>& words) {
  uint32_t bits = 0;
  for (const auto& word : words) {
    hadoop::hdfs::CreateFlagProto flag{};
    if (hadoop::hdfs::CreateFlagProto_Parse(word, &flag)) bits |= static_cast<uint32_t>(flag);
  }
  return bits;
}

}  // namespace

struct WebHdfs::Call {
  webhdfs::Parameters parameters;
  std::string path;
  security::User user;
  Endpoint remote;
};

WebHdfs::WebHdfs(Clients& clients, const config::Config& config, webhdfs::Patterns patterns)
    : clients_(clients), config_(config), patterns_(std::move(patterns)) {}

Task<net::HttpResponse> WebHdfs::serve(net::HttpRequest request, net::HttpBody* body) {
  const std::string what = fmt::format("{} {} {}", request.remote.host, request.method, request.target);
  auto answer = co_await dispatch(std::move(request), body);
  net::HttpResponse response = answer ? *std::move(answer) : exception_answer(answer.error());
  LOG_DEBUG("webhdfs {} {}", what, response.status);
  co_return response;
}

Task<Result<net::HttpResponse>> WebHdfs::dispatch(net::HttpRequest request, net::HttpBody* body) {
  auto call = std::make_shared<Call>(Call{webhdfs::Parameters::of_datanode(std::move(request.query)),
                                          webhdfs::decoded_utf8(std::string_view(request.path).substr(kPrefix.size())),
                                          {},
                                          request.remote});
  CO_TRY(call->user, user_of(call->parameters));
  const std::string given = call->parameters.raw("op").value_or("null");
  const std::string op = webhdfs::upper(given);
  const std::string& method = request.method;
  if (op == "CREATE" && method == "PUT") co_return co_await create(call, body);
  if (op == "OPEN" && method == "GET") co_return co_await open(call);
  if (op == "GETFILECHECKSUM" && method == "GET") co_return co_await get_file_checksum(call);
  if (op == "CREATE" && method == "OPTIONS") co_return allow_create();
  if (op == "APPEND" && method == "POST") co_return error(StatusCode::kUnsupportedOperation, "op=APPEND is not supported");
  co_return error(StatusCode::kIllegalArgument, "Invalid operation " + given);
}

// DataNodeUGIProvider: who it says; the NameNode judges whether a proxy may.
Result<security::User> WebHdfs::user_of(const webhdfs::Parameters& parameters) const {
  TRY_VOID(check(parameters, "user.name", patterns_));
  const std::string remote = parameters.text("user.name").value_or(config_.get(config::kHttpStaticUser));
  const auto do_as = parameters.text("doas");
  return do_as ? security::User{*do_as, remote} : security::User{remote, ""};
}

Result<Endpoint> WebHdfs::namenode_of(const Call& call) const {
  const auto name = call.parameters.text("namenoderpcaddress");
  if (!name) return error(StatusCode::kIllegalArgument, "java.net.UnknownHostException: null");
  if (name->find(':') == std::string::npos) return Endpoint{*name, kNamenodePort};
  return parse_endpoint(*name);
}

Result<std::optional<int64_t>> WebHdfs::number(const Call& call, std::string_view name) const {
  TRY_VOID(check(call.parameters, name, patterns_));
  if (!call.parameters.raw(name)) return std::nullopt;
  return call.parameters.number(name);
}

Result<bool> WebHdfs::flag(const Call& call, std::string_view name) const {
  TRY_VOID(check(call.parameters, name, patterns_));
  return call.parameters.flag(name);
}

Result<client::CreateOptions> WebHdfs::create_options(const Call& call) const {
  client::CreateOptions out;
  TRY_VOID(number(call, "buffersize"));
  TRY(const auto replication, number(call, "replication"));
  TRY(const auto block_bytes, number(call, "blocksize"));
  TRY(const auto unmasked, number(call, "unmaskedpermission"));
  TRY(const auto permission, number(call, "permission"));
  TRY(out.create_parent, flag(call, "createparent"));
  // Its commas were escaped twice by the NameNode's redirect.
  const std::string flags = net::percent_decode(call.parameters.raw("createflag").value_or(""), false);
  TRY_VOID(webhdfs::check_parameter(webhdfs::parameter_row("createflag"), flags, patterns_));
  TRY(out.overwrite, flag(call, "overwrite"));
  const auto words = webhdfs::Parameters::of_datanode({{"createflag", flags}}).words("createflag");
  out.flags = words.empty() ? static_cast<uint32_t>(hadoop::hdfs::CREATE) : flag_bits(words);
  for (const auto& word : words) {
    out.no_local_write |= word == "NO_LOCAL_WRITE";
    out.ignore_client_locality |= word == "IGNORE_CLIENT_LOCALITY";
  }
  out.replication = static_cast<int16_t>(replication.value_or(0));
  out.block_bytes = block_bytes.value_or(0);
  out.permission = static_cast<uint16_t>(permission.value_or(kFilePermission));
  if (unmasked) out.unmasked = static_cast<uint16_t>(*unmasked);
  return out;
}

Task<Result<net::HttpResponse>> WebHdfs::create(CallPtr call, net::HttpBody* body) {
  CO_TRY_VOID(co_await body->send_continue());
  CO_TRY(const auto options, create_options(*call));
  CO_TRY(const Endpoint namenode, namenode_of(*call));
  const auto fs = clients_.open(namenode, call->user);
  CO_TRY(const auto out, co_await fs->create(call->path, options));
  Result<void> copied;
  for (;;) {
    const auto piece = co_await body->next();
    if (!piece) copied = error(piece.error());
    if (!piece || piece->empty()) break;
    copied = co_await out->write(*piece);
    if (!copied) break;
  }
  // A client that hangs up leaves what came of its file, closed.
  const auto closed = co_await out->close();
  CO_TRY_VOID(std::move(copied));
  CO_TRY_VOID(closed);
  net::HttpResponse response = plain(201, "");
  response.headers.emplace_back("location", webhdfs::ascii_uri(fmt::format("hdfs://{}{}", *call->parameters.text("namenoderpcaddress"),
                                                                           webhdfs::uri_quoted(call->path, false))));
  response.headers.emplace_back("access-control-allow-origin", "*");
  co_return response;
}

Task<Result<net::HttpResponse>> WebHdfs::open(CallPtr call) {
  CO_TRY_VOID(number(*call, "buffersize"));
  CO_TRY(const auto asked_offset, number(*call, "offset"));
  CO_TRY(const auto asked_length, number(*call, "length"));
  CO_TRY(const Endpoint namenode, namenode_of(*call));
  auto file = std::make_shared<Opened>();
  file->fs = clients_.open(namenode, call->user);
  CO_TRY(file->in, co_await file->fs->open(call->path));
  const int64_t offset = asked_offset.value_or(0);
  if (offset > file->in->length()) co_return error(StatusCode::kEof, "Cannot seek after EOF");
  file->in->seek(offset);
  const int64_t rest = file->in->length() - offset;
  const int64_t bytes = asked_length ? std::min(rest, *asked_length) : rest;
  net::HttpResponse response = plain(200, "application/octet-stream");
  response.headers = {{"access-control-allow-methods", "GET"}, {"access-control-allow-origin", "*"}};
  response.body_bytes = bytes;
  response.write_body = [file, bytes](net::HttpSink& sink) { return send_file(file, bytes, &sink); };
  co_return response;
}

Task<Result<net::HttpResponse>> WebHdfs::get_file_checksum(CallPtr call) {
  CO_TRY(const Endpoint namenode, namenode_of(*call));
  const auto fs = clients_.open(namenode, call->user);
  CO_TRY(const auto sum, co_await fs->checksum(call->path));
  net::HttpResponse response = plain(200, std::string(kJson));
  // Hadoop's bytes are the whole of a buffer of 32, of which 28 count.
  const std::string bytes = sum.bytes();
  response.body = json::serialize(json::object{
      {"FileChecksum",
       json::object{{"algorithm", sum.algorithm()}, {"bytes", webhdfs::hex(bytes + std::string(4, '\0'))}, {"length", bytes.size()}}}});
  co_return response;
}

}  // namespace tusker::datanode
