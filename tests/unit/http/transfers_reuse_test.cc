// Connections that are used again, and what happens when the upstream has closed one meanwhile.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <string>

#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

// One request after the other; true if it got its answer.
bool Ask(Driver& driver, Recorder& recorder, const std::string& url, bool fresh = false,
         std::string body = "{}") {
  Request request = driver.To(url, std::move(body));
  request.fresh_connection = fresh;
  driver.transfers.Start(std::move(request), recorder);
  driver.UntilEnd(recorder);
  return recorder.ok();
}

TEST(TransfersReuse, KeepsTheConnection) {
  Driver driver;
  ScriptedServer server([](Listener& listener) {
    Peer peer = listener.Accept();
    for (int i = 0; i < 3; ++i) {
      EXPECT_FALSE(peer.ReadRequest().empty());
      peer.Send(i == 1 ? std::string(kChunkedHead) + Chunk("a") + std::string(kLastChunk)
                       : Answer("a"));
    }
  });
  for (int i = 0; i < 3; ++i) {
    Recorder recorder;
    EXPECT_TRUE(Ask(driver, recorder, server.Url()));
    EXPECT_EQ(recorder.outcome->reused_connection, i > 0);
    EXPECT_EQ(recorder.outcome->connect.count() > 0, i == 0);
    EXPECT_GT(recorder.outcome->first_byte.count(), 0);
  }
}

// With Nagle's algorithm the end of a request waits for an acknowledgement that its receiver
// delays: a flat 41 ms on every call.
TEST(TransfersReuse, ConnectionsHaveNoNagleDelay) {
  // Waits for the connection to close, which the driver's end does.
  ScriptedServer server([](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(Answer("a"));
    peer.ReadRequest();
  });
  Driver driver;
  Recorder recorder;
  EXPECT_TRUE(Ask(driver, recorder, server.Url()));
  const std::vector<int> sockets = SocketsTo(server.port());
  ASSERT_EQ(sockets.size(), 1u);
  int no_delay = 0;
  socklen_t length = sizeof no_delay;
  getsockopt(sockets.front(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &length);
  EXPECT_NE(no_delay, 0);
}

// Two servers behind one URL: which of them is asked is said by the address, and the connections to
// one are not used for the other.
TEST(TransfersReuse, AddressesBehindOneUrlHaveConnectionsOfTheirOwn) {
  const auto serve = [](const char* name) {
    return [name](Listener& listener) {
      Peer peer = listener.Accept();
      for (int i = 0; i < 2; ++i) {
        EXPECT_NE(peer.ReadRequest().find("Host: replicas.invalid:81\r\n"), std::string::npos);
        peer.Send(Answer(name));
      }
    };
  };
  Driver driver;
  ScriptedServer one(serve("1")), two(serve("2"));
  for (const bool again : {false, true}) {
    for (const auto* server : {&one, &two}) {
      Recorder recorder;
      Request request = driver.To("http://replicas.invalid:81/v1");
      request.address = "127.0.0.1:" + std::to_string(server->port());
      driver.transfers.Start(std::move(request), recorder);
      ASSERT_TRUE(driver.UntilEnd(recorder));
      ASSERT_TRUE(recorder.ok()) << recorder.outcome->message;
      EXPECT_EQ(recorder.body, server == &one ? "1" : "2");
      EXPECT_EQ(recorder.outcome->reused_connection, again);
    }
  }
  // The handle forgets the address.
  Recorder elsewhere;
  driver.transfers.Start(driver.To("http://replicas.invalid:81/v1"), elsewhere);
  ASSERT_TRUE(driver.UntilEnd(elsewhere));
  EXPECT_EQ(elsewhere.outcome->failure, Failure::kResolve);
}

TEST(TransfersReuse, AnAddressThatNobodyListensAtIsThatTransfersFailure) {
  Driver driver;
  ScriptedServer server([](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(Answer("1"));
  });
  Recorder dead, alive;
  Request request = driver.To("http://replicas.invalid:81/v1");
  request.address = "127.0.0.9:9";
  driver.transfers.Start(std::move(request), dead);
  ASSERT_TRUE(driver.UntilEnd(dead));
  EXPECT_EQ(dead.outcome->failure, Failure::kConnect);
  EXPECT_TRUE(dead.outcome->provably_unsent);
  request = driver.To("http://replicas.invalid:81/v1");
  request.address = "127.0.0.1:" + std::to_string(server.port());
  driver.transfers.Start(std::move(request), alive);
  ASSERT_TRUE(driver.UntilEnd(alive));
  EXPECT_TRUE(alive.ok());
}

TEST(TransfersReuse, FreshConnectionOnDemand) {
  Driver driver;
  ScriptedServer server([](Listener& listener) {
    Peer first = listener.Accept();
    first.ReadRequest();
    first.Send(Answer("1"));
    Peer second = listener.Accept();
    second.ReadRequest();
    second.Send(Answer("2"));
  });
  Recorder first, second;
  EXPECT_TRUE(Ask(driver, first, server.Url()));
  EXPECT_TRUE(Ask(driver, second, server.Url(), /*fresh=*/true));
  EXPECT_FALSE(second.outcome->reused_connection);
  EXPECT_EQ(second.body, "2");
}

TEST(TransfersReuse, ConnectionClosedWhileIdleIsReplaced) {
  for (const bool reset : {false, true}) {
    Driver driver;
    Signal closed;
    ScriptedServer server([&](Listener& listener) {
      {
        Peer peer = listener.Accept();
        peer.ReadRequest();
        peer.Send(Answer("1"));
        EXPECT_FALSE(peer.ReadHead().empty()) << "the second, by which the first was taken";
        peer.Send(Answer("1"));
        if (reset) peer.Reset();
      }
      closed.Set();
      Peer peer = listener.Accept();
      EXPECT_FALSE(peer.ReadRequest().empty());
      peer.Send(Answer("2"));
    });
    Recorder first, second, third;
    EXPECT_TRUE(Ask(driver, first, server.Url()));
    EXPECT_TRUE(Ask(driver, second, server.Url(), false, ""));
    closed.Wait();
    EXPECT_TRUE(Ask(driver, third, server.Url())) << third.outcome->message;
    EXPECT_EQ(third.body, "2");
    EXPECT_FALSE(third.outcome->reused_connection);
  }
}

enum class End { kFin, kRst };

// The upstream reads a request on a reused connection and ends it without a byte of answer. It may
// have worked on it, so nothing may send the request again: not on a new connection, not on another
// idle one.
void NeverSendsTwice(End end, const std::string& method, const std::string& body, bool other_idle) {
  Driver driver;
  Signal over;
  ScriptedServer server([&](Listener& listener) {
    Peer first = listener.Accept();
    Peer second = other_idle ? listener.Accept() : Peer(-1);
    for (Peer* peer : {&first, &second}) {
      if (peer->fd() < 0) continue;
      peer->ReadRequest();
    }
    first.Send(Answer("1"));
    if (other_idle) second.Send(Answer("1"));
    // Whichever connection carries the next request.
    Peer* used = &first;
    if (other_idle) {
      while (!first.Readable() && !second.Readable()) std::this_thread::yield();
      if (second.Readable()) used = &second;
    }
    Peer* idle = used == &first ? &second : &first;
    EXPECT_FALSE(used->ReadRequest().empty());
    end == End::kRst ? used->Reset() : used->Close();
    over.Wait();
    EXPECT_FALSE(listener.HasPending());
    if (other_idle && idle->Readable()) {
      EXPECT_EQ(idle->ReadBytes(1), "") << "closed, perhaps, but not used";
    }
  });
  Recorder first, second, third;
  driver.transfers.Start(driver.To(server.Url()), first);
  if (other_idle) driver.transfers.Start(driver.To(server.Url()), second);
  driver.Until([&] { return first.ended() && second.ended() == other_idle; });
  driver.transfers.Start(driver.To(server.Url(), body, method), third);
  driver.UntilEnd(third);
  over.Set();
  ASSERT_TRUE(third.outcome->failure);
  EXPECT_EQ(*third.outcome->failure, Failure::kReset) << third.outcome->message;
  EXPECT_FALSE(third.outcome->provably_unsent);
  EXPECT_TRUE(third.outcome->reused_connection);
  EXPECT_EQ(third.outcome->message, "the reused connection ended before the answer began");
}

TEST(TransfersReuse, RequestThatWasSentIsNeverSentAgain) {
  for (const End end : {End::kFin, End::kRst}) {
    NeverSendsTwice(end, "POST", "{}", false);
    NeverSendsTwice(end, "POST", std::string(100'000, 'q'), false);
    NeverSendsTwice(end, "GET", "", false);
  }
}

TEST(TransfersReuse, NorOnAnotherIdleConnection) {
  for (const End end : {End::kFin, End::kRst}) NeverSendsTwice(end, "POST", "{}", true);
}

TEST(TransfersReuse, AFailedHandleServesTheNextTransfer) {
  Driver driver;
  ScriptedServer server([](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(Answer("1"));
    peer.ReadRequest();
    peer.Close();
    Peer next = listener.Accept();
    next.ReadRequest();
    next.Send(Answer("3"));
  });
  Recorder first, second, third;
  EXPECT_TRUE(Ask(driver, first, server.Url()));
  EXPECT_FALSE(Ask(driver, second, server.Url()));
  EXPECT_TRUE(Ask(driver, third, server.Url()));
  EXPECT_EQ(third.body, "3");
  EXPECT_TRUE(third.outcome->message.empty());
  EXPECT_EQ(driver.transfers.pooled(), 1u);
}

// A connection whose upload was cut off by a cancel carries half a request: never reused.
TEST(TransfersReuse, CancelledConnectionIsNotReused) {
  Driver driver;
  ScriptedServer server([](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(kChunkedHead);
    peer.Send(Chunk("x"));
    Peer next = listener.Accept();
    next.ReadRequest();
    next.Send(Answer("2"));
    EXPECT_TRUE(peer.SawClose());
  });
  Recorder first, second;
  Transfer* transfer = driver.transfers.Start(driver.To(server.Url()), first);
  driver.Until([&] { return !first.body.empty(); });
  driver.transfers.Cancel(transfer);
  EXPECT_TRUE(Ask(driver, second, server.Url()));
  EXPECT_FALSE(second.outcome->reused_connection);
}

}  // namespace
}  // namespace inferwire::http
