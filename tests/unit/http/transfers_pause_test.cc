#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <string>

#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

constexpr size_t kStreamBytes = 64 * 1024 * 1024;

// Sends until the other side takes no more; says so and goes on when it does again.
void SendUntilStuck(Peer& peer, size_t total, std::atomic<size_t>& sent, Signal& stuck) {
  const std::string block(64 * 1024, 'x');
  while (sent < total) {
    pollfd ready{peer.fd(), POLLOUT, 0};
    if (!stuck.IsSet() && poll(&ready, 1, 300) == 0) stuck.Set();
    const size_t size = std::min(block.size(), total - sent);
    const ssize_t n = send(peer.fd(), block.data(), size, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<size_t>(n);
  }
}

TEST(TransfersPause, PausedTransferHoldsTheUpstreamBack) {
  Driver driver;
  Recorder recorder;
  std::atomic<size_t> sent = 0;
  Signal stuck;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kStreamBytes) + "\r\n\r\n");
    SendUntilStuck(peer, kStreamBytes, sent, stuck);
  });
  bool open = false;
  int refused = 0;
  recorder.on_body = [&](std::string_view) {
    if (!open) ++refused;
    return open;
  };
  Transfer* transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return stuck.IsSet(); });
  EXPECT_EQ(refused, 1) << "nothing is offered while paused";
  EXPECT_EQ(recorder.body.size(), 0u);
  EXPECT_LT(sent, kStreamBytes / 4) << "only what the sockets hold";
  open = true;
  driver.transfers.Resume(transfer);
  EXPECT_EQ(recorder.body.size(), 0u) << "never from within Resume";
  const auto due = driver.transfers.NextTimeout();
  ASSERT_TRUE(due);
  EXPECT_LE(*due, driver.clock.Now()) << "but in the next Poll";
  driver.UntilEnd(recorder);
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.body.size(), kStreamBytes);
}

// Every offer is refused once and resumed: the bytes are the same, none lost, none twice.
void PauseAtEveryOffer(std::string answer, const std::string& expected) {
  Driver driver;
  Recorder recorder;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(answer);
  });
  bool take = true;
  int pauses = 0;
  std::string refused;
  recorder.on_body = [&](std::string_view bytes) {
    take = !take;
    if (take) {
      EXPECT_TRUE(bytes.starts_with(refused)) << "the same bytes come again";
    } else {
      refused = bytes;
      ++pauses;
    }
    return take;
  };
  Transfer* transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] {
    if (recorder.ended()) return true;
    driver.transfers.Resume(transfer);  // without effect unless it is paused
    return false;
  });
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.body, expected);
  EXPECT_GE(pauses, 1);
}

TEST(TransfersPause, AtEveryOfferOfAPlainBody) {
  PauseAtEveryOffer(Answer("hello"), "hello");
  PauseAtEveryOffer(Answer(std::string(300'000, 'x')), std::string(300'000, 'x'));
}

TEST(TransfersPause, AtEveryOfferOfAChunkedBody) {
  std::string answer(kChunkedHead), expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string event = "data: " + std::to_string(i) + "\n\n";
    answer += Chunk(event);
    expected += event;
  }
  PauseAtEveryOffer(answer + std::string(kLastChunk), expected);
}

TEST(TransfersPause, AtEveryOfferOfABodyUntilClose) {
  PauseAtEveryOffer("HTTP/1.0 200 OK\r\n\r\n" + std::string(100'000, 'x'),
                    std::string(100'000, 'x'));
}

TEST(TransfersPause, ResumeFromWithinTheRefusalHasNoEffect) {
  Driver driver;
  Recorder recorder;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(Answer("x"));
  });
  Transfer* transfer = nullptr;
  int offers = 0;
  recorder.on_body = [&](std::string_view) {
    driver.transfers.Resume(transfer);
    return ++offers > 1;
  };
  transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return offers == 1; });
  EXPECT_FALSE(driver.transfers.Poll());
  EXPECT_EQ(offers, 1);
  driver.transfers.Resume(transfer);
  driver.transfers.Resume(transfer);  // twice is once
  driver.UntilEnd(recorder);
  EXPECT_EQ(offers, 2);
  EXPECT_EQ(recorder.body, "x");
}

TEST(TransfersPause, OneHeldStreamDoesNotHoldAnother) {
  Driver driver;
  Recorder held, free;
  ScriptedServer server([&](Listener& listener) {
    Peer first = listener.Accept();
    first.ReadRequest();
    first.Send(kChunkedHead);
    first.Send(Chunk("x"));
    Peer second = listener.Accept();
    second.ReadRequest();
    second.Send(Answer("free"));
    EXPECT_TRUE(first.SawClose());
  });
  int offers = 0;
  held.on_body = [&](std::string_view) { return ++offers, false; };
  Transfer* transfer = driver.transfers.Start(driver.To(server.Url()), held);
  driver.Until([&] { return offers == 1; });
  driver.transfers.Start(driver.To(server.Url()), free);
  driver.UntilEnd(free);
  EXPECT_EQ(free.body, "free");
  EXPECT_EQ(offers, 1);
  driver.transfers.Cancel(transfer);
  EXPECT_FALSE(held.ended());
}

}  // namespace
}  // namespace inferwire::http
