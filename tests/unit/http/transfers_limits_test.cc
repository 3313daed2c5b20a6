// Every bound of TransferLimits, and many transfers at once.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

Outcome AnswerWith(TransferLimits limits, const std::string& answer) {
  Driver driver(limits);
  Recorder recorder;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(answer);
  });
  driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.UntilEnd(recorder);
  return *recorder.outcome;
}

TEST(TransfersLimits, HeaderBytes) {
  TransferLimits limits;
  limits.header_bytes = 1000;
  const std::string fixed = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: \r\n\r\n";
  const auto head = [&](size_t size) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + std::string(size - fixed.size(), 'x') +
           "\r\n\r\n";
  };
  EXPECT_FALSE(AnswerWith(limits, head(1000)).failure);
  const Outcome outcome = AnswerWith(limits, head(1001));
  EXPECT_EQ(outcome.failure, Failure::kProtocol);
  EXPECT_EQ(outcome.message, "too many header bytes");
  EXPECT_FALSE(outcome.provably_unsent);
}

TEST(TransfersLimits, HeaderBytesByDefault) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  while (many.size() < 70'000) many += "X-Filler: 0123456789012345678901234567890123456789\r\n";
  EXPECT_EQ(AnswerWith({}, many + "\r\n").failure, Failure::kProtocol);
}

TEST(TransfersLimits, HeaderBytesOfInterimBlocksAndTrailersCount) {
  TransferLimits limits;
  limits.header_bytes = 1000;
  std::string interim, trailers = std::string(kChunkedHead) + "0\r\n";
  for (int i = 0; i < 50; ++i) interim += "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n";
  for (int i = 0; i < 50; ++i) trailers += "X-Trailer: 0123456789012345\r\n";
  EXPECT_EQ(AnswerWith(limits, interim + Answer("x")).failure, Failure::kProtocol);
  EXPECT_EQ(AnswerWith(limits, trailers + "\r\n").failure, Failure::kProtocol);
}

// Five requests over at most two connections: the others wait for one.
void TwoConnectionsAtMost(TransferLimits limits) {
  Driver driver(limits);
  Signal over;
  ScriptedServer server([&](Listener& listener) {
    Peer first = listener.Accept(), second = listener.Accept();
    EXPECT_FALSE(first.ReadRequest().empty());
    EXPECT_FALSE(second.ReadRequest().empty());
    first.Send(Answer("x"));
    EXPECT_FALSE(first.ReadRequest().empty());
    first.Send(Answer("x"));
    EXPECT_FALSE(first.ReadRequest().empty());
    first.Send(Answer("x"));
    EXPECT_FALSE(first.ReadRequest().empty());
    first.Send(Answer("x"));
    second.Send(Answer("x"));
    over.Wait();
    EXPECT_FALSE(listener.HasPending());
  });
  std::vector<Recorder> recorders(5);
  int ended = 0;
  for (Recorder& recorder : recorders) {
    recorder.on_end = [&](const Outcome& outcome) {
      EXPECT_FALSE(outcome.failure);
      ++ended;
    };
    driver.transfers.Start(driver.To(server.Url()), recorder);
  }
  driver.Until([&] { return ended == 5; });
  over.Set();
}

TEST(TransfersLimits, HostConnections) {
  TransferLimits limits;
  limits.max_host_connections = 2;
  TwoConnectionsAtMost(limits);
}

TEST(TransfersLimits, TotalConnections) {
  TransferLimits limits;
  limits.max_connections = 2;
  TwoConnectionsAtMost(limits);
}

TEST(TransfersLimits, PooledHandles) {
  constexpr size_t kMany = 8;
  ScriptedServer server([](Listener& listener) {
    std::vector<Peer> peers;
    for (size_t i = 0; i < kMany; ++i) peers.push_back(listener.Accept());
    for (Peer& peer : peers) {
      EXPECT_FALSE(peer.ReadRequest().empty());
      peer.Send(Answer("a"));
    }
  });
  TransferLimits limits;
  limits.pooled_handles = 3;
  Driver driver(limits);
  std::vector<Recorder> recorders(kMany);
  for (Recorder& recorder : recorders) driver.transfers.Start(driver.To(server.Url()), recorder);
  EXPECT_EQ(driver.transfers.active(), kMany);
  for (Recorder& recorder : recorders) driver.UntilEnd(recorder);
  EXPECT_EQ(driver.transfers.active(), 0u);
  EXPECT_EQ(driver.transfers.pooled(), 3u);
}

TEST(TransfersLimits, ItLagsUntilEverySocketThatWasReadyWasRead) {
  constexpr size_t kMany = 200;
  Signal go, all_sent, over;
  std::atomic<bool> asked{false};
  ScriptedServer server([&](Listener& listener) {
    std::vector<Peer> peers;
    for (size_t i = 0; i < kMany; ++i) peers.push_back(listener.Accept());
    for (Peer& peer : peers) EXPECT_FALSE(peer.ReadRequest().empty());
    asked = true;
    go.Wait();
    for (Peer& peer : peers) peer.Send(Answer("a"));
    all_sent.Set();
    over.Wait();
  });
  TransferLimits limits;
  limits.most_behind = 64;
  Driver driver(limits);
  size_t ended = 0, lagging = 0;
  std::vector<Recorder> recorders(kMany);
  for (Recorder& recorder : recorders) {
    recorder.on_end = [&](const Outcome&) { ++ended; };
    driver.transfers.Start(driver.To(server.Url()), recorder);
  }
  ASSERT_TRUE(driver.Until([&] { return asked && !driver.transfers.has_backlog(); }));
  go.Set();
  all_sent.Wait();
  WaitForBytesFrom(server.port());
  EXPECT_TRUE(driver.Until([&] {
    lagging += driver.transfers.lags() ? 1 : 0;
    return ended == kMany && !driver.transfers.lags();
  }));
  EXPECT_GT(lagging, 0u);
  EXPECT_TRUE(driver.transfers.idle());
  over.Set();
}

// One connection whose age counts in libcurl's own clock, in whole seconds and "more than".
class AgingConnection {
 public:
  explicit AgingConnection(TransferLimits limits)
      : server_([](Listener& listener) {
          Peer first = listener.Accept();
          first.ReadRequest();
          first.Send(Answer("1"));
          EXPECT_TRUE(first.SawClose()) << "when the next request finds it too old";
          Peer second = listener.Accept();
          second.ReadRequest();
          second.Send(Answer("2"));
        }),
        driver_(limits) {}

  std::string Ask() {
    Recorder recorder;
    driver_.transfers.Start(driver_.To(server_.Url()), recorder);
    driver_.UntilEnd(recorder);
    EXPECT_FALSE(recorder.outcome->reused_connection);
    return recorder.body;
  }

 private:
  ScriptedServer server_;
  Driver driver_;
};

TEST(TransfersLimits, AgeOfAConnection) {
  TransferLimits idle, lifetime;
  idle.max_idle = std::chrono::seconds(1);
  lifetime.max_lifetime = std::chrono::seconds(1);
  AgingConnection first(idle), second(lifetime);
  EXPECT_EQ(first.Ask() + second.Ask(), "11");
  Driver waiting;
  const SteadyTime old = waiting.clock.Now() + std::chrono::milliseconds(2100);
  waiting.Until([&] { return waiting.clock.Now() > old; });
  EXPECT_EQ(first.Ask() + second.Ask(), "22");
}

TEST(TransfersLimits, NothingToDoIsNotBusy) {
  Driver driver;
  EXPECT_FALSE(driver.transfers.Poll());
  EXPECT_FALSE(driver.transfers.NextTimeout());
  EXPECT_GE(driver.transfers.epoll_fd(), 0);
}

TEST(TransfersLimits, AThousandAtOnceLeaveNoDescriptor) {
  constexpr size_t kMany = 1000;
  const int before = OpenDescriptors();
  {
    TransferLimits limits;
    limits.max_host_connections = kMany;
    Driver driver(limits);
    ScriptedServer server([&](Listener& listener) {
      std::vector<Peer> peers;
      for (size_t i = 0; i < kMany; ++i) peers.push_back(listener.Accept());
      for (Peer& peer : peers) EXPECT_FALSE(peer.ReadRequest().empty());
      for (Peer& peer : peers) peer.Send(kChunkedHead);
      for (int round = 0; round < 3; ++round) {
        for (Peer& peer : peers) peer.Send(Chunk("data: x\n\n"));
      }
      for (Peer& peer : peers) peer.Send(kLastChunk);
    });
    std::vector<Recorder> recorders(kMany);
    size_t ended = 0;
    for (Recorder& recorder : recorders) {
      recorder.on_end = [&](const Outcome&) { ++ended; };
      driver.transfers.Start(driver.To(server.Url()), recorder);
    }
    EXPECT_EQ(driver.transfers.active(), kMany);
    driver.Until([&] { return ended == kMany; });
    for (Recorder& recorder : recorders) {
      EXPECT_TRUE(recorder.ok());
      EXPECT_EQ(recorder.body, "data: x\n\ndata: x\n\ndata: x\n\n");
    }
    EXPECT_EQ(driver.transfers.active(), 0u);
    EXPECT_EQ(driver.transfers.pooled(), TransferLimits{}.pooled_handles);
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

}  // namespace
}  // namespace inferwire::http
