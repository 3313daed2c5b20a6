#include "rpc/http2/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peer.h"

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Http2Connection : public Http2Test {};

TEST_F(Http2Connection, AUnaryCallBeginsWithItsMessageAndEndsWithItsStatus) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed("question"), true,
                               {{"grpc-timeout", "3S"}, {"x-key", "value"}});
  Settle();
  ASSERT_THAT(calls, SizeIs(1));
  Begun& call = *calls[0];
  EXPECT_EQ(TextOf(call.wire->request()), "question");
  EXPECT_EQ(call.wire->Metadata("x-key"), "value");
  EXPECT_EQ(call.wire->deadline(), clock.WallNow() + 3s);
  call.wire->WriteAndFinish(MessageOf("answer"), call.finish);
  Settle();
  EXPECT_THAT(call.finishes, ElementsAre(true));
  EXPECT_TRUE(call.done);
  EXPECT_FALSE(call.wire->cancelled());
  const Answer& answer = peer.answers[id];
  EXPECT_EQ(answer.data, Framed("answer"));
  EXPECT_EQ(answer.headers.at(":status"), "200");
  EXPECT_EQ(answer.headers.at("grpc-status"), "0");
  EXPECT_TRUE(answer.ended);
  EXPECT_EQ(answer.closed, NGHTTP2_NO_ERROR);
}

TEST_F(Http2Connection, AnErrorIsTrailersOnlyWithItsDetails) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed(""), true);
  Settle();
  calls.at(0)->wire->AddTrailer("grpc-retry-pushback-ms", "250");
  calls[0]->wire->Finish({grpc::StatusCode::UNAVAILABLE, "zu viel: 100 %", std::string("\0\1", 2)},
                         calls[0]->finish);
  Settle();
  const Answer& answer = peer.answers[id];
  EXPECT_EQ(answer.headers.at("grpc-status"), "14");
  EXPECT_EQ(answer.headers.at("grpc-message"), "zu viel: 100 %25");
  EXPECT_EQ(answer.headers.at("grpc-status-details-bin"), "AAE");
  EXPECT_EQ(answer.headers.at("grpc-retry-pushback-ms"), "250");
  EXPECT_EQ(answer.data, "");
  EXPECT_TRUE(answer.ended);
}

TEST_F(Http2Connection, AStreamOfAnswersGoesOutInOrderBeforeItsStatus) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  Begun& call = *calls.at(0);
  std::string expected;
  for (int i = 0; i < 5; ++i) {
    const std::string text(static_cast<size_t>(i) * 1000, 'x');
    call.wire->Write(MessageOf(text), true, call.write);
    expected += Framed(text);
    if (i % 2 == 0) Settle();
    Turn();
  }
  call.wire->Finish(grpc::Status::OK, call.finish);
  Settle();
  EXPECT_THAT(call.writes, ElementsAre(true, true, true, true, true));
  EXPECT_EQ(peer.answers[id].data, expected);
  EXPECT_EQ(peer.answers[id].headers.at("grpc-status"), "0");
}

TEST_F(Http2Connection, ARequestThatIsCutBeforeItsEndBeginsNoCall) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed("question"), /*ends=*/false);
  Settle();
  EXPECT_THAT(calls, IsEmpty());
  peer.Send(id, "", /*ends=*/true);
  Settle();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(TextOf(calls[0]->wire->request()), "question");
  calls[0]->wire->Finish(grpc::Status::OK, calls[0]->finish);
  Settle();
  peer.Call("/test/Unary", Framed("question"), /*ends=*/false);
  Settle();
  peer.Hangup();
  Settle();
  EXPECT_THAT(calls, SizeIs(1));
}

TEST_F(Http2Connection, ACallersMessagesAreReadOneByOneAndItsEndOnce) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Stream", Framed("a") + Framed("b"), false);
  Settle();
  Begun& call = *calls.at(0);
  std::vector<std::string> read;
  for (int i = 0; i < 2; ++i) {
    call.wire->Read(call.incoming, call.read);
    Settle();
    read.push_back(TextOf(call.incoming));
  }
  call.wire->Read(call.incoming, call.read);
  Settle();
  EXPECT_THAT(call.reads, ElementsAre(true, true)) << "there is nothing to read yet";
  peer.Send(id, Framed("c"));
  Settle();
  read.push_back(TextOf(call.incoming));
  call.wire->Read(call.incoming, call.read);
  peer.Send(id, "", true);
  Settle();
  EXPECT_THAT(read, ElementsAre("a", "b", "c"));
  EXPECT_THAT(call.reads, ElementsAre(true, true, true, false));
  call.wire->WriteAndFinish(MessageOf("sum"), call.finish);
  Settle();
  EXPECT_EQ(peer.answers[id].data, Framed("sum"));
}

TEST_F(Http2Connection, ACallerWhoIsNotReadIsHeldBackByItsWindow) {
  limits.stream_window = 100'000;
  Peer& peer = NewPeer();
  std::string data;
  for (int i = 0; i < 100; ++i) data += Framed(std::string(10'000, 'x'));
  const int32_t id = peer.Call("/test/Stream", data, true);
  Settle();
  EXPECT_EQ(nghttp2_session_get_stream_remote_window_size(peer.session(), id), 0);
  Begun& call = *calls.at(0);
  for (int i = 0; i < 101; ++i) {
    call.wire->Read(call.incoming, call.read);
    Settle();
  }
  EXPECT_EQ(std::count(call.reads.begin(), call.reads.end(), true), 100);
  call.wire->Finish(grpc::Status::OK, call.finish);
  Settle();
}

TEST_F(Http2Connection, ACallIsHeldBackByACallerWhoDoesNotRead) {
  Peer& peer = NewPeer(/*window=*/1000);
  peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  Begun& call = *calls.at(0);
  for (int i = 0; i < 20 && call.writes.size() == static_cast<size_t>(i); ++i) {
    call.wire->Write(MessageOf(std::string(4000, 'x')), true, call.write);
    for (int turn = 0; turn < 5; ++turn) Turn();  // the peer reads nothing
  }
  EXPECT_LT(call.writes.size(), 8u);
  const size_t before = call.writes.size();
  Settle();
  EXPECT_EQ(call.writes.size(), before + 1);
  call.wire->Finish(grpc::Status::OK, call.finish);
  Settle();
}

TEST_F(Http2Connection, ACancelEndsReadsWritesAndTheCall) {
  Peer& peer = NewPeer(/*window=*/10);
  const int32_t id = peer.Call("/test/Stream", "", false);
  Settle();
  Begun& call = *calls.at(0);
  call.wire->Read(call.incoming, call.read);
  call.wire->Write(MessageOf(std::string(100'000, 'x')), true, call.write);
  Settle();
  EXPECT_THAT(call.writes, IsEmpty());
  peer.Reset(id);
  Settle();
  EXPECT_TRUE(call.done);
  EXPECT_TRUE(call.wire->cancelled());
  EXPECT_THAT(call.reads, ElementsAre(false));
  EXPECT_THAT(call.writes, ElementsAre(false));
  call.wire->Finish(grpc::Status::OK, call.finish);
  Turn();
  EXPECT_THAT(call.finishes, ElementsAre(false));
}

TEST_F(Http2Connection, ABrokenConnectionEndsAllItsCallsAndNoOther) {
  Peer& first = NewPeer();
  Peer& second = NewPeer();
  first.Call("/test/Unary", Framed("1"), true);
  first.Call("/test/Unary", Framed("2"), true);
  Settle();
  second.Call("/test/Unary", Framed("3"), true);
  Settle();
  ASSERT_THAT(calls, SizeIs(3));
  first.Hangup();
  Settle();
  EXPECT_TRUE(calls[0]->done && calls[1]->done);
  EXPECT_FALSE(calls[2]->done);
  calls[2]->wire->Finish(grpc::Status::OK, calls[2]->finish);
  Settle();
}

TEST_F(Http2Connection, ARefusedCallerWhoStillSendsIsToldToStop) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Stream", Framed("a"), false);
  Settle();
  calls.at(0)->wire->Finish({grpc::StatusCode::INVALID_ARGUMENT, "no"}, calls[0]->finish);
  Settle();
  EXPECT_EQ(peer.answers[id].headers.at("grpc-status"), "3");
  EXPECT_EQ(peer.answers[id].closed, NGHTTP2_NO_ERROR);
  EXPECT_TRUE(calls[0]->done);
  EXPECT_FALSE(calls[0]->wire->cancelled());
}

TEST_F(Http2Connection, WhatIsNoCallIsRefusedBeforeOneBegins) {
  Peer& peer = NewPeer();
  const int32_t unknown = peer.Call("/test/Nothing", Framed("q"), true);
  const int32_t no_message = peer.Call("/test/Unary", "", true);
  const int32_t cut = peer.Call("/test/Unary", Framed("question").substr(0, 7), true);
  const int32_t flag = peer.Call("/test/Unary", Framed("q", 7), true);
  const int32_t two = peer.Call("/test/Unary", Framed("q").substr(0, 3), false);
  const int32_t json = peer.Request({{":method", "POST"},
                                     {":scheme", "http"},
                                     {":authority", "a"},
                                     {":path", "/test/Unary"},
                                     {"content-type", "application/json"}},
                                    "{}", true);
  Settle();
  EXPECT_THAT(calls, IsEmpty());
  EXPECT_EQ(peer.answers[unknown].headers.at("grpc-status"), "12");
  EXPECT_EQ(peer.answers[no_message].headers.at("grpc-status"), "12");
  EXPECT_EQ(peer.answers[cut].headers.at("grpc-status"), "13");
  EXPECT_EQ(peer.answers[flag].headers.at("grpc-status"), "13");
  EXPECT_FALSE(peer.answers[two].closed);
  EXPECT_EQ(peer.answers[json].headers.at(":status"), "415");
}

TEST_F(Http2Connection, BinaryMetadataOfTheAnswerTravelsAsBase64) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed("q"), true);
  Settle();
  Begun& call = *calls.at(0);
  dynamic_cast<Stream&>(*call.wire).AddHeader("x-first", "text");
  dynamic_cast<Stream&>(*call.wire).AddHeader("x-first-bin", std::string("\0\1", 2));
  call.wire->AddTrailer("x-last-bin", std::string("\2\3", 2));
  call.wire->Finish({grpc::StatusCode::NOT_FOUND, "no"}, call.finish);
  Settle();
  const Answer& answer = peer.answers[id];
  EXPECT_EQ(answer.headers.at("x-first"), "text");
  EXPECT_EQ(answer.headers.at("x-first-bin"), "AAE");
  EXPECT_EQ(answer.headers.at("x-last-bin"), "AgM");
  EXPECT_EQ(answer.headers.at("grpc-status"), "5");
}

TEST_F(Http2Connection, AnUnknownEncodingIsRefusedWithTheKnownOnes) {
  Peer& peer = NewPeer();
  const int32_t id = peer.Call("/test/Unary", Framed("q", 1), true, {{"grpc-encoding", "snappy"}});
  Settle();
  EXPECT_EQ(peer.answers[id].headers.at("grpc-status"), "12");
  EXPECT_EQ(peer.answers[id].headers.at("grpc-accept-encoding"), "identity,deflate,gzip");
}

TEST_F(Http2Connection, ReadsCompressedMessagesWithinTheLimit) {
  limits.message = 1000;
  Peer& peer = NewPeer();
  // gzip of "hello"
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00"
      "\x00\x00",
      25);
  peer.Call("/test/Unary", Framed(packed, 1), true, {{"grpc-encoding", "gzip"}});
  const int32_t undeclared = peer.Call("/test/Unary", Framed(packed, 1), true);
  const int32_t spoilt =
      peer.Call("/test/Unary", Framed("x" + packed, 1), true, {{"grpc-encoding", "gzip"}});
  Settle();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(TextOf(calls[0]->wire->request()), "hello");
  EXPECT_EQ(peer.answers[undeclared].headers.at("grpc-status"), "13");
  EXPECT_EQ(peer.answers[spoilt].headers.at("grpc-status"), "13");
  calls[0]->wire->Finish(grpc::Status::OK, calls[0]->finish);
  Settle();
}

}  // namespace
}  // namespace inferwire::rpc::http2
