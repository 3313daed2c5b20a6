// Request bodies that are never whole in memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <memory>
#include <string>

#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

// Gives what the test has put into it.
class PlayedSource final : public BodySource {
 public:
  int64_t Read(char* buffer, size_t size) override {
    largest_asked = std::max(largest_asked, size);
    if (pieces.empty()) {
      if (fails) return kFailed;
      if (!complete) ++waits;
      return complete ? kEnd : kNothingNow;
    }
    std::string& piece = pieces.front();
    const size_t bytes = std::min(size, piece.size());
    std::memcpy(buffer, piece.data(), bytes);
    piece.erase(0, bytes);
    if (piece.empty()) pieces.pop_front();
    return static_cast<int64_t>(bytes);
  }

  std::deque<std::string> pieces;
  bool complete = false, fails = false;
  int waits = 0;
  size_t largest_asked = 0;
};

TEST(TransfersUpload, SendsWhatTheSourceGivesAndWaitsForMore) {
  Driver driver;
  Recorder recorder;
  std::string request;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    request = peer.ReadRequest();
    peer.Send(Answer("{}"));
  });
  auto source = std::make_shared<PlayedSource>();
  Request upload = driver.To(server.Url());
  upload.body.reset();
  upload.source = source;
  upload.source_bytes = 10;
  source->pieces = {"01234"};
  Transfer* transfer = driver.transfers.Start(std::move(upload), recorder);
  ASSERT_TRUE(driver.Until([&] { return source->waits > 0; }));
  source->pieces = {"56", "789"};
  source->complete = true;
  driver.transfers.Resume(transfer);
  ASSERT_TRUE(driver.UntilEnd(recorder));
  EXPECT_TRUE(recorder.ok());
  EXPECT_NE(request.find("Content-Length: 10\r\n"), std::string::npos);
  EXPECT_EQ(request.substr(request.size() - 10), "0123456789");
}

TEST(TransfersUpload, AnUnknownLengthGoesInChunks) {
  Driver driver;
  Recorder recorder;
  std::string head, body;
  const std::string expected = "5\r\nhello\r\n0\r\n\r\n";
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    head = peer.ReadHead();
    body = peer.ReadBytes(expected.size());
    peer.Send(Answer("{}"));
  });
  auto source = std::make_shared<PlayedSource>();
  source->pieces = {"hello"};
  source->complete = true;
  Request upload = driver.To(server.Url());
  upload.body.reset();
  upload.source = source;
  driver.transfers.Start(std::move(upload), recorder);
  ASSERT_TRUE(driver.UntilEnd(recorder));
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(body, expected);
}

TEST(TransfersUpload, ALargeBodyIsAskedForInPieces) {
  constexpr size_t kBytes = 32 * 1024 * 1024;
  Driver driver;
  Recorder recorder;
  size_t received = 0;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadHead();
    for (size_t left = kBytes; left > 0;) {
      const std::string bytes = peer.ReadBytes(std::min<size_t>(left, 1 << 20));
      if (bytes.empty()) return;
      left -= bytes.size();
      received += bytes.size();
    }
    peer.Send(Answer("{}"));
  });
  auto source = std::make_shared<PlayedSource>();
  for (size_t i = 0; i < kBytes >> 20; ++i) source->pieces.emplace_back(1 << 20, 'x');
  source->complete = true;
  Request upload = driver.To(server.Url());
  upload.body.reset();
  upload.source = source;
  upload.source_bytes = kBytes;
  driver.transfers.Start(std::move(upload), recorder);
  ASSERT_TRUE(driver.UntilEnd(recorder));
  EXPECT_EQ(received, kBytes);
  EXPECT_LE(source->largest_asked, 64u * 1024);
}

TEST(TransfersUpload, ASourceThatFailsEndsTheTransferAsOursAndClosesTheConnection) {
  Driver driver;
  Recorder recorder;
  std::atomic<bool> closed = false;
  Signal looked;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadHead();
    closed = peer.SawClose();
    looked.Set();
  });
  auto source = std::make_shared<PlayedSource>();
  source->fails = true;
  Request upload = driver.To(server.Url());
  upload.body.reset();
  upload.source = source;
  upload.source_bytes = 10;
  driver.transfers.Start(std::move(upload), recorder);
  ASSERT_TRUE(driver.UntilEnd(recorder));
  EXPECT_EQ(recorder.outcome->failure, Failure::kInternal);
  ASSERT_TRUE(looked.Wait());
  EXPECT_TRUE(closed);
}

// The pooled handle forgets the source: its next transfer sends its own body.
TEST(TransfersUpload, AHandleIsUsedAgainForAnOrdinaryBody) {
  Driver driver;
  Recorder first, second;
  std::string request;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(Answer("{}"));
    request = peer.ReadRequest();
    peer.Send(Answer("{}"));
  });
  auto source = std::make_shared<PlayedSource>();
  source->pieces = {"hello"};
  source->complete = true;
  Request upload = driver.To(server.Url());
  upload.body.reset();
  upload.source = source;
  upload.source_bytes = 5;
  driver.transfers.Start(std::move(upload), first);
  ASSERT_TRUE(driver.UntilEnd(first));
  driver.transfers.Start(driver.To(server.Url(), "{\"a\":1}"), second);
  ASSERT_TRUE(driver.UntilEnd(second));
  EXPECT_EQ(request.substr(request.size() - 7), "{\"a\":1}");
}

}  // namespace
}  // namespace inferwire::http
