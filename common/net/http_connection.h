#pragma once

#include <boost/beast/http.hpp>
#include <memory>
#include <string>

#include "common/net/http_message.h"

namespace tusker::net {

// A body that the parser hands out in the pieces it comes in; nothing is set aside for the length that a client announces.
struct PieceBody {
  using value_type = std::string;
  struct reader {
    template <bool kIsRequest, class Fields>
    explicit reader(boost::beast::http::header<kIsRequest, Fields>&, value_type& into) : body(into) {}
    template <class Length>
    void init(const Length&, boost::system::error_code& ec) {
      ec = {};
    }
    template <class Buffers>
    size_t put(const Buffers& buffers, boost::system::error_code& ec) {
      size_t bytes = 0;
      for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers); ++it) {
        const boost::asio::const_buffer piece = *it;
        body.append(static_cast<const char*>(piece.data()), piece.size());
        bytes += piece.size();
      }
      ec = {};
      return bytes;
    }
    void finish(boost::system::error_code& ec) { ec = {}; }
    std::string& body;
  };
};

struct HttpLimits {
  size_t head_bytes_max = 64 << 10;  // hadoop.http.max.request.header.size
  size_t body_bytes_max = 16 << 20;  // of a request whose handler takes it whole
  Duration idle_max = std::chrono::seconds(60);
};

// The server's end of one connection: reads heads and bodies one after another. Belongs to the connection's strand. Memory: head_bytes_max,
// and one read's worth of body.
class HttpConnection final : public HttpBody {
 public:
  HttpConnection(Clock& clock, std::unique_ptr<Stream> stream, const HttpLimits& limits);

  // Waits for the next request's head. kEof when the client is gone or was idle too long; kIllegalArgument for what isn't HTTP,
  // kPathComponentTooLong for a head that is too long.
  Task<Result<HttpRequest>> next_request();
  // The whole body of the present request. kMaxDirectoryItems when it is longer than body_bytes_max.
  Task<Result<std::string>> whole_body();
  // Whether the client would use the connection again, by version and header.
  bool keep_alive() const { return parser_->get().keep_alive(); }
  bool is_http10() const { return parser_->get().version() < 11; }
  // Takes what is left of the present body, so that the client sees the answer and the next request can be read. False when there is too
  // much of it, or the client waits for leave to send it.
  Task<bool> drain();

  Task<Result<std::string_view>> next() override;
  Task<Result<void>> send_continue() override;
  Stream& stream() { return *stream_; }

 private:
  using Parser = boost::beast::http::request_parser<PieceBody>;
  Task<Result<void>> fill(Deadline deadline);
  Result<void> parse();
  bool waits_for_continue() const;

  Clock& clock_;
  std::unique_ptr<Stream> stream_;
  const HttpLimits& limits_;
  std::string buffer_;  // read, not parsed yet
  std::string piece_;   // given out by next()
  std::unique_ptr<Parser> parser_;
  bool continue_sent_ = false;
  bool broken_ = false;  // what came wasn't HTTP
};

}  // namespace tusker::net
