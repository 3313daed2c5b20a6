// Requests that take more than they look like: compressed ones, and those that wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bounds.h"
#include "packed.h"

namespace inferwire::rpc::http2 {
namespace {

class Http2Bombs : public Http2Bounds {
 protected:
  static std::string Gzip(const std::string& text) { return Packed(text, kGzip); }
  const Peer::Headers gzip_{{"grpc-encoding", "gzip"}};
};

TEST_F(Http2Bombs, ABombHoldsNobodyUp) {
  Peer& bad = NewPeer();
  Peer& good = NewPeer();
  const std::string bomb = Framed(Gzip(std::string(16u << 20, '0')), 1);
  const int32_t first = bad.Call("/test/Unary", bomb, true, gzip_);
  const int32_t second = bad.Call("/test/Unary", bomb, true, gzip_);
  bad.Exchange();
  Turn();
  EXPECT_TRUE(calls.empty()) << "16 MiB in one turn";
  const int32_t small = good.Call("/test/Unary", Framed(Gzip("q"), 1), true, gzip_);
  good.Exchange();
  Turn();
  ASSERT_EQ(calls.size(), 1u) << "it has its turn";
  calls[0]->wire->Finish(grpc::Status::OK, calls[0]->finish);
  Turn();
  good.Exchange();
  EXPECT_EQ(good.answers[small].headers["grpc-status"], "0");
  EXPECT_LT(shared->unfinished.load(), 4 << 20) << "one after another";
  for (int i = 0; i < 200; ++i) Turn();
  ASSERT_EQ(calls.size(), 3u);
  for (size_t i : {1u, 2u}) {
    EXPECT_EQ(calls[i]->wire->request().Length(), 16u << 20);
    calls[i]->wire->Finish(grpc::Status::OK, calls[i]->finish);
  }
  Settle();
  EXPECT_EQ(bad.answers[first].headers["grpc-status"], "0");
  EXPECT_EQ(bad.answers[second].headers["grpc-status"], "0");
}

TEST_F(Http2Bombs, WhatBombsExpandToIsCountedWhileTheyDo) {
  limits.unfinished = 1u << 20;
  Peer& bad = NewPeer();
  const std::string bomb = Framed(Gzip(std::string(16u << 20, '0')), 1);
  const int32_t id = bad.Call("/test/Unary", bomb, true, gzip_);
  for (int i = 0; i < 50; ++i) {
    Settle();
    EXPECT_LE(shared->unfinished.load(), 1 << 20);
  }
  EXPECT_EQ(bad.answers[id].headers["grpc-status"], "14");
  EXPECT_TRUE(calls.empty());
}

TEST_F(Http2Bombs, ACallThatReadsIsNotAheadOfItsExpandedMessages) {
  Peer& peer = NewPeer();
  const std::string one = Framed(Gzip(std::string(100'000, 'a')), 1);
  peer.Call("/test/Stream", one + one + Framed("plain") + one, true, gzip_);
  for (int i = 0; i < 5; ++i) Settle();
  EXPECT_LT(shared->unfinished.load(), 110'000) << "one is expanded, the others wait";
  Begun& call = *calls.at(0);
  for (const size_t size : {100'000u, 100'000u, 5u, 100'000u}) {
    call.wire->Read(call.incoming, call.read);
    Settle();
    ASSERT_EQ(call.incoming.Length(), size);
    call.incoming.Clear();
  }
  call.wire->Read(call.incoming, call.read);
  Settle();
  EXPECT_THAT(call.reads, ::testing::ElementsAre(true, true, true, true, false));
  call.wire->Finish(grpc::Status::OK, call.finish);
  Settle();
}

TEST_F(Http2Bombs, ACallerThatGoesAwayTakesItsBombAlong) {
  Peer& bad = NewPeer();
  bad.Call("/test/Unary", Framed(Gzip(std::string(16u << 20, '0')), 1), true, gzip_);
  bad.Exchange();
  Turn();
  EXPECT_GT(shared->unfinished.load(), 0);
  bad.Hangup();
  Settle();
  EXPECT_EQ(shared->unfinished.load(), 0);
  EXPECT_TRUE(calls.empty());
}

TEST_F(Http2Bombs, TheQuotaIsAQuarterOfWhatCallsMayHoldAlsoWhenThatChanges) {
  const auto half_sent = [this](int calls) {
    Peer& peer = NewPeer();
    for (int i = 0; i < calls; ++i) {
      peer.Call("/test/Unary", Framed(std::string(100'000, 'x')).substr(0, 50'000), false);
      Settle();
    }
    return shared->unfinished.load();
  };
  memory.SetLimit(4 << 20);
  EXPECT_LE(half_sent(30), 1 << 20);
  memory.SetLimit(64 << 20);
  EXPECT_GT(half_sent(30), 2 << 20);
}

TEST_F(Http2Bombs, WhoBringsLittleIsServedWhenOthersFillTheQuota) {
  limits.unfinished = 1u << 20;
  Peer& bad = NewPeer();
  Peer& good = NewPeer();
  for (int i = 0; i < 30; ++i) {
    bad.Call("/test/Unary", Framed(std::string(100'000, 'x')).substr(0, 50'000), false);
  }
  for (int i = 0; i < 10; ++i) {
    Peer& small = NewPeer();  // what they bring together goes beyond it
    small.Call("/test/Unary", Framed(std::string(13'000, 'x')).substr(0, 12'000), false);
    Settle();
  }
  EXPECT_GT(shared->unfinished.load(), 1 << 20);
  EXPECT_TRUE(Serves(good));
  for (int i = 0; i < 50; ++i) {
    NewPeer().Call("/test/Unary", Framed(std::string(13'000, 'x')).substr(0, 12'000), false);
    Settle();
  }
  EXPECT_LE(shared->unfinished.load(), (1 << 20) + (1 << 18));
}

TEST_F(Http2Bombs, StreamsThatWaitForTheirMessageAreCounted) {
  limits.unfinished = 200'000;
  Peer& bad = NewPeer();
  std::vector<int32_t> open;
  for (int i = 0; i < 100; ++i) {
    open.push_back(bad.Call("/test/Unary", "", false, {{"x", std::string(8000, 'v')}}));
    Settle();
  }
  int refused = 0;
  for (const int32_t id : open) refused += bad.answers[id].headers["grpc-status"] == "14";
  EXPECT_NEAR(refused, 81, 1);
  EXPECT_LE(shared->unfinished.load(), 200'000);
}

}  // namespace
}  // namespace inferwire::rpc::http2
