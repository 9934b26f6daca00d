#include "tests/unit/namenode/rpc/served.h"

using namespace tusker;
using namespace tusker::namenode;
using namespace hadoop::hdfs;
using tests::Served;
using tests::Store;

namespace {

GetBatchedListingRequestProto batch_of(const std::vector<std::string>& paths, const std::string& after = "") {
  GetBatchedListingRequestProto request;
  for (const auto& path : paths) request.add_paths(path);
  request.set_startafter(after);
  request.set_needlocation(false);
  return request;
}

void open_file(Served& s, const std::string& path, const std::string& client) {
  CreateRequest request;
  request.path = path;
  request.client_name = client;
  request.block_bytes = 1 << 20;
  REQUIRE(s.f.mutate([&](Transaction& tx) { return create(s.f.ns(), tx, s.f.as("root"), request); }));
}

}  // namespace

TEST_CASE("a batched listing goes through its paths page by page, and tells of the bad ones") {
  Served s(Store::kMemory, [](Settings& settings) { settings.list_limit = 2; });
  for (const char* path : {"/a/1", "/a/2", "/a/3", "/f", "/b/4"}) s.f.write_file(path, 1);
  const std::vector<std::string> paths = {"/a", "/none", "/f", "/b"};
  std::string after;
  std::string seen;
  for (int page = 0; page < 10; ++page) {
    const auto answer = s.call<GetBatchedListingResponseProto>("getBatchedListing", batch_of(paths, after));
    REQUIRE(answer);
    for (const auto& part : answer->listings()) {
      seen += std::to_string(part.parentidx()) + ":";
      for (const auto& entry : part.partiallisting()) seen += entry.path().empty() ? "-" : entry.path();
      if (part.has_exception()) seen += part.exception().classname() + " " + part.exception().message();
      seen += ";";
    }
    if (!answer->hasmore()) break;
    after = answer->startafter();
  }
  CHECK(seen == "0:12;0:3;1:java.io.FileNotFoundException Path /none does not exist;2:-;3:4;");
  CHECK(s.call<GetBatchedListingResponseProto>("getBatchedListing", batch_of({"/b"}, after)).error().code() ==
        StatusCode::kIllegalArgument);
  const auto many = s.call<GetBatchedListingResponseProto>("getBatchedListing", batch_of(std::vector<std::string>(101, "/a")));
  CHECK(many.error().message() == "Too many source paths (101 > 100)");
}

TEST_CASE("open files come in the order of their inodes, below a path") {
  Served s(Store::kMemory, [](Settings& settings) { settings.open_files_per_response = 2; });
  open_file(s, "/d/z", "c2");
  open_file(s, "/d/y", "c1");
  open_file(s, "/e", "c1");
  ListOpenFilesRequestProto request;
  request.set_id(0);
  request.add_types(ALL_OPEN_FILES);
  request.set_path("/");
  auto answer = s.call<ListOpenFilesResponseProto>("listOpenFiles", request);
  REQUIRE(answer);
  REQUIRE(answer->entries_size() == 2);
  CHECK(answer->entries(0).path() == "/d/z");
  CHECK(answer->entries(0).clientname() == "c2");
  CHECK(answer->hasmore());
  request.set_id(answer->entries(1).id());
  answer = s.call<ListOpenFilesResponseProto>("listOpenFiles", request);
  REQUIRE(answer);
  REQUIRE(answer->entries_size() == 1);
  CHECK(answer->entries(0).path() == "/e");
  CHECK_FALSE(answer->hasmore());
  request.set_id(0);
  request.set_path("/d/");
  CHECK(s.call<ListOpenFilesResponseProto>("listOpenFiles", request)->entries_size() == 2);
  CHECK(s.call<ListOpenFilesResponseProto>("listOpenFiles", request, "eve").error().message() ==
        "Access denied for user eve. Superuser privilege is required for operation listOpenFiles");
}

TEST_CASE("files without a whole replica are listed, by a cookie") {
  Served s;
  s.f.write_file("/d/lost", 10);
  s.f.write_file("/other", 10);
  ListCorruptFileBlocksRequestProto request;
  request.set_path("/d");
  CHECK(s.call<ListCorruptFileBlocksResponseProto>("listCorruptFileBlocks", request)->corrupt().cookie() == "0");
  for (const char* path : {"/d/lost", "/other"}) {
    const auto found = s.f.read([&](const View& view) { return get_file_info(view, s.f.as("root").caller, path); });
    s.f.ns().redundancy().note_missing((**found).blocks.front(), true, false);
  }
  const auto answer = s.call<ListCorruptFileBlocksResponseProto>("listCorruptFileBlocks", request);
  REQUIRE(answer);
  REQUIRE(answer->corrupt().files_size() == 1);
  CHECK(answer->corrupt().files(0) == "/d/lost");
  CHECK(answer->corrupt().cookie() == "2");
  request.set_cookie("2");
  CHECK(s.call<ListCorruptFileBlocksResponseProto>("listCorruptFileBlocks", request)->corrupt().files_size() == 0);
}
