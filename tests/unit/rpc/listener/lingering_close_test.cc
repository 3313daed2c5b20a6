#include "rpc/listener/lingering_close.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>

#include <cerrno>
#include <string>

#include "sockets.h"
#include "support/manual_clock.h"

namespace inferwire::rpc {
namespace {

// What gRPC does with a connection that is over, its calls going through wrapped_socket_calls.cc.
void CloseAsGrpc(Fd connection) {
  const int fd = connection.Release();
  shutdown(fd, LingeringClose::OnShutdown(fd) ? SHUT_WR : SHUT_RDWR);
  if (!LingeringClose::OnClose(fd)) close(fd);
}

class LingeringCloseTest : public testing::Test {
 protected:
  bool Sends(const std::string& bytes) {
    return send(connection_.client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }
  double Abandoned() {
    const std::string text = metrics_.Expose(), name = "\ninferwire_connections_abandoned_total ";
    const size_t at = text.find(name);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size()));
  }

  ManualClock clock_;
  telemetry::Metrics metrics_;
  LingeringClose lingering_{clock_, metrics_.Of<telemetry::ConnectionMetrics>()};
  TcpConnection connection_;
  const int fd_ = connection_.server.get();
};

TEST_F(LingeringCloseTest, AClientThatStillSendsLosesNothingThatItHasNotRead) {
  lingering_.Watch(fd_);
  send(fd_, "the end", 7, 0);
  CloseAsGrpc(std::move(connection_.server));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(Sends("acknowledged"));
    lingering_.Poll();
  }
  std::string text(100, '\0');
  EXPECT_EQ(recv(connection_.client.get(), text.data(), 100, 0), 7);
  EXPECT_EQ(recv(connection_.client.get(), text.data(), 100, 0), 0) << "and sees the end";
}

TEST_F(LingeringCloseTest, AConnectionOfOthersIsClosedAsItWas) {
  CloseAsGrpc(std::move(connection_.server));
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(lingering_.open(), 0u);
}

TEST_F(LingeringCloseTest, IsOverWhenTheClientCloses) {
  lingering_.Watch(fd_);
  CloseAsGrpc(std::move(connection_.server));
  EXPECT_EQ(lingering_.Poll(), 0u);
  EXPECT_EQ(lingering_.open(), 1u);
  connection_.client = Fd();
  pollfd ready{lingering_.epoll_fd(), POLLIN, 0};
  EXPECT_EQ(poll(&ready, 1, 5000), 1);
  EXPECT_EQ(lingering_.Poll(), 1u);
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(Abandoned(), 0);
}

TEST_F(LingeringCloseTest, IsNotNeededWhereTheClientHasClosedFirst) {
  lingering_.Watch(fd_);
  Sends("goodbye");
  connection_.client = Fd();
  EXPECT_TRUE(WaitForByte(connection_.server)) << "what was sent before is no matter";
  CloseAsGrpc(std::move(connection_.server));
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(lingering_.open(), 0u);
}

TEST_F(LingeringCloseTest, AClientThatNeverClosesIsAbandoned) {
  lingering_.Watch(fd_);
  CloseAsGrpc(std::move(connection_.server));
  clock_.Advance(LingeringClose::kTime - std::chrono::milliseconds(1));
  EXPECT_EQ(lingering_.Poll(), 0u);
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(lingering_.Poll(), 1u);
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(Abandoned(), 1);
}

TEST_F(LingeringCloseTest, AClientThatSendsOnAndOnIsAbandoned) {
  lingering_.Watch(fd_);
  CloseAsGrpc(std::move(connection_.server));
  const std::string much(LingeringClose::kBytes / 16, 'x');
  int sent = 0;
  while (sent < 100 && Sends(much)) {
    ++sent;
    if (lingering_.Poll() > 0) break;
  }
  EXPECT_GE(sent, 16);
  EXPECT_LE(sent, 18);
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(Abandoned(), 1);
}

TEST_F(LingeringCloseTest, IsForgottenByWhomeverWaitedForIt) {
  lingering_.Watch(fd_);
  const Fd epoll(epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  LingeringClose::OnEpollAdd(epoll.get(), fd_);
  ASSERT_EQ(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd_, &event), 0);
  CloseAsGrpc(std::move(connection_.server));
  Sends("more");
  pollfd ready{lingering_.epoll_fd(), POLLIN, 0};
  EXPECT_EQ(poll(&ready, 1, 5000), 1);
  EXPECT_EQ(epoll_wait(epoll.get(), &event, 1, 0), 0);
}

TEST_F(LingeringCloseTest, TheOldestMakesRoom) {
  EXPECT_EQ(lingering_.DropOldest(), -1);
  lingering_.Watch(fd_);
  CloseAsGrpc(std::move(connection_.server));
  EXPECT_EQ(lingering_.DropOldest(), fd_);
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(lingering_.open(), 0u);
  EXPECT_EQ(Abandoned(), 1);
}

TEST_F(LingeringCloseTest, WhatIsCutOffDoesNotLinger) {
  lingering_.Watch(fd_);
  lingering_.CutOff(fd_);
  EXPECT_TRUE(WaitForClose(connection_.server)) << "gRPC sees the end";
  CloseAsGrpc(std::move(connection_.server));
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(lingering_.open(), 0u);
}

TEST_F(LingeringCloseTest, IsOverWithTheListener) {
  {
    LingeringClose ending(clock_, metrics_.Of<telemetry::ConnectionMetrics>());
    ending.Watch(fd_);
    CloseAsGrpc(std::move(connection_.server));
    EXPECT_TRUE(IsOpen(fd_));
  }
  EXPECT_FALSE(IsOpen(fd_));
}

TEST_F(LingeringCloseTest, WatchesNobodyElsesDescriptorOfTheSameNumber) {
  lingering_.Watch(fd_);
  connection_.client = Fd();
  ASSERT_TRUE(WaitForClose(connection_.server));
  CloseAsGrpc(std::move(connection_.server));
  EXPECT_FALSE(LingeringClose::OnShutdown(fd_));
}

}  // namespace
}  // namespace inferwire::rpc
