// The calls that take the place of the kernel's in the statically linked gRPC. This test is linked
// as the server is, so its own calls are the replaced ones.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "rpc/listener/lingering_close.h"
#include "rpc/listener/send_batch.h"
#include "support/manual_clock.h"
#include "telemetry/connection_metrics.h"
#include "telemetry/metrics.h"
#include "unit/rpc/listener/sockets.h"

namespace inferwire::platform {
namespace {

using rpc::Fd;
using rpc::LingeringClose;
using rpc::SendBatch;
using rpc::TcpConnection;

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

ssize_t SendMessage(int fd, const std::string& bytes, int flags = MSG_NOSIGNAL) {
  std::string copy = bytes;
  iovec part{copy.data(), copy.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  return sendmsg(fd, &message, flags);
}

// What comes within five seconds; at most that much.
std::string Receive(int fd, size_t bytes = 100) {
  pollfd ready{fd, POLLIN, 0};
  if (poll(&ready, 1, 5000) != 1) return "(silence)";
  std::string text(bytes, '\0');
  const ssize_t got = recv(fd, text.data(), bytes, 0);
  text.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return text;
}

bool Send(int fd, const std::string& bytes) {
  return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

// Datagrams show what is held back: UDP keeps it for as long as more is announced, TCP for 200 ms.
struct Datagrams {
  Datagrams() {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
    socklen_t length = sizeof name;
    EXPECT_EQ(bind(to.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    getsockname(to.get(), reinterpret_cast<sockaddr*>(&name), &length);
    EXPECT_EQ(connect(from.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  }
  const Fd to{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const Fd from{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

TEST(WrappedSendmsg, AnnouncesMoreWithinABatchAndSendsAtOnceOutsideOfIt) {
  Datagrams datagrams;
  SendBatch batch;
  batch.Begin();
  EXPECT_EQ(SendMessage(datagrams.from.get(), "held "), 5);
  EXPECT_EQ(SendMessage(datagrams.from.get(), "back, "), 6);
  batch.End();
  EXPECT_EQ(SendMessage(datagrams.from.get(), "sent"), 4);
  EXPECT_EQ(SendMessage(datagrams.from.get(), "next"), 4);
  EXPECT_EQ(Receive(datagrams.to.get()), "held back, sent");
  EXPECT_EQ(Receive(datagrams.to.get()), "next");
}

TEST(WrappedSendmsg, WhatABatchHeldBackArrivesWhenItEnds) {
  TcpConnection connection;
  SendBatch batch;
  batch.Begin();
  for (const char* bytes : {"a", "b", "c"})
    EXPECT_EQ(SendMessage(connection.server.get(), bytes), 1);
  batch.End();
  std::string all;
  while (all.size() < 3) all += Receive(connection.client.get());
  EXPECT_EQ(all, "abc");
}

TEST(WrappedSendmsg, AFullBufferIsReportedWithinABatchAsOutsideOfIt) {
  TcpConnection connection;
  SendBatch batch;
  batch.Begin();
  const std::string much(1 << 16, 'x');
  ssize_t sent = 0;
  for (int i = 0; i < 10'000 && sent >= 0; ++i) {
    sent = SendMessage(connection.server.get(), much, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  const int error = errno;
  batch.End();
  EXPECT_EQ(sent, -1);
  EXPECT_EQ(error, EAGAIN);
}

TEST(WrappedSendmsg, AConnectionThatIsShutIsReportedWithinABatch) {
  TcpConnection connection;
  SendBatch batch;
  shutdown(connection.server.get(), SHUT_WR);
  batch.Begin();
  EXPECT_EQ(SendMessage(connection.server.get(), "late"), -1);
  EXPECT_EQ(errno, EPIPE);
  batch.End();
}

class WrappedCalls : public testing::Test {
 protected:
  // As gRPC, which shuts a connection and closes it.
  void CloseServer() {
    connection.server.Release();
    EXPECT_EQ(shutdown(fd, SHUT_RDWR), 0);
    EXPECT_EQ(close(fd), 0);
  }

  ManualClock clock;
  telemetry::Metrics metrics;
  LingeringClose lingering{clock, metrics.Of<telemetry::ConnectionMetrics>()};
  TcpConnection connection;
  const int fd = connection.server.get();
};

TEST_F(WrappedCalls, ShutdownShutsBothDirectionsOfAConnectionThatNobodyWatches) {
  EXPECT_EQ(shutdown(fd, SHUT_RDWR), 0);
  EXPECT_EQ(Receive(fd), "") << "it does not wait";
  EXPECT_EQ(SendMessage(fd, "late"), -1);
}

TEST_F(WrappedCalls, ShutdownLeavesAWatchedConnectionsOtherDirectionOpen) {
  lingering.Watch(fd);
  EXPECT_EQ(shutdown(fd, SHUT_RDWR), 0);
  EXPECT_EQ(Receive(connection.client.get()), "") << "the client sees the end";
  EXPECT_TRUE(Send(connection.client.get(), "acknowledged"));
  EXPECT_EQ(Receive(fd), "acknowledged");
}

TEST_F(WrappedCalls, ShutdownReportsWhatIsNotConnected) {
  const Fd alone(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  lingering.Watch(alone.get());
  EXPECT_EQ(shutdown(alone.get(), SHUT_RDWR), -1);
  EXPECT_EQ(errno, ENOTCONN);
  EXPECT_EQ(shutdown(-1, SHUT_RDWR), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST_F(WrappedCalls, CloseClosesADescriptorThatNobodyWatches) {
  CloseServer();
  EXPECT_FALSE(IsOpen(fd));
}

TEST_F(WrappedCalls, CloseLosesNothingThatIsOnItsWayToAWatchedClient) {
  lingering.Watch(fd);
  EXPECT_EQ(SendMessage(fd, "the end"), 7);
  CloseServer();
  EXPECT_TRUE(IsOpen(fd));
  EXPECT_EQ(lingering.open(), 1u);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Send(connection.client.get(), "acknowledged"));
  EXPECT_EQ(Receive(connection.client.get()), "the end");
  EXPECT_EQ(Receive(connection.client.get()), "");
  clock.Advance(LingeringClose::kTime);
  EXPECT_EQ(lingering.Poll(), 1u);
  EXPECT_FALSE(IsOpen(fd)) << "our own close closes";
}

TEST_F(WrappedCalls, CloseClosesAWatchedConnectionWhoseClientIsGone) {
  lingering.Watch(fd);
  connection.client = Fd();
  pollfd gone{fd, POLLIN, 0};
  ASSERT_EQ(poll(&gone, 1, 5000), 1);
  CloseServer();
  EXPECT_FALSE(IsOpen(fd));
  EXPECT_EQ(lingering.open(), 0u);
}

TEST_F(WrappedCalls, CloseReportsWhatIsNoDescriptor) {
  EXPECT_EQ(close(-1), -1);
  EXPECT_EQ(errno, EBADF);
  const int closed = connection.client.Release();
  EXPECT_EQ(close(closed), 0);
  EXPECT_EQ(close(closed), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST_F(WrappedCalls, EpollForgetsAWatchedConnectionThatLingersAfterItsClose) {
  const Fd epoll(epoll_create1(EPOLL_CLOEXEC));
  lingering.Watch(fd);
  epoll_event event{};
  event.events = EPOLLIN;
  ASSERT_EQ(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event), 0);
  CloseServer();
  ASSERT_TRUE(IsOpen(fd));
  EXPECT_TRUE(Send(connection.client.get(), "more"));
  pollfd arrived{lingering.epoll_fd(), POLLIN, 0};
  ASSERT_EQ(poll(&arrived, 1, 5000), 1);
  EXPECT_EQ(epoll_wait(epoll.get(), &event, 1, 0), 0) << "it is gone for whoever closed it";
}

TEST_F(WrappedCalls, EpollTellsOfAConnectionAsBefore) {
  const Fd epoll(epoll_create1(EPOLL_CLOEXEC));
  for (const bool watched : {false, true}) {
    TcpConnection other;
    if (watched) lingering.Watch(other.server.get());
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = other.server.get();
    ASSERT_EQ(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, other.server.get(), &event), 0);
    EXPECT_TRUE(Send(other.client.get(), "hello"));
    epoll_event told{};
    EXPECT_EQ(epoll_wait(epoll.get(), &told, 1, 5000), 1);
    EXPECT_EQ(told.data.fd, other.server.get());
    EXPECT_EQ(epoll_ctl(epoll.get(), EPOLL_CTL_DEL, other.server.get(), nullptr), 0);
    EXPECT_EQ(epoll_wait(epoll.get(), &told, 1, 0), 0);
  }
}

TEST_F(WrappedCalls, EpollReportsItsErrors) {
  const Fd epoll(epoll_create1(EPOLL_CLOEXEC));
  lingering.Watch(fd);
  epoll_event event{};
  event.events = EPOLLIN;
  EXPECT_EQ(epoll_ctl(epoll.get(), EPOLL_CTL_MOD, fd, &event), -1);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event), 0);
  EXPECT_EQ(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event), -1);
  EXPECT_EQ(errno, EEXIST);
  EXPECT_EQ(epoll_ctl(-1, EPOLL_CTL_ADD, fd, &event), -1);
  EXPECT_EQ(errno, EBADF);
}

}  // namespace
}  // namespace inferwire::platform
