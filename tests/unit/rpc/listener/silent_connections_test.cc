#include "rpc/listener/silent_connections.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <future>
#include <set>

#include "rpc/listener/listener.h"
#include "sockets.h"
#include "telemetry/metrics.h"

namespace inferwire::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SilentConnectionsTest : public testing::Test {
 protected:
  std::optional<int> Take(SteadyTime now, const std::string* peer = nullptr) {
    return silent.TakeOldest(now, alive, peer);
  }

  std::set<int> spoken, gone;
  SilentConnections silent{[this](int fd) { return spoken.contains(fd); }};
  const SilentConnections::Alive alive = [this](int fd, ino_t) { return !gone.contains(fd); };
  const SteadyTime start{};
};

TEST_F(SilentConnectionsTest, TakesTheOldestThatHasNotSpoken) {
  for (int fd = 1; fd <= 4; ++fd) silent.Add(fd, 0, "p", start + milliseconds(fd));
  spoken = {1};
  gone = {2};
  EXPECT_EQ(Take(start + seconds(2)), 3);
  EXPECT_EQ(Take(start + seconds(2)), 4);
  EXPECT_EQ(Take(start + seconds(2)), std::nullopt);
}

TEST_F(SilentConnectionsTest, LeavesTheYoungAlone) {
  silent.Add(1, 0, "p", start);
  EXPECT_EQ(Take(start + milliseconds(999)), std::nullopt);
  EXPECT_EQ(Take(start + seconds(1)), 1);
}

TEST_F(SilentConnectionsTest, TakesOneOfAPeerOnly) {
  silent.Add(1, 0, "a", start);
  silent.Add(2, 0, "b", start);
  const std::string b = "b", c = "c";
  EXPECT_EQ(Take(start + seconds(2), &c), std::nullopt);
  EXPECT_EQ(Take(start + seconds(2), &b), 2);
  EXPECT_EQ(Take(start + seconds(2), &b), std::nullopt);
  EXPECT_EQ(silent.size(), 1u);
}

TEST_F(SilentConnectionsTest, ForgetsWhoSpeaksAndWhoGoes) {
  for (int fd = 1; fd <= 4; ++fd) silent.Add(fd, 0, "p", start);
  spoken = {1, 2};
  gone = {3};
  silent.Sweep(alive);
  EXPECT_EQ(silent.size(), 1u);
}

TEST(HasSpoken, MeansAPrefaceAndAFrame) {
  auto bound = [] {
    static telemetry::Metrics metrics;
    return Listener::Bind("127.0.0.1:0", {}, metrics.Of<telemetry::ConnectionMetrics>());
  }();
  ASSERT_TRUE(bound);
  std::promise<int> accepted;
  (*bound)->Start([&](int fd) {
    send(fd, "!", 1, MSG_NOSIGNAL);
    accepted.set_value(fd);
  });
  const Fd client = ConnectTo((*bound)->port());
  const Fd server(accepted.get_future().get());
  const auto say = [&](size_t bytes) {
    const std::string text(bytes, 'x');
    ASSERT_EQ(send(client.get(), text.data(), bytes, 0), static_cast<ssize_t>(bytes));
    std::string read(bytes, ' ');
    ASSERT_EQ(recv(server.get(), read.data(), bytes, MSG_WAITALL), static_cast<ssize_t>(bytes));
  };
  EXPECT_FALSE(HasSpoken(server.get()));
  say(24);
  EXPECT_FALSE(HasSpoken(server.get())) << "the preface alone is no beginning";
  say(9);
  EXPECT_TRUE(HasSpoken(server.get()));
  EXPECT_TRUE(HasSpoken(-1)) << "nobody is cut for what the system does not know";
}

}  // namespace
}  // namespace inferwire::rpc
