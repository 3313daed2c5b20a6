#include "identity/refusals.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace inferwire::identity {
namespace {

using namespace std::chrono_literals;

gateway::CallerKey Address(const char* peer) { return gateway::CallerKey::Of("", peer); }

TEST(RefusalsTest, CountsEachAddressForTheMinute) {
  Refusals refusals;
  const SteadyTime now(1h);
  for (int i = 0; i < 3; ++i) refusals.Add(Address("ipv4:10.0.0.1:1"), now + i * 1s);
  EXPECT_EQ(refusals.Of(Address("ipv4:10.0.0.1:999"), now + 59s), 3) << "whatever the port";
  EXPECT_EQ(refusals.Of(Address("ipv4:10.0.0.2:1"), now), 0);
}

TEST(RefusalsTest, SaysHowManyThereAreAndTellsOfABurst) {
  Refusals refusals;
  std::vector<std::string> told;
  refusals.OnBurst([&](std::string_view who) { told.emplace_back(who); });
  const SteadyTime now(1h);
  EXPECT_EQ(refusals.Add(Address("ipv4:10.0.0.1:1"), now), 1);
  EXPECT_EQ(refusals.Add(Address("ipv4:10.0.0.1:1"), now), 2);
  refusals.TellOfBurst("ipv4:10.0.0.1:1");
  EXPECT_EQ(told, std::vector<std::string>{"ipv4:10.0.0.1:1"});
}

TEST(RefusalsTest, ANewMinuteBeginsAtZero) {
  Refusals refusals;
  const SteadyTime now(1h);
  refusals.Add(Address("ipv4:10.0.0.1:1"), now);
  EXPECT_EQ(refusals.Of(Address("ipv4:10.0.0.1:1"), now + 60s), 0);
  refusals.Add(Address("ipv4:10.0.0.1:1"), now + 61s);
  EXPECT_EQ(refusals.Of(Address("ipv4:10.0.0.1:1"), now + 62s), 1);
  EXPECT_EQ(Refusals::Left(now + 10s), 50s);
}

TEST(RefusalsTest, ASubscribersIpv6NetworkIsOneAddress) {
  Refusals refusals;
  const SteadyTime now(1h);
  refusals.Add(Address("ipv6:%5B2001:db8::1%5D:1"), now);
  EXPECT_EQ(refusals.Of(Address("ipv6:%5B2001:db8::2%5D:1"), now), 1);
  EXPECT_EQ(refusals.Of(Address("ipv6:%5B2001:db9::1%5D:1"), now), 0);
}

}  // namespace
}  // namespace inferwire::identity
