// Callers that are no gRPC, or have lost count of their streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peer.h"
#include "rpc/http2/stream_ids.h"

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
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
  // A request of three header fields that HPACK knows by number, past the caller's own session.
  static std::string RawHeaders(int32_t id) {
    std::string frame("\0\0\3\1\5\0\0\0", 8);  // all of the headers, and the end of the stream
    frame += static_cast<char>(id);
    return frame + "\x82\x86\x84";
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
  for (int i = 0; i < 5; ++i) Settle();
  EXPECT_EQ(nghttp2_session_get_stream_remote_window_size(peer.session(), 1), 0);
  peer.Call("/test/Unary", Framed("question"), true);
  Settle();
  ASSERT_THAT(calls, SizeIs(1));
  calls[0]->wire->Finish(grpc::Status::OK, calls[0]->finish);
  Settle();
}

TEST_F(Http2Astray, ARequestOnAStreamThatWasEndedEndsTheConnection) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Nothing", Framed("q"), true);
  Settle();
  EXPECT_EQ(peer.answers[id].headers.at("grpc-status"), "12");
  peer.SendRaw(RawHeaders(id));
  Settle();
  EXPECT_THAT(peer.goaways, ElementsAre(NGHTTP2_STREAM_CLOSED));
  EXPECT_TRUE(Shows("inferwire_connections_failed_total{reason=\"protocol\"} 1"));
}

TEST_F(Http2Astray, ARequestOnAStreamThatItsCallerResetEndsTheConnection) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed("q"), false);
  Settle();
  peer.Reset(id);
  Settle();
  peer.SendRaw(RawHeaders(id));
  Settle();
  EXPECT_THAT(peer.goaways, ElementsAre(NGHTTP2_STREAM_CLOSED));
}

TEST_F(Http2Astray, ARequestOnAStreamThatWasPassedOverEndsTheConnection) {
  Peer& peer = NewPeer();
  nghttp2_session_set_next_stream_id(peer.session(), 5);
  EXPECT_EQ(peer.Call("/test/Nothing", Framed("q"), true), 5);
  Settle();
  peer.SendRaw(RawHeaders(3));
  Settle();
  EXPECT_THAT(peer.goaways, ElementsAre(NGHTTP2_PROTOCOL_ERROR));
}

TEST_F(Http2Astray, TrailersThatWereOnTheirWayToAStreamWeResetAreNoFault) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Nothing", Framed("q"), false);
  Settle();
  EXPECT_EQ(peer.answers[id].closed, NGHTTP2_NO_ERROR);
  peer.SendRaw(RawHeaders(id));
  peer.Ping();
  Settle();
  EXPECT_THAT(peer.goaways, IsEmpty());
  EXPECT_FALSE(peer.over);
}

TEST(StreamIds, KnowsTheLastOnes) {
  StreamIds ids;
  EXPECT_EQ(ids.newest(), 0);
  EXPECT_EQ(ids.Of(1), StreamIds::State::kUnknown);
  for (int32_t id = 1; id < 1000; id += 4) ids.Open(id);
  ids.End(5);  // long forgotten
  ids.End(993);
  ids.End(997);
  EXPECT_EQ(ids.newest(), 997);
  EXPECT_EQ(ids.Of(997), StreamIds::State::kEnded);
  EXPECT_EQ(ids.Of(993), StreamIds::State::kEnded);
  EXPECT_EQ(ids.Of(989), StreamIds::State::kUnknown);
  EXPECT_EQ(ids.Of(991), StreamIds::State::kNeverOpened);
  EXPECT_EQ(ids.Of(999), StreamIds::State::kUnknown);
  EXPECT_EQ(ids.Of(5), StreamIds::State::kUnknown);
  EXPECT_EQ(ids.Of(7), StreamIds::State::kUnknown);
}

}  // namespace
}  // namespace inferwire::rpc::http2
