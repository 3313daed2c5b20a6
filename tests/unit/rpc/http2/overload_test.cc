// What callers see of a loop that has more to do than it can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peer.h"

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::SizeIs;

class Http2Overload : public Http2Test {
 protected:
  // The loop has not come to read what upstreams have sent for a while.
  void Overload() {
    overloaded = true;
    load.lags_since = clock.Now();
    clock.Advance(1s);
    Settle();
  }
  void Rest() {
    overloaded = false;
    Settle();
  }
  // Beyond what is taken of everybody.
  void UseShare(Peer& peer) {
    for (int i = 0; i < 2; ++i) peer.Call("/test/Unary", Framed("q"), true);
    Settle();
  }
  static std::string Text(const grpc::ByteBuffer& bytes) {
    std::vector<grpc::Slice> slices;
    std::string text;
    EXPECT_TRUE(bytes.Dump(&slices).ok());
    for (const auto& slice : slices) text.append(slice.begin(), slice.end());
    return text;
  }
};

TEST_F(Http2Overload, ARefusedCallIsToldTheWholeStatusAndNeverBegins) {
  Peer& peer = NewPeer();
  Settle();
  Overload();
  UseShare(peer);
  const size_t before = calls.size();
  const int32_t id = peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  EXPECT_THAT(calls, SizeIs(before));
  Answer& answer = peer.answers[id];
  EXPECT_EQ(answer.headers[":status"], "200");
  EXPECT_EQ(answer.headers["content-type"], "application/grpc");
  EXPECT_EQ(answer.headers["grpc-status"], "14");
  EXPECT_EQ(answer.headers["grpc-message"], "too busy");
  EXPECT_EQ(answer.headers["grpc-retry-pushback-ms"], "1000");
  EXPECT_EQ(answer.headers["grpc-status-details-bin"], "ZGV0YWlscw");
  EXPECT_EQ(answer.closed, NGHTTP2_NO_ERROR);
  EXPECT_TRUE(Shows("inferwire_calls_refused_total{bound=\"busy\"} 1"));
}

TEST_F(Http2Overload, ARefusedUploadIsStoppedAndItsConnectionLives) {
  limits.connection_window = 256 << 10;
  Peer& peer = NewPeer();
  Settle();
  Overload();
  UseShare(peer);
  const size_t before = calls.size();
  for (int i = 0; i < 20; ++i) {
    const int32_t id = peer.Call("/test/Unary", Framed(std::string(100'000, 'x')), false);
    Settle();
    EXPECT_EQ(peer.answers[id].headers["grpc-status"], "14");
    EXPECT_EQ(peer.answers[id].closed, NGHTTP2_NO_ERROR) << "what is left need not be sent";
  }
  EXPECT_THAT(calls, SizeIs(before));
  Rest();
  peer.Call("/test/Unary", Framed(std::string(200'000, 'x')), true);
  Settle();
  ASSERT_THAT(calls, SizeIs(before + 1)) << "the connection's window is open";
  EXPECT_EQ(Text(calls.back()->wire->request()), std::string(200'000, 'x'));
}

TEST_F(Http2Overload, HeadersStayInStepAfterRefusals) {
  Peer& peer = NewPeer();
  Settle();
  Overload();
  UseShare(peer);
  for (int i = 0; i < 300; ++i) {
    peer.Call("/test/Unary", Framed("q"), true, {{"key-" + std::to_string(i), "of a refused one"}});
    Settle();
  }
  Rest();
  peer.Call("/test/Unary", Framed("q"), true, {{"key-7", "of a refused one"}, {"mine", "seen"}});
  Settle();
  EXPECT_EQ(calls.back()->wire->Metadata("mine"), "seen");
  EXPECT_EQ(calls.back()->wire->Metadata("key-7"), "of a refused one");
}

TEST_F(Http2Overload, AnotherConnectionIsServedBesideOneThatFloods) {
  Peer& greedy = NewPeer();
  Peer& modest = NewPeer();
  Settle();
  Overload();
  for (int i = 0; i < 100; ++i) greedy.Call("/test/Unary", Framed("g"), true);
  Settle();
  const size_t before = calls.size();
  modest.Call("/test/Unary", Framed("m"), true);
  Settle();
  EXPECT_THAT(calls, SizeIs(before + 1));
}

TEST_F(Http2Overload, ConnectionsTakeTurnsToBegin) {
  Peer& greedy = NewPeer();
  Peer& modest = NewPeer();
  Settle();
  for (int i = 0; i < 3; ++i) greedy.Call("/test/Unary", Framed("g"), true);
  modest.Call("/test/Unary", Framed("m"), true);
  Settle();
  std::string order;
  for (const auto& call : calls) order += Text(call->wire->request());
  EXPECT_THAT(order, AnyOf("gmgg", "mggg"));
}

TEST_F(Http2Overload, CallsOfAHigherPriorityBeginFirstAndOneInEightIsAnother) {
  Peer& jobs = NewPeer();
  Peer& people = NewPeer();
  Settle();
  const Peer::Headers background = {{"inferwire-priority", "background"}};
  for (int i = 0; i < 5; ++i) jobs.Call("/test/Unary", Framed("b"), true, background);
  for (int i = 0; i < 20; ++i) people.Call("/test/Unary", Framed("i"), true);
  Settle();
  std::string order;
  for (const auto& call : calls) order += Text(call->wire->request());
  EXPECT_EQ(order, "iiiiiiibiiiiiiibiiiiiibbb");
}

TEST_F(Http2Overload, ACallThatIsTakenBackBeforeItsTurnNeverBegins) {
  Peer& peer = NewPeer();
  Settle();
  for (int i = 0; i < 50; ++i) {
    const int32_t id = peer.Call("/test/Unary", Framed("q"), true);
    peer.Exchange(/*reads=*/false);
    peer.Reset(id);
  }
  peer.Call("/test/Unary", Framed("kept"), true);
  Settle();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(Text(calls.front()->wire->request()), "kept");
}

TEST_F(Http2Overload, BackgroundCallsAreRefusedBeforeOthersHaveToWait) {
  Peer& peer = NewPeer();
  Settle();
  overloaded = true;  // it does not sleep any more
  clock.Advance(1s);
  Settle();
  const Peer::Headers background = {{"inferwire-priority", "background"}};
  std::vector<int32_t> refused;
  for (int i = 0; i < 60; ++i) peer.Call("/test/Unary", Framed("mine"), true);
  peer.Exchange(/*reads=*/false);
  for (int i = 0; i < 5; ++i) {
    refused.push_back(peer.Call("/test/Unary", Framed("later"), true, background));
  }
  Settle();
  EXPECT_THAT(calls, SizeIs(60));
  for (const int32_t id : refused) {
    EXPECT_EQ(peer.answers[id].headers["grpc-status"], "14");
    EXPECT_EQ(peer.answers[id].closed, NGHTTP2_NO_ERROR);
  }
  EXPECT_TRUE(Shows("inferwire_calls_refused_total{bound=\"low_priority\"} 5"));
  clock.Advance(1s);
  Rest();
  peer.Call("/test/Unary", Framed("later"), true, background);
  Settle();
  EXPECT_THAT(calls, SizeIs(61)) << "the connection is as before";
}

TEST_F(Http2Overload, WithoutMemoryCallsAreRefusedAtTheirHeaders) {
  Peer& peer = NewPeer();
  Settle();
  memory.Add({}, memory.limit());
  UseShare(peer);
  const int32_t id = peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  EXPECT_EQ(peer.answers[id].headers["grpc-status"], "14");
  EXPECT_TRUE(Shows("inferwire_calls_refused_total{bound=\"memory\"} 1"));
  memory.Add({}, -memory.limit());
}

TEST_F(Http2Overload, NobodyIsRefusedByALoopAtRest) {
  Peer& peer = NewPeer();
  Settle();
  for (int i = 0; i < 100; ++i) peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  EXPECT_EQ(calls.size(), 100u);
}

}  // namespace
}  // namespace inferwire::rpc::http2
