// When an issuer is asked for its keys, and what becomes of what it says.
#include "identity/key_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "../rpc/fake_transport.h"
#include "support/manual_clock.h"
#include "support/tokens.h"

namespace inferwire::identity {
namespace {

using namespace std::chrono_literals;
using http::FakeTransport;
using testing::HasSubstr;
using testing::Not;
using testing_support::Jwks;
using testing_support::TokenKey;

constexpr const char* kUrl = "https://issuer.example/keys";
const std::string kIssuer = "https://issuer.example/tenant";

class KeptLines final : public telemetry::LogSink {
 public:
  explicit KeptLines(std::string& lines) : lines_(lines) {}
  void Write(std::string_view line) override { lines_.append(line).append("\n"); }

 private:
  std::string& lines_;
};

class KeySourceTest : public testing::Test {
 protected:
  void Begin(const std::string& jwks_url, const std::string& issuer = kIssuer) {
    source_.emplace(KeySource::Parts{transport_, timers_, random_, log_},
                    KeySourceOptions{issuer, jwks_url, "/etc/ca.crt", {}}, keys_);
    source_->Start();
  }
  void Advance(Duration duration) {
    for (Duration passed{}; passed < duration; passed += 1s) {
      clock_.Advance(1s);
      while (timers_.FireDue()) {
      }
    }
  }
  // When it asks again, from now on; nothing: not within that time.
  std::optional<Duration> AsksAfter(Duration most) {
    const size_t before = asked();
    for (Duration passed{}; passed < most;) {
      Advance(1s);
      passed += 1s;
      if (asked() > before) return passed;
    }
    return std::nullopt;
  }
  http::PlayedTransfer& last() { return *transport_.transfers.back(); }
  void Answer(int status, const std::string& body) {
    http::PlayedTransfer& transfer = last();
    FakeTransport::Head(transfer, status, "application/json");
    if (!transfer.over) FakeTransport::Body(transfer, body);
    if (!transfer.over) FakeTransport::End(transfer);
  }
  size_t asked() const { return transport_.transfers.size(); }
  bool Has(const char* kid) const {
    const auto set = keys_->Current();
    return set && set->Find(kid, Algorithm::kEs256);
  }

  ManualClock clock_;
  Timers timers_{clock_};
  Random random_{1};
  FakeTransport transport_;
  std::string lines_;
  telemetry::Log log_{
      {telemetry::LogLevel::kInfo, false}, clock_, std::make_unique<KeptLines>(lines_)};
  std::shared_ptr<IssuerKeys> keys_ = std::make_shared<IssuerKeys>(clock_.Now(), [] {});
  std::optional<KeySource> source_;
  const std::string one_ = Jwks({TokenKey::Ec().Jwk("one")}),
                    two_ = Jwks({TokenKey::Ec().Jwk("two")});
};

TEST_F(KeySourceTest, FetchesTheKeysFromTheirUrl) {
  Begin(kUrl);
  EXPECT_FALSE(keys_->tried());
  EXPECT_EQ(last().request.url, kUrl);
  EXPECT_EQ(last().request.method, "GET");
  EXPECT_EQ(last().request.connect_options->ca_bundle, "/etc/ca.crt");
  EXPECT_FALSE(last().request.connect_options->allow_plain_http);
  Answer(200, one_);
  EXPECT_TRUE(Has("one"));
  EXPECT_TRUE(keys_->tried());
  EXPECT_THAT(lines_, HasSubstr("signing_keys_fetched"));
}

TEST_F(KeySourceTest, FindsThemByTheIssuersConfiguration) {
  Begin("");
  EXPECT_EQ(last().request.url, kIssuer + "/.well-known/openid-configuration");
  Answer(200, R"({"issuer":")" + kIssuer + R"(","jwks_uri":"https://keys.example/k?v=1"})");
  ASSERT_EQ(asked(), 2u);
  EXPECT_EQ(last().request.url, "https://keys.example/k?v=1");
  Answer(200, one_);
  EXPECT_TRUE(Has("one"));
}

TEST_F(KeySourceTest, AnIssuerWithASlashAtItsEndIsAskedAsWell) {
  Begin("", "https://issuer.example/");
  EXPECT_EQ(last().request.url, "https://issuer.example/.well-known/openid-configuration");
}

TEST_F(KeySourceTest, AConfigurationOfAnotherIssuerOrAnUnsafePlaceIsNotFollowed) {
  for (const std::string configuration :
       {R"({"issuer":"https://evil.example","jwks_uri":"https://keys.example/k"})",
        R"({"issuer":"https://issuer.example/tenant","jwks_uri":"http://keys.example/k"})",
        R"({"issuer":"https://issuer.example/tenant","jwks_uri":"http://127.0.0.1@evil.example/"})",
        R"({"issuer":"https://issuer.example/tenant","jwks_uri":"file:///etc/passwd"})",
        R"({"issuer":"https://issuer.example/tenant"})", "[]", "<html>"}) {
    Begin("");
    const size_t before = asked();
    Answer(200, configuration);
    EXPECT_EQ(asked(), before) << configuration;
    EXPECT_THAT(lines_, HasSubstr("signing_keys_not_fetched")) << configuration;
  }
}

TEST_F(KeySourceTest, ARedirectIsNotFollowed) {
  Begin(kUrl);
  Answer(302, "");
  EXPECT_EQ(asked(), 1u);
  EXPECT_THAT(lines_, HasSubstr("redirect (302)"));
}

TEST_F(KeySourceTest, FetchesThemAgainEveryTenMinutes) {
  Begin(kUrl);
  Answer(200, one_);
  const uint64_t version = keys_->version();
  const auto later = AsksAfter(11min);
  ASSERT_TRUE(later);
  EXPECT_GE(*later, 9min);
  EXPECT_LE(*later, 10min);
  Answer(200, one_);
  EXPECT_EQ(keys_->version(), version) << "the same keys: what is known stays known";
  ASSERT_TRUE(AsksAfter(11min));
  Answer(200, two_);
  EXPECT_NE(keys_->version(), version);
  EXPECT_TRUE(Has("two"));
  EXPECT_FALSE(Has("one"));
}

TEST_F(KeySourceTest, AnUnknownKeyIsFetchedEveryThirtySecondsAtMost) {
  Begin(kUrl);
  Answer(200, one_);
  source_->Refetch();
  EXPECT_EQ(AsksAfter(1min), 30s);
  source_->Refetch();  // while it is asked already: it may have been too early
  Answer(200, one_);
  EXPECT_EQ(AsksAfter(1min), 30s);
  Answer(200, two_);
  Advance(5min);
  source_->Refetch();
  EXPECT_EQ(AsksAfter(1min), 1s) << "the last time is long ago";
}

TEST_F(KeySourceTest, TheLastGoodKeysGoOnForADay) {
  Begin(kUrl);
  Answer(200, one_);
  const SteadyTime good_at = keys_->good_at();
  Advance(11min);
  size_t failures = 0;
  while (clock_.Now() - good_at < 24h - 40s) {
    if (!last().over) Answer(500, "no"), ++failures;
    Advance(10s);
  }
  EXPECT_TRUE(Has("one"));
  EXPECT_EQ(keys_->good_at(), good_at);
  EXPECT_GT(failures, 1000u);
  EXPECT_LT(failures, 7000u) << "it is not asked all the time";
  for (int i = 0; i < 8; ++i) {
    if (!last().over) Answer(500, "no");
    Advance(10s);
  }
  EXPECT_EQ(keys_->Current(), nullptr);
  EXPECT_THAT(lines_, HasSubstr("signing_keys_dropped"));
  if (last().over) Advance(31s);
  Answer(200, one_);
  EXPECT_TRUE(Has("one")) << "the same keys, and there again";
}

TEST_F(KeySourceTest, AFailureIsToldOnceAndTriedAgainSoon) {
  Begin(kUrl);
  for (int i = 0; i < 3; ++i) {
    Answer(503, "");
    Advance(5s);
  }
  EXPECT_EQ(asked(), 4u);
  const size_t first = lines_.find("status 503");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(lines_.find("status 503", first + 1), std::string::npos);
  EXPECT_TRUE(keys_->tried());
}

TEST_F(KeySourceTest, WhatIsNoSetOfKeysLeavesTheOldOnes) {
  Begin(kUrl);
  Answer(200, one_);
  ASSERT_TRUE(AsksAfter(11min));
  Answer(200, R"({"keys":[]})");
  EXPECT_TRUE(Has("one"));
  EXPECT_THAT(lines_, HasSubstr("no key that can be used"));
}

TEST_F(KeySourceTest, ASilentSourceIsGivenUp) {
  Begin(kUrl);
  Advance(10s);
  EXPECT_TRUE(last().cancelled || asked() > 1);
  EXPECT_TRUE(transport_.transfers.front()->cancelled);
  EXPECT_THAT(lines_, HasSubstr("does not answer in time"));
}

TEST_F(KeySourceTest, AnAnswerWithoutEndIsCut) {
  Begin(kUrl);
  FakeTransport::Head(last(), 200, "application/json");
  const std::string piece(256 * 1024, ' ');
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(last().cancelled);
    FakeTransport::Body(last(), piece);
  }
  FakeTransport::Body(last(), "x");
  EXPECT_TRUE(transport_.transfers.front()->cancelled);
  EXPECT_THAT(lines_, HasSubstr("more than 1 MiB"));
}

TEST_F(KeySourceTest, NobodyIsAskedForKeysThatNobodyHas) {
  Begin(kUrl);
  Answer(200, one_);
  keys_.reset();
  EXPECT_FALSE(source_->wanted());
  Advance(30min);
  EXPECT_EQ(asked(), 1u);
}

TEST_F(KeySourceTest, WhatIsUnderWayEndsWithIt) {
  Begin(kUrl);
  source_.reset();
  EXPECT_TRUE(last().cancelled);
  EXPECT_EQ(transport_.wrong_cancels, 0);
}

}  // namespace
}  // namespace inferwire::identity
