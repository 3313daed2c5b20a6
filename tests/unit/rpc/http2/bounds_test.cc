// What callers do that no caller may, and what time brings.
#include "bounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(Http2Bounds, AConnectionThatSaysNothingIsClosed) {
  NewPeer();  // and nobody lets it speak
  for (int i = 0; i < 99; ++i) {
    clock.Advance(100ms);
    Turn();
  }
  EXPECT_EQ(shared->connections.load(), 1u);
  clock.Advance(200ms);
  Turn();
  EXPECT_TRUE(Failed("preface"));
  EXPECT_EQ(shared->connections.load(), 0u);
}

TEST_F(Http2Bounds, WhatIsNoHttp2IsClosedAndHarmsNobodyElse) {
  Peer& good = NewPeer();
  Peer& bad = NewPeer();
  bad.SendRaw("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  Turn();
  EXPECT_EQ(shared->connections.load(), 1u);
  EXPECT_TRUE(Failed("protocol"));
  EXPECT_TRUE(Serves(good));
}

TEST_F(Http2Bounds, ARapidResetEndsTheConnectionAndLeavesNothing) {
  Peer& good = NewPeer();
  Peer& bad = NewPeer();
  Settle();
  int waves = 0;
  for (; waves < 100 && !bad.over; ++waves) {
    for (int i = 0; i < 100; ++i) {
      const int32_t id = bad.Call("/test/Unary", Framed("q"), true);
      bad.Exchange(/*reads=*/false);
      bad.Reset(id);
    }
    Settle();
  }
  EXPECT_LT(waves, 100);
  for (const auto& call : calls) EXPECT_TRUE(call->done);
  EXPECT_TRUE(Serves(good));
}

TEST_F(Http2Bounds, FramesThatBringNothingAreBounded) {
  limits.idle_frames = 1000;
  limits.idle_frames_per_second = 100;
  const std::string priority = Frame(NGHTTP2_PRIORITY, 0, 1, std::string("\0\0\0\0\1", 5));
  const std::string settings = Frame(NGHTTP2_SETTINGS, 0, 0, "");
  const std::string update = Frame(NGHTTP2_WINDOW_UPDATE, 0, 0, std::string("\0\0\0\1", 4));
  for (const std::string& frame : {priority, settings, update}) {
    Peer& bad = NewPeer();
    Settle();
    // It reads nothing: its own library would leave by itself.
    int waves = 0;
    for (; waves < 20 && shared->connections > 0; ++waves) {
      std::string wave;
      for (int j = 0; j < 100; ++j) wave += frame;
      bad.SendRaw(wave);
      Turn();
      Turn();
    }
    EXPECT_LT(waves, 15) << static_cast<int>(frame[3]);
    bad.Hangup();
  }
  EXPECT_TRUE(Shows("inferwire_connections_failed_total{reason=\"flood\"} 3")) << "each once";
  EXPECT_TRUE(Serves(NewPeer()));
}

TEST_F(Http2Bounds, EmptyDataFramesAreBounded) {
  limits.idle_frames = 1000;
  limits.idle_frames_per_second = 100;
  Peer& bad = NewPeer();
  const int32_t id = bad.Call("/test/Stream", "", false);
  Settle();
  for (int i = 0; i < 20 && !bad.over; ++i) {
    std::string wave;
    for (int j = 0; j < 100; ++j) wave += Frame(NGHTTP2_DATA, 0, id, "");
    bad.SendRaw(wave);
    Settle();
  }
  EXPECT_TRUE(bad.over);
  EXPECT_TRUE(calls.at(0)->done);
}

TEST_F(Http2Bounds, AHonestCallersFramesAreNoFlood) {
  limits.idle_frames = 1000;
  limits.idle_frames_per_second = 100;
  Peer& peer = NewPeer();
  for (int i = 0; i < 2000; ++i) {
    clock.Advance(10ms);
    nghttp2_submit_window_update(peer.session(), NGHTTP2_FLAG_NONE, 0, 1);
    peer.Exchange();
    Turn();
  }
  EXPECT_TRUE(Serves(peer));
}

TEST_F(Http2Bounds, PingsThatComeTooOftenAreToldSo) {
  Peer& peer = NewPeer();
  Settle();
  for (int i = 0; i < 4; ++i) {
    peer.Ping();
    Settle();
  }
  EXPECT_THAT(peer.goaways, ElementsAre(NGHTTP2_ENHANCE_YOUR_CALM));
  EXPECT_EQ(peer.goaway_text, "too_many_pings");
  EXPECT_TRUE(Failed("pings"));
  Advance(200ms);
  EXPECT_TRUE(peer.over);
}

TEST_F(Http2Bounds, PingsAtTheirIntervalAreWelcome) {
  limits.idle = 24h;
  limits.age = 24h;
  Peer& peer = NewPeer();
  Settle();
  for (int i = 0; i < 20; ++i) {
    peer.Ping();
    Advance(limits.ping_interval);
  }
  EXPECT_THAT(peer.goaways, IsEmpty());
  EXPECT_TRUE(Serves(peer));
}

TEST_F(Http2Bounds, MetadataOverTheLimitIsRefusedAndTheConnectionGoesOn) {
  limits.metadata = 1000;
  Peer& peer = NewPeer();
  Settle();
  const int32_t id = peer.Call("/test/Unary", Framed("q"), true, {{"x", std::string(3000, 'v')}});
  Settle();
  EXPECT_THAT(calls, IsEmpty());
  EXPECT_EQ(peer.answers[id].headers["grpc-status"], "8");
  EXPECT_TRUE(Serves(peer));
}

TEST_F(Http2Bounds, ALongHeaderStringIsRefusedInItsLength) {
  Peer& peer = NewPeer();
  Settle();
  // HEADERS without END_HEADERS, and CONTINUATION after CONTINUATION.
  std::string block("\x40\x01x\x7f", 4);  // a literal: x, of a length that takes many bytes
  block += std::string("\xff\xff\xff\x07", 4);
  peer.SendRaw(Frame(NGHTTP2_HEADERS, 0, 1, block));
  for (int i = 0; i < 2000 && shared->connections > 0; ++i) {
    peer.SendRaw(Frame(NGHTTP2_CONTINUATION, 0, 1, std::string(16'000, 'a')));
    Turn();
  }
  EXPECT_EQ(shared->connections.load(), 0u);
  EXPECT_TRUE(Serves(NewPeer()));
}

TEST_F(Http2Bounds, AMessageOverTheLimitIsRefusedAtItsPrefix) {
  limits.message = 1000;
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed(std::string(1001, 'x')).substr(0, 5), false);
  Settle();
  EXPECT_EQ(peer.answers[id].headers["grpc-status"], "8");
  EXPECT_EQ(peer.answers[id].closed, NGHTTP2_NO_ERROR);
  EXPECT_TRUE(Serves(peer));
}

TEST_F(Http2Bounds, ARequestThatDoesNotComeInTimeIsEnded) {
  limits.age = 24h;
  limits.idle = 24h;
  limits.keepalive = 24h;
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed(std::string(1000, 'x')).substr(0, 500), false);
  Settle();
  Advance(limits.request - 1ms);
  EXPECT_FALSE(peer.answers[id].closed);
  EXPECT_GT(shared->unfinished.load(), 0);
  Advance(200ms);
  EXPECT_EQ(peer.answers[id].headers["grpc-status"], "4");
  EXPECT_EQ(shared->unfinished.load(), 0);
  EXPECT_TRUE(Serves(peer));
}

TEST_F(Http2Bounds, UnfinishedRequestsAreBoundedInAllConnectionsTogether) {
  limits.unfinished = 320'000;  // with what a stream itself takes
  std::vector<std::pair<Peer*, int32_t>> open;
  for (int i = 0; i < 10; ++i) {
    Peer& peer = NewPeer();
    const std::string half = Framed(std::string(100'000, 'x')).substr(0, 50'000);
    open.emplace_back(&peer, peer.Call("/test/Unary", half, false));
    Settle();
  }
  int refused = 0;
  for (const auto& [peer, id] : open) refused += peer->answers[id].headers["grpc-status"] == "14";
  EXPECT_EQ(refused, 4);
  EXPECT_LE(shared->unfinished.load(), 320'000);
}

TEST_F(Http2Bounds, HalfAMessageOfACallThatRunsCountsAsWell) {
  limits.unfinished = 100'000;
  Peer& peer = NewPeer();
  const std::string half = Framed(std::string(100'000, 'x')).substr(0, 50'000);
  const int32_t first = peer.Call("/test/Stream", half, false);
  const int32_t second = peer.Call("/test/Stream", half, false);
  Settle();
  EXPECT_FALSE(peer.answers[first].closed);
  EXPECT_FALSE(peer.answers[second].closed);
  const int32_t third = peer.Call("/test/Stream", half, false);
  Settle();
  EXPECT_EQ(peer.answers[third].headers["grpc-status"], "14");
  EXPECT_LE(shared->unfinished.load(), 100'000);
}

TEST_F(Http2Bounds, WhatACancelledCallDidNotReadIsNoLongerInTheConnectionsWindow) {
  limits.connection_window = 100'000;
  Peer& peer = NewPeer();
  const std::string message = Framed(std::string(10'000, 'x'));
  for (int i = 0; i < 20; ++i) {
    const int32_t id = peer.Call("/test/Stream", message + message, false);
    Settle();
    peer.Reset(id);
    Settle();
  }
  const int32_t id = peer.Call("/test/Unary", Framed(std::string(80'000, 'x')), true);
  Settle();
  ASSERT_EQ(calls.size(), 21u);
  calls.back()->wire->Finish(grpc::Status::OK, calls.back()->finish);
  Settle();
  EXPECT_EQ(peer.answers[id].headers["grpc-status"], "0");
}

TEST_F(Http2Bounds, ACallerWhoReadsNothingHoldsOnlyWhatItsStreamsMayHold) {
  Peer& peer = NewPeer(/*window=*/0);
  for (int i = 0; i < 50; ++i) peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  for (const auto& call : calls) {
    for (int i = 0; i < 100 && call->writes.size() == static_cast<size_t>(i); ++i) {
      call->wire->Write(MessageOf(std::string(1000, 'x')), true, call->write);
      Turn();
    }
    EXPECT_LE(call->writes.size(), 17u);
  }
  peer.Hangup();
  Settle();
}

TEST_F(Http2Bounds, AnOldConnectionIsAskedToLeaveInTwoStepsAndItsCallEnds) {
  limits.keepalive = 24h;
  Peer& peer = NewPeer();
  peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  Advance(limits.age * 9 / 10 - 1ms);
  EXPECT_THAT(peer.goaways, IsEmpty());
  Advance(limits.age * 2 / 10);
  EXPECT_THAT(peer.goaways, ElementsAre(NGHTTP2_NO_ERROR));
  Advance(1s);
  EXPECT_THAT(peer.goaways, ElementsAre(NGHTTP2_NO_ERROR, NGHTTP2_NO_ERROR));
  Advance(60s);
  EXPECT_FALSE(peer.over) << "its call runs";
  calls.at(0)->wire->Finish(grpc::Status::OK, calls[0]->finish);
  Settle();
  Advance(200ms);
  EXPECT_FALSE(calls[0]->wire->cancelled());
  EXPECT_TRUE(peer.over);
}

TEST_F(Http2Bounds, ACallThatOutlivesTheGraceIsCut) {
  limits.keepalive = 24h;
  Peer& peer = NewPeer();
  peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  Advance(limits.age * 2);
  Advance(limits.age_grace);
  EXPECT_TRUE(calls.at(0)->done);
  EXPECT_TRUE(calls[0]->wire->cancelled());
}

TEST_F(Http2Bounds, AnIdleConnectionIsAskedToLeave) {
  limits.age = 24h;
  limits.keepalive = 24h;
  Peer& peer = NewPeer();
  EXPECT_TRUE(Serves(peer));
  Advance(limits.idle - 1ms);
  EXPECT_THAT(peer.goaways, IsEmpty());
  Advance(200ms);
  EXPECT_THAT(peer.goaways, ElementsAre(NGHTTP2_NO_ERROR));
  Advance(1s);
  Advance(200ms);
  EXPECT_TRUE(peer.over);
}

TEST_F(Http2Bounds, ASilentCallerIsPingedAndClosedIfItDoesNotAnswer) {
  limits.age = 24h;
  limits.idle = 24h;
  Peer& peer = NewPeer();
  Settle();
  Advance(limits.keepalive);
  EXPECT_EQ(peer.pings, 1);
  Advance(limits.keepalive_timeout * 2);
  EXPECT_FALSE(peer.over) << "it has answered";
  clock.Advance(limits.keepalive);
  Turn();  // the ping goes out, and nobody answers
  clock.Advance(limits.keepalive_timeout);
  Turn();
  EXPECT_TRUE(Failed("keepalive"));
}

TEST_F(Http2Bounds, ADrainTellsEverybodyAndLosesNoCall) {
  Peer& busy = NewPeer();
  Peer& idle = NewPeer();
  busy.Call("/test/Unary", Framed("q"), true);
  Settle();
  host->LeaveAll();
  Turn();
  // What was sent before the caller knew is served.
  const int32_t late = busy.Call("/test/Unary", Framed("late"), true);
  Advance(1s);
  Advance(200ms);
  EXPECT_TRUE(idle.over);
  EXPECT_FALSE(busy.over);
  ASSERT_THAT(calls, SizeIs(2));
  for (const auto& call : calls) call->wire->Finish(grpc::Status::OK, call->finish);
  Settle();
  Advance(200ms);
  EXPECT_EQ(busy.answers[late].headers["grpc-status"], "0");
  EXPECT_TRUE(busy.over);
}

}  // namespace
}  // namespace inferwire::rpc::http2
