#include "rpc/listener/connection_table.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>

namespace inferwire::rpc {
namespace {

class ConnectionTableTest : public testing::Test {
 protected:
  // What is behind each descriptor; absent: closed.
  std::map<int, ino_t> sockets_;
  ConnectionTable table_{[this](int fd) -> std::optional<ino_t> {
    const auto found = sockets_.find(fd);
    return found == sockets_.end() ? std::nullopt : std::optional(found->second);
  }};
};

TEST_F(ConnectionTableTest, CountsByPeer) {
  sockets_ = {{3, 30}, {4, 40}, {5, 50}};
  table_.Add(3, "10.0.0.1");
  table_.Add(4, "10.0.0.1");
  table_.Add(5, "10.0.0.2");
  EXPECT_EQ(table_.size(), 3u);
  EXPECT_EQ(table_.FromPeer("10.0.0.1"), 2u);
  EXPECT_EQ(table_.FromPeer("10.0.0.2"), 1u);
  EXPECT_EQ(table_.FromPeer("10.0.0.3"), 0u);
}

TEST_F(ConnectionTableTest, ForgetsWhatIsClosedOrSomethingElseNow) {
  sockets_ = {{3, 30}, {4, 40}, {5, 50}};
  for (const int fd : {3, 4, 5}) {
    table_.Add(fd, "10.0.0.1");
  }
  sockets_.erase(3);
  sockets_[4] = 41;
  table_.Sweep();
  EXPECT_EQ(table_.size(), 1u);
  EXPECT_EQ(table_.FromPeer("10.0.0.1"), 1u);
}

TEST_F(ConnectionTableTest, ANumberGivenAwayAgainIsANewConnection) {
  sockets_ = {{3, 30}};
  table_.Add(3, "10.0.0.1");
  sockets_[3] = 31;
  table_.Add(3, "10.0.0.2");
  EXPECT_EQ(table_.size(), 1u);
  EXPECT_EQ(table_.FromPeer("10.0.0.1"), 0u);
  EXPECT_EQ(table_.FromPeer("10.0.0.2"), 1u);
}

TEST_F(ConnectionTableTest, APeerWithoutAddressIsNotCounted) {
  sockets_ = {{3, 30}};
  table_.Add(3, "");
  EXPECT_EQ(table_.size(), 1u);
  EXPECT_EQ(table_.FromPeer(""), 0u);
}

TEST(ConnectionTable, SeesRealSocketsClose) {
  int pair[2], pipe_ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  ConnectionTable table;
  table.Add(pair[0], "a");
  table.Add(pair[1], "a");
  close(pair[0]);
  table.Sweep();
  EXPECT_EQ(table.size(), 1u);
  close(pair[1]);
  ASSERT_EQ(pipe(pipe_ends), 0);  // takes the numbers over
  EXPECT_EQ(pipe_ends[0], pair[0]);
  table.Sweep();
  EXPECT_EQ(table.size(), 0u);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

}  // namespace
}  // namespace inferwire::rpc
