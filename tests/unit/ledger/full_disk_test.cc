// No room for the next file: calls go on, and what they used is booked once there is.
#include <atomic>
#include <cerrno>
#include <set>
#include <thread>

#include "books.h"

namespace inferwire::ledger {
namespace {

class FullDisk : public LedgerTest {
 protected:
  FullDisk() {
    options.sync = std::chrono::milliseconds(1);
    options.allocate = [this](int fd, int64_t bytes) {
      return room.fetch_sub(1) > 0 ? AllocateOnDisk(fd, bytes) : ENOSPC;
    };
  }
  struct Sum {
    int64_t calls = 0, input = 0;
    bool operator==(const Sum&) const = default;
  };
  Sum Booked() {
    Sum sum;
    for (const Kept& end : Ends(options.folder)) {
      sum.calls += end.usage.calls;
      sum.input += end.usage.input;
    }
    return sum;
  }
  static void WaitUntilWritten(const Book& book) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (book.held() > 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  }

  std::atomic<int> room{2};  // files
};

TEST_F(FullDisk, SumsAreHeldAndWrittenWhenThereIsRoomAgain) {
  constexpr int64_t kCalls = 12'000;  // 24,000 slots; two files have 16,382
  const auto book = Open();
  for (int64_t i = 0; i < kCalls; ++i) Call(*book, {.tenant = "t" + std::to_string(i % 3)}, i);
  EXPECT_GT(book->held(), 0);
  const Sum before = Booked();
  EXPECT_EQ(before.calls + book->held(), kCalls);
  room = 100;
  WaitUntilWritten(*book);
  EXPECT_EQ(Booked(), (Sum{kCalls, kCalls * (kCalls - 1) / 2}));
  Call(*book, {.tenant = "after"}, 1);
  EXPECT_EQ(Ends(options.folder).back().tenant, "after");
}

TEST_F(FullDisk, ACallThatBeganBeforeHasItsEndAndIsNotLost) {
  constexpr size_t kOpen = 3'000;
  {
    const auto book = Open();
    std::vector<uint64_t> begins;
    for (size_t i = 0; i < kOpen; ++i) begins.push_back(book->Begin({.tenant = "early"}, {}));
    while (book->held() == 0) Call(*book, {.tenant = "late"}, 1);
    for (const uint64_t begin : begins) {
      ASSERT_NE(begin, 0u);
      // Names that are new take room that nobody kept for them.
      book->End(begin, {.tenant = "early", .model = "m" + std::to_string(begin)}, {}, Used(1));
    }
    EXPECT_GT(book->held(), 0);
  }
  std::set<uint64_t> open;
  for (const Kept& line : ReadAll(options.folder)) {
    if (line.kind == Kind::kBegin) open.insert(line.number);
    if (line.kind == Kind::kEnd) open.erase(line.begin);
  }
  EXPECT_TRUE(open.empty());
  room = 100;
  EXPECT_EQ(Open()->recovered().lost, 0u);
}

TEST_F(FullDisk, FromTheStartHoldsEverything) {
  room = 0;
  const auto book = Open();
  Call(*book, {.tenant = "t"}, 5);
  EXPECT_EQ(book->held(), 1);
  room = 100;
  WaitUntilWritten(*book);
  EXPECT_EQ(Booked(), (Sum{1, 5}));
}

TEST_F(FullDisk, TooManyNamesAreSummedWithoutThem) {
  room = 0;
  const auto book = Open();
  const int64_t calls = 3 * static_cast<int64_t>(Held::kMost);
  for (int64_t i = 0; i < calls; ++i) Call(*book, {.model = "m" + std::to_string(i)}, i);
  EXPECT_EQ(book->held(), calls);
  room = 100;
  WaitUntilWritten(*book);
  EXPECT_EQ(Booked(), (Sum{calls, calls * (calls - 1) / 2}));
}

}  // namespace
}  // namespace inferwire::ledger
