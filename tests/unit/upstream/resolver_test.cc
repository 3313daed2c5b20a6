// Look-ups on a clock of the test's, with names that it makes up.
#include "upstream/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/manual_clock.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MadeUpNames final : public NameService {
 public:
  Result<std::vector<std::string>> Addresses(const std::string& host) override {
    ++asked[host];
    if (hangs) {
      began.set_value();
      answer.get_future().get();
    }
    const auto found = known.find(host);
    if (found != known.end()) return found->second;
    Error error;
    error.code = Code::kUnavailable;
    error.message = "nobody knows " + host;
    return error;
  }
  std::map<std::string, std::vector<std::string>> known;
  std::map<std::string, int> asked;
  bool hangs = false;
  std::promise<void> began, answer;
};

class KeptLines final : public telemetry::LogSink {
 public:
  explicit KeptLines(std::string& lines) : lines_(lines) {}
  void Write(std::string_view line) override { lines_.append(line); }

 private:
  std::string& lines_;
};

class ResolverTest : public testing::Test {
 protected:
  std::shared_ptr<Endpoints> Watch(const std::string& host, Duration every = 5s) {
    return resolver_.Watch({"vllm", host, 8000, every}, {});
  }
  static std::vector<std::string> AddressesOf(const Endpoints& endpoints) {
    std::vector<std::string> addresses;
    for (const auto& endpoint : *endpoints.Load()) addresses.push_back(endpoint->address);
    return addresses;
  }
  // What the counter says of look-ups of this result.
  std::string Counted(const std::string& result) const {
    const std::string page = metrics_.Expose();
    const std::string series =
        "inferwire_endpoint_lookups_total{gen_ai_provider_name=\"vllm\",result=\"" + result +
        "\"} ";
    const size_t at = page.find(series);
    if (at == std::string::npos) return "";
    const size_t value = at + series.size();
    return page.substr(value, page.find('\n', value) - value);
  }

  ManualClock clock_;
  routing::Board board_{clock_};
  telemetry::Metrics metrics_;
  std::string lines_;
  telemetry::Log log_{
      {telemetry::LogLevel::kInfo, false}, clock_, std::make_unique<KeptLines>(lines_)};
  std::shared_ptr<MadeUpNames> names_ = std::make_shared<MadeUpNames>();
  Resolver resolver_{{clock_, board_, metrics_.Of<telemetry::EndpointMetrics>(), log_}, names_};
};

TEST_F(ResolverTest, EveryAddressOfTheNameIsAnEndpoint) {
  names_->known["replicas"] = {"10.0.0.2", "10.0.0.1", "fd00::7"};
  const auto endpoints = Watch("replicas");
  EXPECT_THAT(AddressesOf(*endpoints), IsEmpty());
  EXPECT_EQ(resolver_.LookUpDue(), clock_.Now() + 5s);
  EXPECT_THAT(AddressesOf(*endpoints),
              ElementsAre("10.0.0.1:8000", "10.0.0.2:8000", "[fd00::7]:8000"));
}

TEST(SystemNames, KnowsAnAddressAsItselfAndSaysWhatItDoesNotKnow) {
  SystemNames names;
  const auto address = names.Addresses("127.0.0.1");
  ASSERT_TRUE(address);
  EXPECT_THAT(*address, ElementsAre("127.0.0.1"));
  const auto nobody = names.Addresses("no-such-host.invalid");
  ASSERT_FALSE(nobody);
  EXPECT_NE(nobody.error().message.find("no-such-host.invalid"), std::string::npos);
}

TEST_F(ResolverTest, FollowsTheNameAtItsTimes) {
  names_->known["replicas"] = {"10.0.0.1"};
  const auto endpoints = Watch("replicas");
  resolver_.LookUpDue();
  names_->known["replicas"] = {"10.0.0.1", "10.0.0.2"};
  clock_.Advance(4s);
  resolver_.LookUpDue();
  EXPECT_EQ(names_->asked["replicas"], 1) << "it is not due yet";
  clock_.Advance(1s);
  resolver_.LookUpDue();
  EXPECT_THAT(AddressesOf(*endpoints), ElementsAre("10.0.0.1:8000", "10.0.0.2:8000"));
  EXPECT_EQ(Counted("changed"), "2");
}

TEST_F(ResolverTest, WhatWasFoundLastIsKeptWhileLookUpsFail) {
  names_->known["replicas"] = {"10.0.0.1"};
  const auto endpoints = Watch("replicas");
  resolver_.LookUpDue();
  names_->known.clear();
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(5s);
    resolver_.LookUpDue();
  }
  EXPECT_THAT(AddressesOf(*endpoints), ElementsAre("10.0.0.1:8000"));
  EXPECT_EQ(Counted("failed"), "3");
  const size_t first = lines_.find("lookup_failed");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(lines_.find("lookup_failed", first + 1), std::string::npos) << "told once";
}

TEST_F(ResolverTest, WhileNoAddressIsKnownItAsksEverySecond) {
  const auto endpoints = Watch("replicas", 5min);
  EXPECT_EQ(resolver_.LookUpDue(), clock_.Now() + 1s);
  names_->known["replicas"] = {"10.0.0.1"};
  clock_.Advance(1s);
  EXPECT_EQ(resolver_.LookUpDue(), clock_.Now() + 5min);
  EXPECT_THAT(AddressesOf(*endpoints), ElementsAre("10.0.0.1:8000"));
}

TEST_F(ResolverTest, AnotherVersionOfTheConfigurationFindsTheSameEndpoints) {
  names_->known["replicas"] = {"10.0.0.1"};
  const auto before = Watch("replicas");
  resolver_.LookUpDue();
  const auto after = Watch("replicas", 10s);
  EXPECT_EQ(after, before);
  clock_.Advance(5s);
  resolver_.LookUpDue();
  EXPECT_EQ(resolver_.LookUpDue(), clock_.Now() + 10s) << "the new interval";
}

TEST_F(ResolverTest, WhatNobodyHoldsIsNotLookedUp) {
  names_->known["replicas"] = {"10.0.0.1"};
  Watch("replicas");
  resolver_.LookUpDue();
  EXPECT_EQ(names_->asked["replicas"], 0);
}

TEST_F(ResolverTest, ItsThreadLooksUpWhatIsWatchedLater) {
  names_->known["replicas"] = {"10.0.0.1"};
  resolver_.Start();
  const auto endpoints = Watch("replicas");
  resolver_.WaitForFirst(1min);
  EXPECT_THAT(AddressesOf(*endpoints), ElementsAre("10.0.0.1:8000"));
}

TEST_F(ResolverTest, ItsEndDoesNotWaitForALookUp) {
  names_->hangs = true;
  auto resolver = std::make_unique<Resolver>(
      Resolver::Parts{clock_, board_, metrics_.Of<telemetry::EndpointMetrics>(), log_}, names_);
  const auto endpoints = resolver->Watch({"vllm", "replicas", 8000, 5s}, {});
  resolver->Start();
  names_->began.get_future().get();
  resolver.reset();
  EXPECT_THAT(AddressesOf(*endpoints), IsEmpty());
  names_->answer.set_value();
}

}  // namespace
}  // namespace inferwire::upstream
