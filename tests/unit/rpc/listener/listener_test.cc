#include "rpc/listener/listener.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sockets.h"

namespace inferwire::rpc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A listener whose handler keeps the connections and greets each with one byte.
class ListenerTest : public testing::Test {
 protected:
  void Listen(const std::string& address, ListenerLimits limits = {}) {
    auto bound = Listener::Bind(address, limits, metrics_.Of<telemetry::ConnectionMetrics>());
    ASSERT_TRUE(bound) << bound.error().message;
    listener_ = std::move(*bound);
    listener_->Start([this](int fd) {
      std::lock_guard lock(mutex_);
      served_.emplace_back(fd);
      send(fd, "!", 1, MSG_NOSIGNAL);
    });
  }

  void CloseServed() {
    std::lock_guard lock(mutex_);
    for (Fd& fd : std::exchange(served_, {})) listener_->closer().CloseNow(fd.Release());
  }
  int TakeServed() {
    std::lock_guard lock(mutex_);
    const int fd = served_.back().Release();
    served_.pop_back();
    return fd;
  }
  Fd NewClient() {
    Fd client = ConnectTo(listener_->port());
    EXPECT_TRUE(WaitForByte(client));
    return client;
  }

  double Refused(const std::string& reason) { return RefusedCount(metrics_, reason); }

  telemetry::Metrics metrics_;
  std::mutex mutex_;
  std::vector<Fd> served_;
  std::unique_ptr<Listener> listener_;
};

TEST_F(ListenerTest, HandsOverSocketsReadyForGrpc) {
  Listen("127.0.0.1:0");
  const Fd client = ConnectTo(listener_->port());
  ASSERT_TRUE(WaitForByte(client));
  std::lock_guard lock(mutex_);
  const int fd = served_.at(0).get();
  EXPECT_TRUE(fcntl(fd, F_GETFL) & O_NONBLOCK);
  EXPECT_TRUE(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  int no_delay = 0;
  socklen_t length = sizeof no_delay;
  getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &length);
  EXPECT_NE(no_delay, 0);
  EXPECT_EQ(listener_->connections(), 1u);
  EXPECT_TRUE(listener_->healthy());
  EXPECT_EQ(listener_->address(), "127.0.0.1:" + std::to_string(listener_->port()));
}

TEST_F(ListenerTest, ListensOnIpv6ForBothFamilies) {
  auto bound = Listener::Bind("[::1]:0", {}, metrics_.Of<telemetry::ConnectionMetrics>());
  if (!bound) {
    GTEST_SKIP() << "no IPv6 here: " << bound.error().message;
  }
  EXPECT_THAT((*bound)->address(), StartsWith("[::1]:"));
  bound->reset();
  Listen("[::]:0");
  EXPECT_TRUE(WaitForByte(ConnectTo(listener_->port())));
}

TEST_F(ListenerTest, ListensOnAUnixSocketAndReplacesADeadOne) {
  const std::string path = testing::TempDir() + "listener-" + std::to_string(getpid());
  Listen("unix:" + path);
  EXPECT_TRUE(WaitForByte(ConnectUnix(path)));
  EXPECT_EQ(listener_->port(), 0);
  auto second = Listener::Bind("unix:" + path, {}, metrics_.Of<telemetry::ConnectionMetrics>());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
  listener_.reset();
  EXPECT_FALSE(std::filesystem::exists(path));

  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  {
    const Fd dead(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(bind(dead.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  }
  Listen("unix:" + path);
  EXPECT_TRUE(WaitForByte(ConnectUnix(path)));
}

TEST_F(ListenerTest, SaysWhyItCannotListen) {
  Listen("127.0.0.1:0");
  for (const std::string& address :
       {listener_->address(), std::string("127.0.0.1"), std::string("nobody.invalid:1"),
        std::string("127.0.0.1:70000x"), std::string("::1:80"), std::string("unix:"),
        "unix:/" + std::string(200, 'x')}) {
    auto bound = Listener::Bind(address, {}, metrics_.Of<telemetry::ConnectionMetrics>());
    ASSERT_FALSE(bound) << address;
    EXPECT_THAT(bound.error().message, HasSubstr(address));
  }
}

TEST_F(ListenerTest, ClosesConnectionsOverTheLimitAtOnce) {
  Listen("127.0.0.1:0", {.max_connections = 3});
  std::vector<Fd> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(ConnectTo(listener_->port()));
    ASSERT_TRUE(WaitForByte(clients.back()));
  }
  EXPECT_TRUE(WaitForClose(ConnectTo(listener_->port())));
  EXPECT_EQ(Refused("limit"), 1);
  EXPECT_EQ(listener_->connections(), 3u);
  // What has been closed makes room again, and nobody had to tell.
  CloseServed();
  EXPECT_TRUE(Eventually([&] { return WaitForByte(ConnectTo(listener_->port())); }));
}

TEST_F(ListenerTest, LimitsEachPeerByItself) {
  Listen("127.0.0.1:0", {.max_per_peer = 2});
  std::vector<Fd> clients;
  for (const char* from : {"127.0.0.2", "127.0.0.2", "127.0.0.3"}) {
    clients.push_back(ConnectFrom(from, listener_->port()));
    ASSERT_TRUE(WaitForByte(clients.back()));
  }
  EXPECT_TRUE(WaitForClose(ConnectFrom("127.0.0.2", listener_->port())));
  EXPECT_EQ(Refused("peer_limit"), 1);
  EXPECT_TRUE(WaitForByte(ConnectFrom("127.0.0.3", listener_->port())));
}

TEST_F(ListenerTest, StopsAcceptingAndKeepsWhatItHas) {
  Listen("127.0.0.1:0");
  const Fd client = ConnectTo(listener_->port());
  ASSERT_TRUE(WaitForByte(client));
  listener_->StopAccepting();
  listener_->StopAccepting();
  EXPECT_FALSE(ConnectTo(listener_->port()).ok());
  EXPECT_TRUE(listener_->healthy());
  std::lock_guard lock(mutex_);
  EXPECT_EQ(send(served_.at(0).get(), "?", 1, MSG_NOSIGNAL), 1);
  EXPECT_TRUE(WaitForByte(client));
}

TEST_F(ListenerTest, ServesWhoConnectedBeforeItStopped) {
  auto bound = Listener::Bind("127.0.0.1:0", {}, metrics_.Of<telemetry::ConnectionMetrics>());
  ASSERT_TRUE(bound);
  std::vector<Fd> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(ConnectTo((*bound)->port()));
    ASSERT_TRUE(clients.back().ok());
  }
  std::vector<Fd> served;
  (*bound)->Start([&served](int fd) {
    served.emplace_back(fd);
    send(fd, "!", 1, MSG_NOSIGNAL);
  });
  (*bound)->StopAccepting();
  for (const Fd& client : clients) {
    EXPECT_TRUE(WaitForByte(client));
  }
  bound->reset();  // joins the thread that owns `served`
}

// More than one turn's worth is queued, and the order to stop comes in the middle of the first.
TEST_F(ListenerTest, ServesTheWholeQueueWhenStoppedInTheMiddleOfATurn) {
  for (int round = 0; round < 20; ++round) {
    auto bound = Listener::Bind("127.0.0.1:0", {}, metrics_.Of<telemetry::ConnectionMetrics>());
    ASSERT_TRUE(bound);
    std::vector<Fd> clients;
    for (int i = 0; i < 100; ++i) {
      clients.push_back(ConnectTo((*bound)->port()));
    }
    std::promise<void> in_turn, about_to_stop;
    std::vector<Fd> served;
    (*bound)->Start([&](int fd) {
      served.emplace_back(fd);
      send(fd, "!", 1, MSG_NOSIGNAL);
      if (served.size() == 1) {
        in_turn.set_value();
        about_to_stop.get_future().wait();
      }
    });
    in_turn.get_future().wait();
    about_to_stop.set_value();
    (*bound)->StopAccepting();
    for (const Fd& client : clients) {
      ASSERT_TRUE(WaitForByte(client)) << "round " << round;
    }
    bound->reset();
  }
}

TEST_F(ListenerTest, CanBeStoppedFromItsHandler) {
  auto bound = Listener::Bind("127.0.0.1:0", {}, metrics_.Of<telemetry::ConnectionMetrics>());
  ASSERT_TRUE(bound);
  Listener& listener = **bound;
  listener.Start([&listener](int fd) {
    listener.closer().CloseNow(fd);
    listener.StopAccepting();
  });
  EXPECT_TRUE(WaitForClose(ConnectTo(listener.port())));
  EXPECT_TRUE(Eventually([&] { return !ConnectTo(listener.port()).ok(); }));
  EXPECT_TRUE(listener.healthy());
}

TEST_F(ListenerTest, StopsBeforeItStarted) {
  auto bound = Listener::Bind("127.0.0.1:0", {}, metrics_.Of<telemetry::ConnectionMetrics>());
  ASSERT_TRUE(bound);
  (*bound)->StopAccepting();
  EXPECT_FALSE(ConnectTo((*bound)->port()).ok());
}

TEST_F(ListenerTest, NoticesWhatWasClosedWithoutANewConnection) {
  Listen("127.0.0.1:0");
  const Fd client = ConnectTo(listener_->port());
  ASSERT_TRUE(WaitForByte(client));
  EXPECT_EQ(listener_->connections(), 1u);
  CloseServed();
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
  EXPECT_THAT(metrics_.Expose(), HasSubstr("\ninferwire_connections 0\n"));
}

TEST_F(ListenerTest, CountsAConnectionUntilItsClientHasClosedToo) {
  Listen("127.0.0.1:0");
  Fd client = NewClient();
  listener_->closer().CloseGently(TakeServed());
  EXPECT_TRUE(WaitForClose(client));
  EXPECT_EQ(listener_->connections(), 1u);
  client = Fd();
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
}

TEST_F(ListenerTest, AConnectionThatLingersMakesRoomForANewcomer) {
  Listen("127.0.0.1:0", {.max_connections = 1});
  const Fd lingers = NewClient();
  listener_->closer().CloseGently(TakeServed());
  const Fd newcomer = NewClient();
  EXPECT_EQ(Refused("limit"), 0);
}

TEST_F(ListenerTest, AConnectionThatHasSaidNothingForASecondMakesRoomForANewcomer) {
  Listen("127.0.0.1:0", {.max_connections = 1});
  const Fd silent = NewClient();
  EXPECT_TRUE(Eventually([&] { return WaitForByte(ConnectTo(listener_->port())); }));
  EXPECT_TRUE(WaitForClose(silent)) << "whoever serves it sees its end too";
  EXPECT_EQ(Refused("silent"), 1);
}

// Restores the limit when the test is over.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t soft) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lower{soft, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &lower);
  }
  ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(ListenerTest, ShedsConnectionsWithoutDescriptorsAndRecovers) {
  Listen("127.0.0.1:0");
  const Fd first = ConnectTo(listener_->port());
  ASSERT_TRUE(WaitForByte(first));
  {
    // Every number below the limit is taken but one: the client's. The server has only its reserve.
    const DescriptorLimit limit(OpenDescriptors() + 40);
    std::vector<Fd> fill;
    do {
      fill.emplace_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
    } while (fill.back().ok());
    fill.pop_back();
    fill.pop_back();
    for (int round = 0; round < 20; ++round) {
      // The accept thread may hold the last number for a moment.
      std::optional<Fd> client;
      ASSERT_TRUE(Eventually([&] { return client.emplace(ConnectTo(listener_->port())).ok(); }));
      EXPECT_TRUE(WaitForClose(*client));
    }
    EXPECT_TRUE(Eventually([&] { return Refused("descriptors") == 20; }));
    EXPECT_TRUE(listener_->healthy());
  }
  EXPECT_TRUE(WaitForByte(ConnectTo(listener_->port())));
}

TEST_F(ListenerTest, LeavesTheDescriptorsAboveItsBoundToOthers) {
  const int lowest_free = dup(0);
  close(lowest_free);
  Listen("127.0.0.1:0", {.max_descriptor = lowest_free + 20});
  std::vector<Fd> clients;
  while (Refused("descriptors") < 3) {
    clients.push_back(ConnectTo(listener_->port()));
    ASSERT_TRUE(clients.back().ok());
    ASSERT_LT(clients.size(), 30u);
    if (WaitForByte(clients.back())) continue;
    EXPECT_TRUE(WaitForClose(clients.back()));
  }
  EXPECT_TRUE(listener_->healthy());
  clients.clear();
  CloseServed();
  EXPECT_TRUE(Eventually([&] { return WaitForByte(ConnectTo(listener_->port())); }));
}

TEST_F(ListenerTest, TwoThousandConnectionsLeaveNoDescriptor) {
  Listen("127.0.0.1:0", {.max_per_peer = 2000});
  const size_t before = OpenDescriptors();
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(WaitForByte(ConnectTo(listener_->port())));
    CloseServed();
  }
  EXPECT_EQ(OpenDescriptors(), before);
  EXPECT_TRUE(Eventually([&] { return listener_->connections() == 0; }));
}

}  // namespace
}  // namespace inferwire::rpc
