#include "gateway/memory_budget.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "support/temp_folder.h"

namespace inferwire::gateway {
namespace {

using Level = MemoryBudget::Level;

const CallerKey kAlice = CallerKey::Of("alice", ""), kBob = CallerKey::Of("bob", "");

TEST(CallerKey, IsTheIdentityElseTheAddress) {
  const auto of = [](std::string_view identity, std::string_view peer) {
    return CallerKey::Of(identity, peer);
  };
  EXPECT_EQ(of("alice", "ipv4:10.0.0.1:1"), of("alice", "ipv4:10.0.0.2:2"));
  EXPECT_FALSE(of("alice", "ipv4:10.0.0.1:1") == of("bob", "ipv4:10.0.0.1:1"));
  EXPECT_EQ(of("", "ipv4:10.0.0.1:1"), of("", "ipv4:10.0.0.1:65535"));
  EXPECT_FALSE(of("", "ipv4:10.0.0.1:1") == of("", "ipv4:10.0.0.2:1"));
  EXPECT_EQ(of("", "unix:"), of("", "unix:"));
  // Of IPv6 the network: a subscriber has 2^64 addresses.
  EXPECT_EQ(of("", "ipv6:%5B2001:db8::1%5D:1"), of("", "ipv6:%5B2001:db8::ffff:2%5D:2"));
  EXPECT_FALSE(of("", "ipv6:%5B2001:db8::1%5D:1") == of("", "ipv6:%5B2001:db8:0:1::1%5D:1"));
  EXPECT_EQ(of("", "ipv6:%5Bfe80::1%25eth0%5D:1"), of("", "ipv6:%5Bfe80::2%25eth0%5D:1"));
  EXPECT_FALSE(of("", "ipv6:%5B::ffff:10.0.0.1%5D:1") == of("", "ipv6:%5B::ffff:10.0.0.2%5D:1"));
  for (const char* odd : {"", "ipv6:", "ipv6:%5B", "ipv6:%5D%5B", "ipv4", "x"}) of("", odd);
}

TEST(CallerCounts, CountsEachCallerForItself) {
  CallerCounts counts;
  counts.Add(kAlice, 5);
  counts.Add(kBob, 2);
  EXPECT_EQ(counts.Of(kAlice), 5);
  EXPECT_EQ(counts.Of(kBob), 2);
  counts.Add(kAlice, -5);
  EXPECT_EQ(counts.Of(kAlice), 0);
}

TEST(CallerCounts, TakesFewStrangersForACallerWithMuch) {
  CallerCounts counts;
  for (int i = 0; i < 10; ++i) counts.Add(CallerKey::Of("greedy" + std::to_string(i), ""), 1000);
  int mistaken = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (counts.Of(CallerKey::Of("caller" + std::to_string(i), "")) > 0) ++mistaken;
  }
  EXPECT_LE(mistaken, 20);  // (10 / 2048)^2 of them are to be expected
}

TEST(FairShare, LeavesRoomForOneMore) {
  const FairShare share(90);
  constexpr int64_t kAll = 2000;
  for (const int callers : {1, 2, 3, 10, 50}) {
    std::vector<int64_t> held(static_cast<size_t>(callers), 0);
    int64_t free = kAll;
    for (bool more = true; more;) {
      more = false;
      for (int64_t& mine : held) {
        if (free > 0 && share.Allows(mine, free)) ++mine, --free, more = true;
      }
    }
    EXPECT_GT(free, 0) << callers;
    EXPECT_TRUE(share.Allows(0, free)) << "a newcomer";
    EXPECT_LE(held.front() - held.back(), 1) << "equal shares";
    if (callers == 1) {
      EXPECT_EQ(held.front(), kAll * 9 / 10);
    }
  }
  EXPECT_TRUE(FairShare(100).Allows(kAll - 1, 1));
}

TEST(MemoryBudget, HasItsLevels) {
  MemoryBudget budget(100'000'000);
  EXPECT_EQ(budget.level(), Level::kCalm);
  budget.Add(kAlice, 80'000'000);
  EXPECT_EQ(budget.level(), Level::kFairShares);
  EXPECT_FALSE(budget.Admits(kAlice)) << "holds more than is left";
  EXPECT_TRUE(budget.Admits(kBob));
  budget.Add(kBob, 8'000'000);
  EXPECT_EQ(budget.level(), Level::kNewcomersOnly);
  EXPECT_FALSE(budget.Admits(kBob));
  EXPECT_TRUE(budget.Admits(CallerKey::Of("carol", "")));
  budget.Add(kAlice, 7'000'000);
  EXPECT_EQ(budget.level(), Level::kCritical);
  EXPECT_FALSE(budget.Admits(CallerKey::Of("carol", "")));
  budget.SetLimit(1'000'000'000);
  EXPECT_EQ(budget.level(), Level::kCalm);
  EXPECT_TRUE(budget.Admits(kAlice));
}

TEST(MemoryBudget, IsNeverWithoutALimit) {
  EXPECT_GE(DefaultMemoryBudget(), int64_t{64} << 20);
  EXPECT_LT(DefaultMemoryBudget(), int64_t{1} << 50);
}

class MemoryOfGroups : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder.File(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  int64_t Budget() { return DefaultMemoryBudget(folder.File("groups"), folder.File("")) >> 20; }

  testing_support::TempFolder folder;
};

TEST_F(MemoryOfGroups, IsHalfOfWhatAContainerHas) {
  Write("groups", "0::/\n");
  Write("memory.max", "1073741824\n");
  EXPECT_EQ(Budget(), 512);
}

TEST_F(MemoryOfGroups, IsHalfOfTheLeastOfItsOwnAndThoseAroundIt) {
  Write("groups", "0::/system.slice/gateway.service\n");
  Write("memory.max", "max\n");
  Write("system.slice/memory.max", "2147483648\n");
  Write("system.slice/gateway.service/memory.max", "max\n");
  EXPECT_EQ(Budget(), 1024);
  Write("system.slice/gateway.service/memory.max", "536870912\n");
  EXPECT_EQ(Budget(), 256);
}

TEST_F(MemoryOfGroups, IsHalfOfWhatTheControllerOfMemoryAllows) {
  Write("groups", "5:cpu,cpuacct:/cpu\n4:hugetlb,memory:/jobs\n0::/\n");
  Write("memory/memory.limit_in_bytes", "9223372036854771712\n");
  Write("memory/jobs/memory.limit_in_bytes", "268435456\n");
  Write("memory/cpu/memory.limit_in_bytes", "1\n");
  EXPECT_EQ(Budget(), 128);
}

TEST_F(MemoryOfGroups, IsOfTheContainerWhereItsGroupIsNotShown) {
  Write("groups", "4:memory:/kubepods/pod1/container1\n");
  Write("memory/memory.limit_in_bytes", "536870912\n");
  EXPECT_EQ(Budget(), 256);
}

TEST(CallMemory, BooksWhatIsWorthItAndGivesAllBack) {
  MemoryBudget budget(1 << 30);
  {
    CallMemory call(&budget, kAlice);
    call.Set(CallMemory::kRequest, 1000);
    call.Set(CallMemory::kAnswer, 2000);
    EXPECT_EQ(call.held(), 3000);
    EXPECT_EQ(budget.held(), 0) << "a small call touches nothing that is shared";
    call.Set(CallMemory::kAnswer, 1'000'000);
    EXPECT_EQ(budget.held(), 1'001'000);
    EXPECT_EQ(budget.HeldBy(kAlice), 1'001'000);
    EXPECT_EQ(budget.HeldBy(kBob), 0);
    call.Set(CallMemory::kOutgoing, 500'000);
    call.Set(CallMemory::kAnswer, 0);
    EXPECT_EQ(budget.held(), 501'000);
    call.Set(CallMemory::kRequest, 0);
    call.Set(CallMemory::kOutgoing, 0);
    EXPECT_EQ(budget.held(), 0);
    call.Set(CallMemory::kOther, 77'000);
  }
  EXPECT_EQ(budget.held(), 0);
  EXPECT_EQ(budget.HeldBy(kAlice), 0);
}

TEST(CallMemory, HoldsBackOnlyLargeCallsAndOnlyWhileItIsCritical) {
  MemoryBudget budget(10'000'000);
  CallMemory small(&budget, kAlice), large(&budget, kBob);
  small.Set(CallMemory::kAnswer, 1000);
  large.Set(CallMemory::kAnswer, 9'400'000);
  EXPECT_FALSE(large.MustWait());
  large.Set(CallMemory::kAnswer, 9'600'000);
  EXPECT_TRUE(large.MustWait());
  EXPECT_FALSE(small.MustWait());
  large.Wait();
  EXPECT_FALSE(large.WaitedLongEnough());
  budget.SetLimit(20'000'000);
  EXPECT_TRUE(large.WaitedLongEnough());
  EXPECT_FALSE(large.WaitedLongEnough()) << "once";
}

TEST(CallMemory, CountsNothingWithoutABudget) {
  CallMemory call(nullptr);
  call.Set(CallMemory::kAnswer, 1 << 30);
  EXPECT_FALSE(call.MustWait());
  EXPECT_EQ(call.Weight(), 0);
}

}  // namespace
}  // namespace inferwire::gateway
