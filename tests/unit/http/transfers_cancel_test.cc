#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

// An upstream that answers this much and then listens only for the end of the connection.
class HangingServer {
 public:
  explicit HangingServer(std::string answer, int connections = 1)
      : server_([this, answer = std::move(answer), connections](Listener& listener) {
          std::vector<Peer> peers;
          for (int i = 0; i < connections; ++i) peers.push_back(listener.Accept());
          for (Peer& peer : peers) peer.ReadRequest();
          for (Peer& peer : peers) peer.Send(answer);
          answered_.Set();
          for (Peer& peer : peers) EXPECT_TRUE(peer.SawClose());
          closed_.Set();
        }) {}

  std::string Url() const { return server_.Url(); }
  bool answered() const { return answered_.IsSet(); }
  bool WaitClosed() const { return closed_.Wait(); }

 private:
  Signal answered_, closed_;
  ScriptedServer server_;
};

TEST(TransfersCancel, ClosesTheUpstreamsSocketWithoutAnotherPoll) {
  Driver driver;
  Recorder recorder;
  HangingServer server(std::string(kChunkedHead) + Chunk("data: 1\n\n"));
  Transfer* transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return !recorder.body.empty(); });
  driver.transfers.Cancel(transfer);
  EXPECT_EQ(driver.transfers.active(), 0u);
  EXPECT_TRUE(server.WaitClosed());
  driver.transfers.Poll();
  EXPECT_FALSE(recorder.ended());
}

TEST(TransfersCancel, BeforeTheHeaders) {
  Driver driver;
  Recorder recorder;
  HangingServer server("");
  Transfer* transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return server.answered(); });
  driver.transfers.Cancel(transfer);
  EXPECT_TRUE(server.WaitClosed());
  EXPECT_EQ(recorder.header_blocks, 0);
  EXPECT_FALSE(recorder.ended());
}

TEST(TransfersCancel, BeforeTheFirstPoll) {
  Driver driver;
  Recorder recorder;
  Listener listener;
  driver.transfers.Cancel(driver.transfers.Start(driver.To(listener.Url()), recorder));
  while (driver.transfers.Poll()) {
  }
  EXPECT_FALSE(listener.HasPending());
  EXPECT_FALSE(recorder.ended());
  EXPECT_EQ(driver.transfers.pooled(), 0u) << "a handle in doubt";
}

TEST(TransfersCancel, WhilePausedAndWhileResumeIsDue) {
  for (const bool resume : {false, true}) {
    Driver driver;
    Recorder recorder;
    HangingServer server(std::string(kChunkedHead) + Chunk("data: 1\n\n"));
    int offers = 0;
    recorder.on_body = [&](std::string_view) { return ++offers, false; };
    Transfer* transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
    driver.Until([&] { return offers == 1; });
    if (resume) driver.transfers.Resume(transfer);
    driver.transfers.Cancel(transfer);
    EXPECT_TRUE(server.WaitClosed());
    driver.transfers.Poll();
    EXPECT_EQ(offers, 1);
  }
}

TEST(TransfersCancel, FromWithinItsOwnHeadersAndBody) {
  for (const bool in_body : {false, true}) {
    Driver driver;
    Recorder recorder;
    HangingServer server(std::string(kChunkedHead) + Chunk("data: 1\n\n") + Chunk("data: 2\n\n"));
    Transfer* transfer = nullptr;
    bool done = false;
    const auto cancel = [&] {
      driver.transfers.Cancel(transfer);
      done = true;
    };
    if (in_body) {
      recorder.on_body = [&](std::string_view) { return cancel(), true; };
    } else {
      recorder.on_headers = cancel;
    }
    transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
    driver.Until([&] { return done; });
    EXPECT_EQ(driver.transfers.active(), 0u) << "gone when that Poll returns";
    EXPECT_TRUE(server.WaitClosed());
    EXPECT_FALSE(recorder.ended());
    EXPECT_EQ(recorder.body, in_body ? "data: 1\n\n" : "");
  }
}

TEST(TransfersCancel, FromWithinItsBodyAfterResume) {
  Driver driver;
  Recorder recorder;
  HangingServer server(std::string(kChunkedHead) + Chunk("data: 1\n\n"));
  Transfer* transfer = nullptr;
  int offers = 0;
  recorder.on_body = [&](std::string_view) {
    if (++offers == 1) return false;
    driver.transfers.Cancel(transfer);
    return true;
  };
  transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return offers == 1; });
  driver.transfers.Resume(transfer);
  driver.Until([&] { return offers == 2; });
  EXPECT_TRUE(server.WaitClosed());
  EXPECT_EQ(driver.transfers.active(), 0u);
  EXPECT_FALSE(recorder.ended());
}

TEST(TransfersCancel, AnotherFromWithinABody) {
  Driver driver;
  HangingServer server(std::string(kChunkedHead) + Chunk("x"), 3);
  std::vector<Recorder> recorders(3);
  std::vector<Transfer*> transfers(3);
  int heard = 0;
  for (size_t i = 0; i < 3; ++i) {
    recorders[i].on_body = [&](std::string_view) {
      if (heard++ == 0) {  // whoever is first ends all three
        for (Transfer* each : transfers) driver.transfers.Cancel(each);
      }
      return true;
    };
    transfers[i] = driver.transfers.Start(driver.To(server.Url()), recorders[i]);
  }
  driver.Until([&] { return heard > 0; });
  EXPECT_TRUE(server.WaitClosed());
  while (driver.transfers.Poll()) {
  }
  EXPECT_EQ(heard, 1);
  EXPECT_EQ(driver.transfers.active(), 0u);
}

TEST(TransfersCancel, StartFromWithinABody) {
  Driver driver;
  Recorder first, second, third;
  Signal both_ended;
  ScriptedServer server([&](Listener& listener) {
    Peer a = listener.Accept();
    a.ReadRequest();
    a.Send(kChunkedHead);
    a.Send(Chunk("a"));
    Peer b = listener.Accept();
    b.ReadRequest();
    b.Send(Answer("b"));
    a.Send(kLastChunk);
    both_ended.Wait();
    EXPECT_FALSE(listener.HasPending()) << "the third was cancelled at once";
  });
  first.on_body = [&](std::string_view) {
    driver.transfers.Start(driver.To(server.Url()), second);
    driver.transfers.Cancel(driver.transfers.Start(driver.To(server.Url()), third));
    return true;
  };
  driver.transfers.Start(driver.To(server.Url()), first);
  driver.Until([&] { return first.ended() && second.ended(); });
  both_ended.Set();
  EXPECT_TRUE(first.ok());
  EXPECT_EQ(second.body, "b");
  EXPECT_FALSE(third.ended());
}

TEST(TransfersCancel, EndMayStartAndCancelOthers) {
  Driver driver;
  HangingServer hanging(std::string(kChunkedHead) + Chunk("x"));
  ScriptedServer server([](Listener& listener) {
    Peer peer = listener.Accept();
    for (const char* body : {"1", "2"}) {
      peer.ReadRequest();
      peer.Send(Answer(body));
    }
  });
  Recorder hung, first, second;
  Transfer* other = driver.transfers.Start(driver.To(hanging.Url()), hung);
  driver.Until([&] { return !hung.body.empty(); });
  Transfer *started = nullptr, *again = nullptr;
  first.on_end = [&](const Outcome&) {
    driver.transfers.Cancel(other);
    again = driver.transfers.Start(driver.To(server.Url()), second);
    EXPECT_NE(again, started) << "the ended one is not in use again yet";
  };
  started = driver.transfers.Start(driver.To(server.Url()), first);
  driver.UntilEnd(second);
  EXPECT_TRUE(hanging.WaitClosed());
  EXPECT_EQ(second.body, "2");
  EXPECT_FALSE(hung.ended());
}

// Several have ended by the time the first is told: the others can still be cancelled.
TEST(TransfersCancel, OneThatHasEndedButNotHeardOfIt) {
  Driver driver;
  std::vector<Recorder> recorders(8);
  std::vector<Transfer*> transfers;
  ConnectOptions plain_refused;  // fails in the same Poll, without the network
  int ends = 0;
  for (size_t i = 0; i < recorders.size(); ++i) {
    recorders[i].on_end = [&, i](const Outcome&) {
      if (ends++ > 0) return;
      for (size_t j = 0; j < transfers.size(); ++j) {
        if (j != i) driver.transfers.Cancel(transfers[j]);
      }
    };
    Request request = driver.To("http://127.0.0.1:9/");
    request.connect_options = &plain_refused;
    transfers.push_back(driver.transfers.Start(std::move(request), recorders[i]));
  }
  driver.Until([&] { return ends > 0; });
  while (driver.transfers.Poll()) {
  }
  EXPECT_EQ(ends, 1);
  EXPECT_EQ(driver.transfers.active(), 0u);
}

TEST(TransfersCancel, DestructionIsSilentAndClosesEverything) {
  HangingServer server(std::string(kChunkedHead) + Chunk("x"), 2);
  Recorder a, b;
  {
    Driver driver;
    driver.transfers.Start(driver.To(server.Url()), a);
    driver.transfers.Start(driver.To(server.Url()), b);
    driver.Until([&] { return !a.body.empty() && !b.body.empty(); });
  }
  EXPECT_TRUE(server.WaitClosed());
  EXPECT_FALSE(a.ended() || b.ended());
}

TEST(TransfersCancel, WhileTheNameIsBeingResolved) {
  // The resolver may be quicker than this thread: then the transfer has ended, and another is
  // tried.
  bool cancelled = false;
  for (int tries = 0; tries < 100 && !cancelled; ++tries) {
    Recorder recorder;
    Driver driver;
    Transfer* transfer = driver.transfers.Start(driver.To("http://name.invalid/"), recorder);
    driver.transfers.Poll();
    if (recorder.ended()) continue;
    driver.transfers.Cancel(transfer);
    cancelled = true;
    EXPECT_EQ(driver.transfers.active(), 0u);
    EXPECT_FALSE(recorder.ended());
  }
  EXPECT_TRUE(cancelled);
}

}  // namespace
}  // namespace inferwire::http
