#include "rpc/http2/request_headers.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;
using Pairs = std::vector<std::pair<std::string, std::string>>;

RequestHeaders Headers(const Pairs& more, size_t most = 16 << 10) {
  RequestHeaders headers(most);
  headers.Take(":method", "POST");
  headers.Take(":path", "/a.B/C");
  headers.Take("content-type", "application/grpc");
  for (const auto& [name, value] : more) headers.Take(name, value);
  return headers;
}

grpc::StatusCode RefusalOf(const Pairs& more) {
  const auto refusal = Headers(more).Refusal();
  return refusal ? refusal->error_code() : grpc::StatusCode::OK;
}

TEST(RequestHeaders, GiveThePathAndTheTimeout) {
  const RequestHeaders headers = Headers({{"grpc-timeout", "3S"}, {"te", "trailers"}});
  EXPECT_EQ(headers.HttpStatus(), 200);
  EXPECT_FALSE(headers.Refusal());
  EXPECT_EQ(headers.path(), "/a.B/C");
  EXPECT_EQ(headers.timeout(), Duration(3s));
}

TEST(RequestHeaders, KnowGrpcByMethodAndContentType) {
  for (const auto& [type, status] :
       std::vector<std::pair<std::string, int>>{{"application/grpc", 200},
                                                {"application/grpc+proto", 200},
                                                {"application/grpc;charset=utf-8", 200},
                                                {"application/grpc-web", 415},
                                                {"application/json", 415},
                                                {"", 415}}) {
    RequestHeaders headers(1000);
    headers.Take(":method", "POST");
    headers.Take("content-type", type);
    EXPECT_EQ(headers.HttpStatus(), status) << type;
  }
  RequestHeaders get(1000);
  get.Take(":method", "GET");
  EXPECT_EQ(get.HttpStatus(), 405);
}

TEST(RequestHeaders, RefuseWhatTheyCannotUse) {
  EXPECT_EQ(RefusalOf({{"grpc-timeout", "soon"}}), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(RefusalOf({{"x-bin", "?"}}), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(RefusalOf({{"grpc-encoding", "snappy"}}), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(RefusalOf({{"grpc-encoding", "gzip"}}), grpc::StatusCode::OK);
}

TEST(RequestHeaders, JoinValuesOfOneNameAndDecodeBinaryOnes) {
  const RequestHeaders headers =
      Headers({{"a", "1"}, {"b-bin", "YQ=="}, {"a", "2"}, {"b-bin", "Yg"}, {"empty", ""}});
  EXPECT_EQ(headers.Value("a"), "1,2");
  EXPECT_EQ(headers.Value("b-bin"), "a,b");
  EXPECT_EQ(headers.Value("c"), "");
  EXPECT_TRUE(headers.Has("empty"));
  EXPECT_FALSE(headers.Has("c"));
  EXPECT_FALSE(headers.Has("1"));
}

TEST(RequestHeaders, OverTheLimitAreNotKept) {
  RequestHeaders headers = Headers({}, 300);
  EXPECT_FALSE(headers.Refusal());
  for (int i = 0; i < 1000; ++i) headers.Take("name", std::string(1000, 'x'));
  ASSERT_TRUE(headers.Refusal());
  EXPECT_EQ(headers.Refusal()->error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_FALSE(headers.Has("name"));
}

}  // namespace
}  // namespace inferwire::rpc::http2
