// Files through a real NameNode and DataNodes in this process.
#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/mini_dfs_cluster.h"

using namespace tusker;
using tests::MiniDfsCluster;

namespace {

constexpr int64_t kBlockBytes = 128 << 10;

std::string content(size_t bytes, unsigned seed = 1) {
  std::string out(bytes, '\0');
  for (char& c : out) {
    seed = seed * 1664525 + 1013904223;
    c = static_cast<char>(seed >> 24);
  }
  return out;
}

client::CreateOptions options(int16_t replication) {
  client::CreateOptions out;
  out.overwrite = true;
  out.replication = replication;
  out.block_bytes = kBlockBytes;
  return out;
}

Task<std::unique_ptr<client::OutputStream>> create(MiniDfsCluster& cluster, std::string path, int16_t replication) {
  auto out = co_await cluster.fs->create(std::move(path), options(replication));
  REQUIRE(out);
  co_return std::move(*out);
}

Task<void> write_pieces(client::OutputStream& out, std::string bytes, size_t piece) {
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto written = co_await out.write(rest.substr(0, piece));
    REQUIRE(written);
    rest.remove_prefix(std::min(piece, rest.size()));
  }
}

Task<void> close(client::OutputStream& out) {
  const auto closed = co_await out.close();
  INFO((closed ? std::string() : closed.error().message()));
  REQUIRE(closed);
}

Task<void> write_file(MiniDfsCluster& cluster, std::string path, std::string bytes, int16_t replication) {
  auto out = co_await create(cluster, std::move(path), replication);
  co_await write_pieces(*out, std::move(bytes), 10000);
  co_await close(*out);
}

Task<std::string> read_file(MiniDfsCluster& cluster, std::string path) {
  auto in = co_await cluster.fs->open(std::move(path));
  REQUIRE(in);
  std::string out;
  for (;;) {
    const auto chunk = co_await (*in)->next_chunk();
    INFO((chunk ? std::string() : chunk.error().message()));
    REQUIRE(chunk);
    if (chunk->empty()) co_return out;
    out += *chunk;
  }
}

Task<void> round_trips(MiniDfsCluster& cluster) {
  for (const size_t bytes :
       {size_t{0}, size_t{1}, size_t{511}, size_t{512}, size_t{513}, size_t{64512}, size_t{64513}, static_cast<size_t>(kBlockBytes),
        static_cast<size_t>(kBlockBytes + 1), static_cast<size_t>(5 * kBlockBytes + 777)}) {
    const std::string want = content(bytes);
    co_await write_file(cluster, "/round", want, 2);
    const std::string got = co_await read_file(cluster, "/round");
    CHECK(got == want);
    const auto status = co_await cluster.fs->status("/round");
    REQUIRE(status);
    CHECK((*status)->length == static_cast<int64_t>(bytes));
  }
}

Task<void> random_reads(MiniDfsCluster& cluster) {
  const std::string want = content(3 * kBlockBytes + 1000);
  co_await write_file(cluster, "/random", want, 2);
  auto in = co_await cluster.fs->open("/random");
  REQUIRE(in);
  std::string buffer(20000, '\0');
  for (int i = 0; i < 300; ++i) {
    const auto offset = static_cast<int64_t>(cluster.env().random.below(want.size() + 10));
    const size_t bytes = 1 + cluster.env().random.below(buffer.size());
    const auto got = co_await (*in)->read_at(offset, MutableBytes(buffer.data(), bytes));
    REQUIRE(got);
    if (offset >= static_cast<int64_t>(want.size())) {
      CHECK(*got == 0);
      continue;
    }
    REQUIRE(*got > 0);
    CHECK(std::string_view(buffer).substr(0, *got) == std::string_view(want).substr(static_cast<size_t>(offset), *got));
  }
  (*in)->seek(kBlockBytes + 5);
  const auto chunk = co_await (*in)->next_chunk();
  REQUIRE(chunk);
  CHECK(want.compare(kBlockBytes + 5, chunk->size(), *chunk) == 0);
}

Task<void> flushed_bytes_are_seen(MiniDfsCluster& cluster) {
  auto out = co_await create(cluster, "/flushed", 3);
  std::string want;
  for (int i = 0; i < 60; ++i) {
    const std::string piece = content(static_cast<size_t>(i * 97 % 1500 + 1), static_cast<unsigned>(i));
    const auto written = co_await out->write(piece);
    REQUIRE(written);
    const auto flushed = co_await out->flush(i % 10 == 0);
    REQUIRE(flushed);
    want += piece;
    if (i % 7 != 0) continue;
    const std::string got = co_await read_file(cluster, "/flushed");
    CHECK(got == want);
  }
  const auto again = co_await out->flush(true);  // nothing new, but to the media
  REQUIRE(again);
  co_await write_pieces(*out, content(2 * kBlockBytes), 7777);
  co_await close(*out);
  const std::string got = co_await read_file(cluster, "/flushed");
  CHECK(got == want + content(2 * kBlockBytes));
}

Task<void> lose_while_writing(MiniDfsCluster& cluster, std::vector<int> lost, bool flushed) {
  auto out = co_await create(cluster, "/lossy", 3);
  co_await write_pieces(*out, content(kBlockBytes + 50000), 4000);
  if (flushed) {
    const auto done = co_await out->flush(false);
    REQUIRE(done);
  }
  for (const int number : lost) co_await cluster.stop_datanode(number);
  co_await write_pieces(*out, content(3 * kBlockBytes, 2), 4000);
  co_await close(*out);
  const std::string got = co_await read_file(cluster, "/lossy");
  CHECK(got == content(kBlockBytes + 50000) + content(3 * kBlockBytes, 2));
}

Task<void> write_after_loss(MiniDfsCluster& cluster) {
  co_await cluster.stop_datanode(0);
  for (int i = 0; i < 5; ++i) {
    co_await write_file(cluster, "/after", content(3 * kBlockBytes), 2);
    const std::string got = co_await read_file(cluster, "/after");
    CHECK(got == content(3 * kBlockBytes));
  }
}

void flip_byte(MiniDfsCluster& cluster, const std::string& path, int64_t offset) {
  auto file = cluster.env().disk.open(path, OpenMode::kReadWrite);
  REQUIRE(file);
  char byte = 0;
  REQUIRE((*file)->read_at(offset, MutableBytes(&byte, 1)));
  byte = static_cast<char>(byte ^ 1);
  REQUIRE((*file)->write_at(offset, std::string_view(&byte, 1)));
}

Task<void> read_rotten(MiniDfsCluster& cluster) {
  co_await write_file(cluster, "/rotten", content(kBlockBytes), 2);
  for (const std::string& path : cluster.block_files(0)) flip_byte(cluster, path, 70000);
  for (int i = 0; i < 4; ++i) {
    const std::string got = co_await read_file(cluster, "/rotten");
    CHECK(got == content(kBlockBytes));
  }
}

// Several packets at once, of which one is found to be bad when others before it have been taken.
Task<void> read_rotten_pieces(MiniDfsCluster& cluster) {
  const std::string want = content(5 << 20);
  auto large = options(2);
  large.block_bytes = 2 << 20;
  auto out = co_await cluster.fs->create("/pieces", large);
  REQUIRE(out);
  co_await write_pieces(**out, want, 50000);
  co_await close(**out);
  for (const std::string& path : cluster.block_files(0)) flip_byte(cluster, path, 700000);
  for (int i = 0; i < 3; ++i) {
    auto in = co_await cluster.fs->open("/pieces");
    REQUIRE(in);
    std::string got;
    size_t most = 0;
    for (;;) {
      const auto chunks = co_await (*in)->next_chunks();
      REQUIRE(chunks);
      if (chunks->empty()) break;
      most = std::max(most, chunks->size());
      for (const std::string_view chunk : *chunks) got += chunk;
    }
    CHECK(got == want);
    CHECK(most > 1);
  }
}

Task<void> lose_while_reading(MiniDfsCluster& cluster) {
  const std::string want = content(20 * kBlockBytes);
  co_await write_file(cluster, "/read", want, 2);
  for (const int number : {0, 1}) {
    auto in = co_await cluster.fs->open("/read");
    REQUIRE(in);
    std::string got;
    for (;;) {
      const auto chunk = co_await (*in)->next_chunk();
      REQUIRE(chunk);
      if (chunk->empty()) break;
      if (got.empty()) {
        got += *chunk;
        co_await cluster.stop_datanode(number);
      } else {
        got += *chunk;
      }
    }
    CHECK(got == want);
    co_await cluster.start_datanode(number);
  }
}

// The NameNode offers a node in place of the lost one that is lost too, which it doesn't know yet.
Task<void> lose_replacement(MiniDfsCluster& cluster) {
  co_await lose_while_writing(cluster, {1, 2}, true);
  co_await cluster.start_datanode(1);
  co_await cluster.start_datanode(2);
}

Task<void> close_in_vain(MiniDfsCluster& cluster) {
  auto out = co_await create(cluster, "/vain", 1);
  co_await write_pieces(*out, content(1000), 100);
  const auto flushed = co_await out->flush(false);
  REQUIRE(flushed);
  co_await cluster.stop_datanode(0);
  const auto first = co_await out->close();
  REQUIRE(!first);
  const auto again = co_await out->close();
  REQUIRE(!again);
  CHECK(again.error().message() == first.error().message());
}

// The places of the blocks between come late, and with them the last block again, of which the NameNode knows no length.
Task<void> read_what_is_written(MiniDfsCluster& cluster) {
  const std::string want = content(5 * kBlockBytes + 1000);
  auto out = co_await create(cluster, "/growing", 1);
  co_await write_pieces(*out, want, 5000);
  const auto flushed = co_await out->flush(false);
  REQUIRE(flushed);
  const std::string got = co_await read_file(cluster, "/growing");
  CHECK(got == want);
  co_await close(*out);
}

Task<void> errors(MiniDfsCluster& cluster) {
  const auto missing = co_await cluster.fs->open("/missing");
  REQUIRE(!missing);
  CHECK(missing.error().code() == StatusCode::kFileNotFound);
  CHECK(missing.error().message() == "File does not exist: /missing");
  co_await write_file(cluster, "/there", "x", 1);
  auto keep = options(1);
  keep.overwrite = false;
  const auto exists = co_await cluster.fs->create("/there", keep);
  REQUIRE(!exists);
  CHECK(exists.error().code() == StatusCode::kFileAlreadyExists);
  auto odd = options(1);
  odd.block_bytes = 1000;
  const auto refused = co_await cluster.fs->create("/odd", odd);
  REQUIRE(!refused);
  CHECK(refused.error().code() == StatusCode::kHadoopIllegalArgument);
  auto out = co_await create(cluster, "/dropped", 1);
  co_await write_pieces(*out, content(100000), 5000);  // and never closed
}

Task<void> listings(MiniDfsCluster& cluster) {
  for (int i = 0; i < 25; ++i) co_await write_file(cluster, "/dir/f" + std::to_string(i), "x", 1);
  const auto entries = co_await cluster.fs->list("/dir");
  REQUIRE(entries);
  CHECK(entries->size() == 25);  // over several pages
  CHECK(entries->front().path == "/dir/f0");
  const auto file = co_await cluster.fs->list("/dir/f7");
  REQUIRE(file);
  REQUIRE(file->size() == 1);
  CHECK(file->front().path == "/dir/f7");
  const auto locations = co_await cluster.fs->block_locations("/dir/f7", 0, 1);
  REQUIRE(locations);
  REQUIRE(locations->size() == 1);
  CHECK(locations->front().length == 1);
  CHECK(locations->front().hosts == std::vector<std::string>{"127.0.0.1"});
}

}  // namespace

TEST_CASE("files of all sizes come back as they were written") {
  MiniDfsCluster cluster(2);
  cluster.run(round_trips(cluster));
}

TEST_CASE("bytes at any offset") {
  MiniDfsCluster cluster(2);
  cluster.run(random_reads(cluster));
}

TEST_CASE("what was flushed is seen by others while the file is open") {
  MiniDfsCluster cluster(3);
  cluster.run(flushed_bytes_are_seen(cluster));
}

TEST_CASE("a DataNode is lost while a file is written") {
  for (const bool flushed : {false, true}) {
    MiniDfsCluster cluster(4);
    cluster.run(lose_while_writing(cluster, {1}, flushed));
  }
}

TEST_CASE("two DataNodes of four are lost while a file is written") {
  MiniDfsCluster cluster(4);
  cluster.run(lose_while_writing(cluster, {1, 2}, false));
}

TEST_CASE("a DataNode that has just gone is left out of new blocks") {
  MiniDfsCluster cluster(4);
  cluster.run(write_after_loss(cluster));
}

TEST_CASE("a flipped byte is not seen") {
  MiniDfsCluster cluster(2);
  cluster.run(read_rotten(cluster));
}

TEST_CASE("a flipped byte is not seen among several packets") {
  MiniDfsCluster cluster(2);
  cluster.run(read_rotten_pieces(cluster));
}

TEST_CASE("a DataNode is lost while a file is read") {
  MiniDfsCluster cluster(2);
  cluster.run(lose_while_reading(cluster));
}

TEST_CASE("a DataNode that can't replace another is itself replaced") {
  for (int i = 0; i < 3; ++i) {
    MiniDfsCluster cluster(5);
    cluster.run(lose_replacement(cluster));
  }
}

TEST_CASE("closing again says again what failed") {
  MiniDfsCluster cluster(1);
  cluster.run(close_in_vain(cluster));
}

TEST_CASE("a file that is being written is read to its end, whenever its blocks' places come") {
  MiniDfsCluster cluster(1, {{"dfs.client.read.prefetch.size", std::to_string(3 * kBlockBytes)}});
  cluster.run(read_what_is_written(cluster));
}

TEST_CASE("errors are Hadoop's, and a file that is dropped harms nothing") {
  MiniDfsCluster cluster(1);
  cluster.run(errors(cluster));
}

TEST_CASE("directories are listed by pages, files have places") {
  MiniDfsCluster cluster(1, {{"dfs.ls.limit", "10"}});
  cluster.run(listings(cluster));
}
