#include "rpc/listener/send_batch.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "sockets.h"

namespace inferwire::rpc {
namespace {

struct Connection : TcpConnection {
  // What wrapped_socket_calls.cc does.
  bool Send(const std::string& bytes) {
    const bool held = SendBatch::HoldBack(server.get());
    EXPECT_EQ(send(server.get(), bytes.data(), bytes.size(), held ? MSG_MORE : 0),
              static_cast<ssize_t>(bytes.size()));
    return held;
  }
  std::string Receive(size_t bytes) {
    std::string text(bytes, '\0');
    const ssize_t got = recv(client.get(), text.data(), bytes, MSG_WAITALL);
    text.resize(got < 0 ? 0 : static_cast<size_t>(got));
    return text;
  }
};

TEST(SendBatch, WithoutOneNothingIsHeldBack) {
  Connection connection;
  EXPECT_FALSE(connection.Send("a"));
  EXPECT_EQ(connection.Receive(1), "a");
}

TEST(SendBatch, WhatWasHeldBackGoesAtTheEndInOrder) {
  SendBatch batch;
  std::vector<Connection> connections(3);
  batch.Begin();
  for (const char* const bytes : {"a", "b", "c"}) {
    for (Connection& connection : connections) EXPECT_TRUE(connection.Send(bytes));
  }
  batch.End();
  for (Connection& connection : connections) {
    EXPECT_EQ(connection.Receive(3), "abc");
    EXPECT_FALSE(connection.Send("d"));
  }
}

TEST(SendBatch, HoldsBackSoManySendsAtMost) {
  SendBatch batch;
  Connection connection;
  batch.Begin();
  for (size_t i = 0; i <= SendBatch::kMaxSends; ++i) EXPECT_TRUE(connection.Send("x"));
  // The batch is still open: only its bound can have sent these.
  EXPECT_EQ(connection.Receive(SendBatch::kMaxSends).size(), SendBatch::kMaxSends + 0);
  batch.End();
  EXPECT_EQ(connection.Receive(1), "x");
}

TEST(SendBatch, RestsWhereNoConnectionHasTwoSends) {
  SendBatch batch;
  std::vector<Connection> connections(8);
  batch.Begin();
  for (Connection& connection : connections) EXPECT_TRUE(connection.Send("a"));
  batch.End();
  batch.Begin();
  int sent_at_once = 0;
  while (!connections[0].Send("b")) ++sent_at_once;
  batch.End();
  EXPECT_GT(sent_at_once, 4);
  EXPECT_LT(sent_at_once, 1000) << "it tries again some time";
}

TEST(SendBatch, BelongsToItsThread) {
  SendBatch batch;
  Connection connection;
  batch.Begin();
  std::thread([&] { EXPECT_FALSE(connection.Send("other")); }).join();
  EXPECT_EQ(connection.Receive(5), "other");
  batch.End();
}

TEST(SendBatch, AClosedConnectionIsNoMatter) {
  SendBatch batch;
  Connection kept;
  batch.Begin();
  {
    Connection closed;
    EXPECT_TRUE(closed.Send("a"));
    EXPECT_TRUE(kept.Send("b"));
    closed.server = Fd();
    EXPECT_EQ(closed.Receive(1), "a") << "closing sends what waits";
  }
  batch.End();
  EXPECT_EQ(kept.Receive(1), "b");
}

}  // namespace
}  // namespace inferwire::rpc
