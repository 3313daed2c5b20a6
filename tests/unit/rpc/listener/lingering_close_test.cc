#include "rpc/listener/lingering_close.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "sockets.h"
#include "support/manual_clock.h"

namespace inferwire::rpc {
namespace {

class LingeringCloseTest : public testing::Test {
 protected:
  bool Sends(const std::string& bytes) {
    return send(connection_.client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // As whoever serves it.
  void Close(ConnectionCloser& closer) { closer.CloseGently(connection_.server.Release()); }
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
  send(fd_, "the end", 7, 0);
  Close(lingering_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(Sends("acknowledged"));
    lingering_.Poll();
  }
  std::string text(100, '\0');
  EXPECT_EQ(recv(connection_.client.get(), text.data(), 100, 0), 7);
  EXPECT_EQ(recv(connection_.client.get(), text.data(), 100, 0), 0) << "and sees the end";
}

TEST_F(LingeringCloseTest, WhatNeedNotLingerIsClosedAtOnce) {
  lingering_.CloseNow(connection_.server.Release());
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(lingering_.open(), 0u);
  EXPECT_TRUE(WaitForClose(connection_.client));
}

TEST_F(LingeringCloseTest, IsOverWhenTheClientCloses) {
  Close(lingering_);
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
  Sends("goodbye");
  connection_.client = Fd();
  EXPECT_TRUE(WaitForByte(connection_.server)) << "what was sent before is no matter";
  Close(lingering_);
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(lingering_.open(), 0u);
}

TEST_F(LingeringCloseTest, AClientThatNeverClosesIsAbandoned) {
  Close(lingering_);
  clock_.Advance(LingeringClose::kTime - std::chrono::milliseconds(1));
  EXPECT_EQ(lingering_.Poll(), 0u);
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(lingering_.Poll(), 1u);
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(Abandoned(), 1);
}

TEST_F(LingeringCloseTest, AClientThatSendsOnAndOnIsAbandoned) {
  Close(lingering_);
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

TEST_F(LingeringCloseTest, TheOldestMakesRoom) {
  EXPECT_EQ(lingering_.DropOldest(), -1);
  Close(lingering_);
  EXPECT_EQ(lingering_.DropOldest(), fd_);
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(lingering_.open(), 0u);
  EXPECT_EQ(Abandoned(), 1);
}

TEST_F(LingeringCloseTest, WhatIsCutOffDoesNotLinger) {
  lingering_.Expect(fd_);
  lingering_.CutOff(fd_);
  EXPECT_TRUE(WaitForClose(connection_.server)) << "whoever serves it sees the end";
  Close(lingering_);
  EXPECT_FALSE(IsOpen(fd_));
  EXPECT_EQ(lingering_.open(), 0u);
}

TEST_F(LingeringCloseTest, WhatWasGivenBackIsNotCutOffNorWhoeverHasItsNumber) {
  using Close = void (ConnectionCloser::*)(int);
  for (const Close close : {&ConnectionCloser::CloseGently, &ConnectionCloser::CloseNow}) {
    TcpConnection first, second;
    const int number = first.server.get();
    lingering_.Expect(number);
    first.client = Fd();
    ASSERT_TRUE(WaitForClose(first.server));
    (lingering_.*close)(first.server.Release());
    ASSERT_FALSE(IsOpen(number));
    ASSERT_EQ(dup2(second.server.get(), number), number);
    const Fd owner(number);
    lingering_.CutOff(number);
    EXPECT_EQ(send(number, "!", 1, MSG_NOSIGNAL), 1);
    EXPECT_TRUE(WaitForByte(second.client));
  }
}

TEST_F(LingeringCloseTest, IsOverWithTheListener) {
  {
    LingeringClose ending(clock_, metrics_.Of<telemetry::ConnectionMetrics>());
    Close(ending);
    EXPECT_TRUE(IsOpen(fd_));
  }
  EXPECT_FALSE(IsOpen(fd_));
}

}  // namespace
}  // namespace inferwire::rpc
