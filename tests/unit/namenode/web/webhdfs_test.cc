#include "namenode/web/webhdfs.h"

#include <algorithm>

#include "common/webhdfs/exception.h"
#include "namenode/rpc/client_protocol.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;

namespace {

class WebFixture {
 public:
  explicit WebFixture(std::vector<std::pair<std::string, std::string>> settings = {})
      : space(tests::Store::kMemory, [](Settings& s) { s.list_limit = 3; }), groups(space.real.env()) {
    for (auto& [key, value] : settings) config.set(key, value);
    proxy_users.store(std::make_shared<const security::ProxyUsers>(config, space.real.env().network));
    protocol = std::make_unique<ClientProtocol>(space.ns(), groups);
    web = std::make_unique<WebHdfs>(space.ns(), protocol->table(), Authentication(space.real.env(), config, groups, proxy_users),
                                    CsrfFilter(config), webhdfs::Patterns(), WebHdfsOptions{"nn.example:8020", 128 << 20, 3});
  }

  net::HttpResponse ask(const std::string& method, const std::string& target, std::map<std::string, std::string> headers = {}) {
    net::HttpRequest request;
    request.method = method;
    request.remote = {"127.0.0.1", 1};
    net::parse_target("/webhdfs/v1" + target, request);
    for (const auto& [name, value] : headers) request.headers[name] = value;
    net::HttpResponse out;
    space.real.run(serve(web.get(), std::move(request), &out));
    return out;
  }
  std::string superuser() { return space.ns().settings().superuser; }

  tests::NamespaceFixture space;
  config::Config config;
  security::Groups groups;
  std::atomic<std::shared_ptr<const security::ProxyUsers>> proxy_users;
  std::unique_ptr<ClientProtocol> protocol;
  std::unique_ptr<WebHdfs> web;

 private:
  struct Sink final : net::HttpSink {
    explicit Sink(std::string& into) : text(into) {}
    Task<Result<void>> write(std::string_view bytes) override {
      text += bytes;
      co_return Result<void>();
    }
    std::string& text;
  };
  static Task<void> serve(WebHdfs* web, net::HttpRequest request, net::HttpResponse* out) {
    *out = co_await web->serve(std::move(request));
    if (!out->write_body) co_return;
    Sink sink(out->body);
    static_cast<void>(co_await out->write_body(sink));
  }
};

std::string header(const net::HttpResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

size_t count(const std::string& text, const std::string& part) {
  size_t out = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
  return out;
}

}  // namespace

TEST_CASE("every operation of Hadoop 3.5.0 is known") {
  const std::map<std::string, std::vector<std::string>> all = {
      {"GET",
       {"OPEN",
        "GETFILESTATUS",
        "LISTSTATUS",
        "GETCONTENTSUMMARY",
        "GETQUOTAUSAGE",
        "GETFILECHECKSUM",
        "GETHOMEDIRECTORY",
        "GETDELEGATIONTOKEN",
        "GET_BLOCK_LOCATIONS",
        "GETFILEBLOCKLOCATIONS",
        "GETACLSTATUS",
        "GETXATTRS",
        "GETTRASHROOT",
        "LISTXATTRS",
        "GETALLSTORAGEPOLICY",
        "GETSTORAGEPOLICY",
        "GETECPOLICY",
        "CHECKACCESS",
        "LISTSTATUS_BATCH",
        "GETSERVERDEFAULTS",
        "GETSNAPSHOTDIFF",
        "GETSNAPSHOTDIFFLISTING",
        "GETSNAPSHOTTABLEDIRECTORYLIST",
        "GETLINKTARGET",
        "GETFILELINKSTATUS",
        "GETSTATUS",
        "GETECPOLICIES",
        "GETECCODECS",
        "GETTRASHROOTS",
        "GETSNAPSHOTLIST"}},
      {"PUT",
       {"CREATE",
        "MKDIRS",
        "CREATESYMLINK",
        "RENAME",
        "SETREPLICATION",
        "SETOWNER",
        "SETPERMISSION",
        "SETTIMES",
        "RENEWDELEGATIONTOKEN",
        "CANCELDELEGATIONTOKEN",
        "MODIFYACLENTRIES",
        "REMOVEACLENTRIES",
        "REMOVEDEFAULTACL",
        "REMOVEACL",
        "SATISFYSTORAGEPOLICY",
        "SETACL",
        "SETXATTR",
        "REMOVEXATTR",
        "ENABLEECPOLICY",
        "DISABLEECPOLICY",
        "SETECPOLICY",
        "ALLOWSNAPSHOT",
        "DISALLOWSNAPSHOT",
        "CREATESNAPSHOT",
        "RENAMESNAPSHOT",
        "SETSTORAGEPOLICY",
        "SETQUOTA",
        "SETQUOTABYSTORAGETYPE"}},
      {"POST", {"APPEND", "CONCAT", "TRUNCATE", "UNSETECPOLICY", "UNSETSTORAGEPOLICY"}},
      {"DELETE", {"DELETE", "DELETESNAPSHOT"}}};
  for (const auto& [method, names] : all) {
    const auto& known = WebHdfs::operations(method);
    CHECK(known.size() == names.size());
    for (const auto& name : names) CHECK(std::ranges::find(known, name, &WebHdfs::Operation::name) != known.end());
  }
}

TEST_CASE("directories are made, listed by pages and deleted") {
  WebFixture f;
  const std::string me = "&user.name=" + f.superuser();
  for (const auto* name : {"a", "b", "c", "d", "e"}) {
    CHECK(f.ask("PUT", std::string("/dir/") + name + "?op=MKDIRS&permission=1755" + me).body == "{\"boolean\":true}");
  }
  const auto listing = f.ask("GET", "/dir?op=liststatus" + me);
  CHECK(listing.content_type == "application/json");
  CHECK(listing.body.starts_with("{\"FileStatuses\":{\"FileStatus\":[\n{\"accessTime\":0,"));
  CHECK(listing.body.ends_with("}\n]}}\n"));
  CHECK(count(listing.body, "\"permission\":\"1755\"") == 5);
  CHECK(count(listing.body, ",\n{") == 4);
  CHECK(f.ask("GET", "/dir?op=GETCONTENTSUMMARY" + me).body.find("\"directoryCount\":6") != std::string::npos);
  CHECK(f.ask("DELETE", "/dir?op=DELETE&recursive=true" + me).body == "{\"boolean\":true}");
  CHECK(f.ask("DELETE", "/dir?op=DELETE" + me).body == "{\"boolean\":false}");
}

TEST_CASE("a redirect says where, as whom and with what") {
  WebFixture f;
  const auto created = f.ask("PUT", "/new%20file?op=CREATE&user.name=bob&blocksize=1048576&overwrite=true");
  CHECK(created.status == 307);
  const std::string location = header(created, "Location");
  CHECK(
      location.ends_with("/webhdfs/v1/new%20file?op=CREATE&user.name=bob&namenoderpcaddress=nn.example:8020&blocksize=1048576&createflag="
                         "&createparent=true&overwrite=true"));
  f.space.write_file("/file", 100);
  const std::string me = "&user.name=" + f.superuser();
  CHECK(header(f.ask("GET", "/file?op=OPEN&offset=99" + me), "Location").ends_with("&namenoderpcaddress=nn.example:8020&offset=99"));
  CHECK(f.ask("GET", "/file?op=OPEN&offset=99&noredirect=true" + me).body.starts_with("{\"Location\":\"http://"));
  const auto beyond = f.ask("GET", "/file?op=OPEN&offset=100" + me);
  CHECK(beyond.status == 403);
  CHECK(beyond.body.find("Offset=100 out of the range [0, 100); OPEN, path=/file") != std::string::npos);
  CHECK(f.ask("GET", "/none?op=OPEN" + me).body.find("File /none not found.") != std::string::npos);
}

TEST_CASE("DataNodes that a client excludes aren't chosen") {
  WebFixture f;
  std::string all;
  std::string one;
  for (const auto& node : f.space.ns().cluster_view()->nodes) {
    all += (all.empty() ? "" : ",") + node->xfer_address();
    if (one.empty()) one = node->host_name;
  }
  const auto none = f.ask("PUT", "/f?op=CREATE&user.name=bob&excludedatanodes=" + all);
  CHECK(none.status == 403);
  CHECK(none.body.find("Failed to find datanode, suggest to check cluster health. excludeDatanodes=" + all) != std::string::npos);
  const std::string rest = all.substr(0, all.rfind(','));
  const std::string last = f.space.ns().cluster_view()->nodes.back()->host_name;
  for (int i = 0; i < 10; ++i) {
    CHECK(header(f.ask("PUT", "/f?op=CREATE&user.name=bob&excludedatanodes=" + rest), "Location").starts_with("http://" + last));
  }
}

TEST_CASE("a cookie names its user until it is changed or its time is over") {
  WebFixture f({{"hadoop.proxyuser.knox.hosts", "*"}, {"hadoop.proxyuser.knox.users", "bob"}});
  const auto first = f.ask("GET", "/?op=GETHOMEDIRECTORY&user.name=knox&doas=bob");
  CHECK(first.body == "{\"Path\":\"/user/bob\"}");
  const std::string line = header(first, "Set-Cookie");
  CHECK(line.starts_with("hadoop.auth=\"u=knox&p=knox&t=simple&e="));
  CHECK(line.ends_with("\"; Path=/; HttpOnly"));
  const std::string cookie = line.substr(0, line.find(';'));
  CHECK(header(f.ask("GET", "/?op=GETHOMEDIRECTORY&user.name=knox", {{"cookie", "a=b; " + cookie}}), "Set-Cookie").empty());
  std::string forged = cookie;
  forged.replace(forged.find("u=knox"), 6, "u=root");
  CHECK_FALSE(header(f.ask("GET", "/?op=GETHOMEDIRECTORY&user.name=knox", {{"cookie", forged}}), "Set-Cookie").empty());
  CHECK(header(f.ask("GET", "/?op=GETHOMEDIRECTORY"), "Set-Cookie").empty());
}

TEST_CASE("who may not act for another is refused, by the filter or behind it") {
  WebFixture f;
  const auto filtered = f.ask("GET", "/?op=GETHOMEDIRECTORY&user.name=eve&doas=bob");
  CHECK(filtered.status == 403);
  CHECK(filtered.body.starts_with("{\n  \"RemoteException\" : {\n    \"message\" : \"User: eve is not allowed to impersonate bob\","));
  const auto anonymous = f.ask("GET", "/?op=GETHOMEDIRECTORY&doas=bob");
  CHECK(anonymous.status == 403);
  CHECK(anonymous.body.find("\"exception\":\"SecurityException\"") != std::string::npos);
  CHECK(f.ask("GET", "/?op=GETHOMEDIRECTORY&user.name=").status == 500);
}

TEST_CASE("browsers need the header once the protection is on") {
  WebFixture f({{"dfs.webhdfs.rest-csrf.enabled", "true"}});
  const std::string target = "/d?op=MKDIRS&user.name=" + f.superuser();
  CHECK(f.ask("PUT", target, {{"user-agent", "Mozilla/5.0"}}).status == 400);
  CHECK(f.ask("PUT", target, {{"user-agent", "Mozilla/5.0"}, {"x-xsrf-header", ""}}).status == 200);
  CHECK(f.ask("PUT", target, {{"user-agent", "curl/8"}}).status == 200);
  CHECK(f.ask("GET", "/d?op=GETFILESTATUS", {{"user-agent", "Mozilla/5.0"}}).status == 200);
}

TEST_CASE("operations are refused with Hadoop's words") {
  WebFixture f;
  const auto message = [&f](const std::string& method, const std::string& target) { return f.ask(method, target).body; };
  CHECK(message("GET", "/").find("op=NULL is not supported") != std::string::npos);
  CHECK(message("PUT", "/").find("op=NULL  is not supported") != std::string::npos);
  CHECK(message("GET", "/?op=MKDIRS").find("MKDIRS is not a valid GET operation.") != std::string::npos);
  CHECK(message("GET", "/?op=x&offset=-1").find("x is not a valid GET operation.") != std::string::npos);
  CHECK(message("PUT", "/?op=RENAME").find("Required param destination for op: RENAME is null or empty") != std::string::npos);
  CHECK(message("PUT", "/?op=SETOWNER").find("Both owner and group are empty.") != std::string::npos);
  CHECK(f.ask("PATCH", "/?op=OPEN").status == 500);
  CHECK(header(f.ask("OPTIONS", "/?op=OPEN"), "Allow") == "HEAD,DELETE,POST,GET,OPTIONS,PUT");
}
