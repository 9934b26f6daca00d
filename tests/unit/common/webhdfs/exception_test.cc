#include "common/webhdfs/exception.h"

#include "tests/support/catch.h"

using namespace tusker;
using webhdfs::remote_exception;

TEST_CASE("exceptions have Hadoop's statuses and names") {
  CHECK(remote_exception(Status(StatusCode::kFileNotFound, "x")).http_status == 404);
  CHECK(remote_exception(Status(StatusCode::kAccessControl, "x")).http_status == 403);
  CHECK(remote_exception(Status(StatusCode::kAuthorization, "x")).http_status == 403);
  CHECK(remote_exception(Status(StatusCode::kInvalidPath, "x")).http_status == 400);
  CHECK(remote_exception(Status(StatusCode::kUnsupportedOperation, "x")).http_status == 400);
  CHECK(remote_exception(Status(StatusCode::kStandby, "x")).http_status == 403);
  CHECK(remote_exception(webhdfs::java_exception("java.lang.NullPointerException", "x")).http_status == 500);
  CHECK(remote_exception(Status(StatusCode::kInvalidToken, "a \"b\"")).json ==
        R"({"RemoteException":{"exception":"InvalidToken","javaClassName":"org.apache.hadoop.security.token.SecretManager$InvalidToken",)"
        R"("message":"a \"b\""}})");
}
