// gRPC's completion queue as a loop's guest, turned by hand.
#include "rpc/grpc/queue.h"

#include <gmock/gmock.h>
#include <grpcpp/alarm.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <deque>
#include <memory>
#include <vector>

namespace inferwire::rpc {
namespace {

using std::chrono::milliseconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class NotedTag final : public Tag {
 public:
  explicit NotedTag(std::vector<bool>& completions) : completions_(completions) {}
  void Complete(bool ok) override { completions_.push_back(ok); }

 private:
  std::vector<bool>& completions_;
};

class GrpcQueueTest : public testing::Test {
 protected:
  ~GrpcQueueTest() override {
    if (!closing) Close();
    while (!queue.closed()) queue.Turn({});
    for (const int fd : connection) close(fd);
  }

  void Close() {
    closing = true;
    server->Shutdown();
    queue.Close();
  }
  // An event that is there at once, or in an hour.
  grpc::Alarm& NewEvent(std::chrono::hours in = std::chrono::hours(0)) {
    grpc::Alarm& alarm = alarms.emplace_back();
    alarm.Set(&queue.queue(), std::chrono::system_clock::now() + in,
              &tags.emplace_back(completions));
    return alarm;
  }
  void TurnUntil(size_t count) {
    while (completions.size() < count) queue.Turn({});
  }
  // After a sleep without an event.
  Duration Slept(bool has_calls = false) {
    while (queue.Turn({})) {
    }
    return queue.BeforeSleep(has_calls);
  }
  bool Wakes() {
    pollfd ready{queue.epoll_fd(), POLLIN, 0};
    return poll(&ready, 1, 0) == 1;
  }

  grpc::AsyncGenericService service;
  grpc::ServerBuilder builder;
  std::unique_ptr<grpc::ServerCompletionQueue> owned = [this] {
    builder.RegisterAsyncGenericService(&service);
    return builder.AddCompletionQueue();
  }();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  GrpcQueue queue{std::move(owned)};
  std::vector<bool> completions;
  std::deque<NotedTag> tags;
  std::deque<grpc::Alarm> alarms;
  const std::array<int, 2> connection = [] {
    std::array<int, 2> fds{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    return fds;
  }();
  bool closing = false;
};

TEST_F(GrpcQueueTest, CompletesItsEvents) {
  NewEvent();
  TurnUntil(1);
  EXPECT_THAT(completions, ElementsAre(true));
}

TEST_F(GrpcQueueTest, ABusyQueueLeavesItsTurnToTheRest) {
  constexpr size_t kEvents = 200, kOfOneTurn = 64;
  for (size_t i = 0; i < kEvents; ++i) NewEvent();
  for (size_t before = 0; before < kEvents; before = completions.size()) {
    queue.Turn({});
    EXPECT_LE(completions.size() - before, kOfOneTurn);
  }
  EXPECT_THAT(completions, Each(true));
}

TEST_F(GrpcQueueTest, WakesTheLoopForEachThingThatComesOnAConnection) {
  queue.Watch(connection[0]);
  Slept();  // of its own it can be written to
  EXPECT_FALSE(Wakes());
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(send(connection[1], "!", 1, 0), 1);
    EXPECT_TRUE(Wakes());
    EXPECT_TRUE(queue.Turn({})) << "gRPC has to be asked once more";
    EXPECT_FALSE(queue.Turn({}));
    EXPECT_FALSE(Wakes()) << "it is gRPC that reads";
    queue.BeforeSleep(false);
  }
}

TEST_F(GrpcQueueTest, AfterSomethingHasComeSleepsAreShortUntilItsEventIsThere) {
  EXPECT_EQ(Slept(), milliseconds(100));
  queue.Watch(connection[0]);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Slept(), milliseconds(1));
  EXPECT_EQ(Slept(), milliseconds(100));
  ASSERT_EQ(send(connection[1], "!", 1, 0), 1);
  EXPECT_EQ(Slept(), milliseconds(1));
  NewEvent();
  TurnUntil(1);
  EXPECT_EQ(Slept(), milliseconds(100));
}

TEST_F(GrpcQueueTest, WithCallsItIsLookedAtMoreOften) {
  EXPECT_EQ(Slept(true), milliseconds(10));
  EXPECT_EQ(Slept(false), milliseconds(100));
  Close();
  EXPECT_EQ(Slept(false), milliseconds(10));
}

TEST_F(GrpcQueueTest, IsClosedWhenTheLastEventIsTaken) {
  grpc::Alarm& alarm = NewEvent(std::chrono::hours(1));
  Close();
  for (int i = 0; i < 10; ++i) queue.Turn({});
  EXPECT_FALSE(queue.closed());
  EXPECT_THAT(completions, IsEmpty());
  alarm.Cancel();
  while (!queue.closed()) queue.Turn({});
  EXPECT_THAT(completions, ElementsAre(false));
}

}  // namespace
}  // namespace inferwire::rpc
