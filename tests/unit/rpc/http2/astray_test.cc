// Callers that are no gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peer.h"

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Http2Astray : public Http2Test {
 protected:
  static Peer::Headers Request(const std::string& method) {
    return {{":method", method},
            {":scheme", "http"},
            {":authority", "a"},
            {":path", "/test/Unary"},
            {"content-type", "application/json"}};
  }
};

TEST_F(Http2Astray, WhoSpeaksNoGrpcIsToldWhatToSend) {
  Peer& peer = NewPeer();
  const int32_t get = peer.Request(Request("GET"), "", true);
  const int32_t json = peer.Request(Request("POST"), "{}", true);
  const int32_t head = peer.Request(Request("HEAD"), "", true);
  Settle();
  const Answer& answer = peer.answers[get];
  EXPECT_EQ(answer.headers.at(":status"), "405");
  EXPECT_EQ(answer.headers.at("allow"), "POST");
  EXPECT_EQ(answer.headers.at("content-length"), std::to_string(answer.data.size()));
  EXPECT_THAT(answer.data, StartsWith("This is a gRPC server"));
  EXPECT_TRUE(answer.ended);
  EXPECT_EQ(peer.answers[json].headers.at(":status"), "415");
  EXPECT_EQ(peer.answers[json].closed, NGHTTP2_NO_ERROR);
  EXPECT_EQ(peer.answers[head].headers.at(":status"), "405");
  EXPECT_EQ(peer.answers[head].data, "");
  EXPECT_TRUE(peer.answers[head].ended);
  EXPECT_THAT(calls, IsEmpty());
}

TEST_F(Http2Astray, WhoSpeaksNoGrpcMayFinishHisRequest) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Request(Request("POST"), "{", false);
  Settle();
  EXPECT_TRUE(peer.answers[id].ended);
  EXPECT_FALSE(peer.answers[id].closed);
  peer.Send(id, "}", true);
  Settle();
  EXPECT_EQ(peer.answers[id].closed, NGHTTP2_NO_ERROR);
}

TEST_F(Http2Astray, WhoSpeaksNoGrpcIsStoppedAfterAWhile) {
  limits.request = 5s;
  Peer& peer = NewPeer();
  const int32_t id = peer.Request(Request("POST"), "{", false);
  Settle();
  EXPECT_FALSE(peer.answers[id].closed);
  Advance(5s);
  EXPECT_EQ(peer.answers[id].closed, NGHTTP2_NO_ERROR);
}

TEST_F(Http2Astray, WhoSpeaksNoGrpcSendsNoMoreThanItsWindowAndHoldsBackNobody) {
  limits.stream_window = 100'000;
  limits.connection_window = 200'000;
  Peer& peer = NewPeer();
  for (int i = 0; i < 10; ++i) peer.Request(Request("POST"), std::string(150'000, '{'), true);
  Settle();
  EXPECT_EQ(nghttp2_session_get_stream_remote_window_size(peer.session(), 1), 0);
  peer.Call("/test/Unary", Framed("question"), true);
  Settle();
  ASSERT_THAT(calls, SizeIs(1));
  calls[0]->wire->Finish(grpc::Status::OK, calls[0]->finish);
  Settle();
}

}  // namespace
}  // namespace inferwire::rpc::http2
