// Attacks by frames that are allowed one by one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "bounds.h"

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;

class Http2Hostile : public Http2Bounds {
 protected:
  // Sends the frame again and again; how many it took to be cut, at most that many.
  int FramesUntilCut(Peer& bad, const std::string& frame, int most = 3000) {
    int sent = 0;
    const size_t before = shared->connections.load();
    for (; sent < most && shared->connections.load() == before; sent += 10) {
      std::string wave;
      for (int i = 0; i < 10; ++i) wave += frame;
      bad.SendRaw(wave);
      Turn();
      Turn();
    }
    bad.Hangup();
    return sent;
  }
  std::string ManyHeaders(int32_t stream) {
    // x: 4,000 bytes, into the table; then itself a thousand times by a byte each.
    std::string block("\x83\x86\x04\x01/\x40\x01x\x7f\xa1\x1e", 11);
    block += std::string(4000, 'v') + std::string(1000, '\xbe');
    return Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream,
                 block);
  }
};

TEST_F(Http2Hostile, FramesOfUnknownTypesAndPaddingAreNothingToo) {
  limits.idle_frames = 1000;
  limits.idle_frames_per_second = 100;
  Peer& unknown = NewPeer();
  Settle();
  EXPECT_NEAR(FramesUntilCut(unknown, Frame(0x42, 0, 0, "")), 1000, 300);
  Peer& padding = NewPeer();
  const int32_t id = padding.Call("/test/Stream", "", false);
  Settle();
  const std::string padded(1, '\0');
  EXPECT_NEAR(FramesUntilCut(padding, Frame(NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, id, padded)), 1000,
              150);
  EXPECT_TRUE(Serves(NewPeer()));
}

TEST_F(Http2Hostile, AMessageByteByByteIsBounded) {
  limits.idle_frames = 1000;
  limits.idle_frames_per_second = 100;
  Peer& bad = NewPeer();
  const int32_t id = bad.Call("/test/Unary", Framed(std::string(5000, 'x')).substr(0, 5), false);
  Settle();
  EXPECT_NEAR(FramesUntilCut(bad, Frame(NGHTTP2_DATA, 0, id, "x")), 1000, 150);
  EXPECT_TRUE(Failed("flood"));
}

TEST_F(Http2Hostile, SmallMessagesAreNoFlood) {
  limits.idle_frames = 1000;
  limits.idle_frames_per_second = 100;
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Stream", "", false);
  Settle();
  Begun& call = *calls.at(0);
  for (size_t i = 0; i < 3000; ++i) {
    call.wire->Read(call.incoming, call.read);
    peer.Send(id, Framed("x"));
    peer.Exchange();
    Turn();
    ASSERT_EQ(call.reads.size(), i + 1);
  }
  EXPECT_TRUE(Serves(peer));
}

TEST_F(Http2Hostile, SettingsCountForTheStreamsTheyWalk) {
  Peer& bad = NewPeer();
  Settle();
  const std::string frame = Frame(NGHTTP2_SETTINGS, 0, 0, std::string("\0\4\0\0\0\0", 6));
  EXPECT_LE(FramesUntilCut(bad, frame), 110);
}

TEST_F(Http2Hostile, MakingTheServerResetIsAResetAsWell) {
  Peer& bad = NewPeer();
  Settle();
  // A window that grows too large: the stream ends, and the caller has reset nothing.
  const std::string update("\x7f\xff\xff\xff", 4);
  int streams = 0;
  for (; streams < 1200 && !bad.over; ++streams) {
    const int32_t id = bad.Call("/test/Unary", Framed("q"), true);
    if (!bad.Exchange()) break;
    bad.SendRaw(Frame(NGHTTP2_WINDOW_UPDATE, 0, id, update));
    Turn();
  }
  EXPECT_NEAR(streams, limits.resets, 10);
  EXPECT_TRUE(Failed("flood"));
  for (const auto& call : calls) EXPECT_TRUE(call->done);
}

TEST_F(Http2Hostile, WhoGetsItsAnswersMayCancelAsManyMore) {
  limits.resets = 20;
  limits.resets_per_second = 0;
  Peer& peer = NewPeer();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(Serves(peer)) << i;
    const int32_t id = peer.Call("/test/Unary", Framed("q"), true);
    Settle();
    peer.Reset(id);
    Settle();
  }
  EXPECT_FALSE(peer.over);
}

TEST_F(Http2Hostile, AHeaderThatIsSmallOnlyOnTheWireIsNotReadToTheEnd) {
  Peer& bad = NewPeer();
  Settle();
  bad.SendRaw(ManyHeaders(1));
  Turn();
  EXPECT_EQ(shared->connections.load(), 1u);
  // It was read with its table: what the connection sends next means what it should.
  EXPECT_TRUE(calls.empty());
  bad.Hangup();
  EXPECT_TRUE(Serves(NewPeer()));
}

TEST_F(Http2Hostile, WhoAlwaysHasMoreIsReadForTheTimeOfATurnAndNoLonger) {
  Peer& peer = NewPeer();
  Settle();
  for (int i = 0; i < 90; ++i) peer.Call("/test/Unary", Framed(std::string(600, 'q')), true);
  peer.Exchange(/*reads=*/false);
  const int before = peer.Unread();
  clock.AdvanceOnEachLook(100us);
  Turn();
  clock.AdvanceOnEachLook({});
  EXPECT_LT(peer.Unread(), before);
  EXPECT_GT(peer.Unread(), 0) << "a reading takes 0.3 ms here, and a turn reads for 0.25";
  Settle();
  EXPECT_EQ(calls.size(), 90u);
}

TEST_F(Http2Hostile, WhoTakesLongStandsBack) {
  // A call takes 1 ms to begin, and a turn reads for 0.5.
  on_begin = [this] { clock.Advance(1ms); };
  std::vector<Peer*> bad;
  for (int i = 0; i < 20; ++i) bad.push_back(&NewPeer());
  Peer& good = NewPeer();
  Settle();
  for (int round = 0; round < 5; ++round) {
    for (Peer* const each : bad) {
      for (int i = 0; i < 100; ++i) each->Call("/test/Unary", Framed(std::string(1000, 'q')), true);
      each->Exchange();
    }
    for (int i = 0; i < 20; ++i) Turn();  // each has been read
    good.Call("/test/Unary", Framed("good"), true);
    good.Exchange();
    size_t turns = 0;
    const auto served = [&] {
      return std::any_of(calls.begin(), calls.end(), [&](const auto& call) {
        return call->wire->request().Length() == 4 && !call->done;
      });
    };
    for (; turns < 40 && !served(); ++turns) Turn();
    EXPECT_LE(turns, bad.size() + 2) << "one of each connection comes before it";
    for (const auto& call : calls) {
      if (call->wire->request().Length() == 4 && !call->done) {
        call->wire->Finish(grpc::Status::OK, call->finish);
      }
    }
    Turn();
    Turn();
  }
  EXPECT_GT(calls.size(), 100u) << "the others have their turns, too";
  on_begin = [] {};
}

TEST_F(Http2Hostile, WhatWeHaveNotReadYetIsNoSilence) {
  Peer& slow = NewPeer();
  slow.Exchange(/*reads=*/false);
  clock.Advance(limits.preface + 1ms);
  Settle();
  EXPECT_TRUE(Serves(slow));
}

}  // namespace
}  // namespace inferwire::rpc::http2
