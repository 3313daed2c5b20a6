#include "identity/token_verifier.h"

#include <gtest/gtest.h>
#include <time.h>

#include <cstdio>
#include <memory>
#include <string>

#include "codec/base64.h"
#include "support/manual_clock.h"
#include "support/tokens.h"
#include "telemetry/metrics.h"

namespace inferwire::identity {
namespace {

using namespace std::chrono_literals;
using testing_support::Jwks;
using testing_support::TokenKey;

class TokenVerifierTest : public testing::Test {
 protected:
  TokenVerifierTest() {
    TokenIssuer& issuer = issuers_.emplace_back();
    issuer.name = "https://issuer.example";
    issuer.audiences = {"inferwire"};
    issuer.keys = keys_;
    AddRule({{"sub", "system:serviceaccount:search:*"}}, "search");
    AddRule({{"sub", "system:serviceaccount:search:ranker"}}, "ranker");
    AddRule({{"sub", "**"}, {"groups", "admins"}}, "admins");
    AddRule({{"verified", "true"}}, "verified");
    keys_->Replace(KeySet::Parse(Jwks({key_.Jwk("one")})).value());
  }

  void AddRule(std::vector<std::pair<std::string, std::string>> claims, const std::string& tenant) {
    TokenRule& rule = issuers_[0].rules.emplace_back();
    for (const auto& [claim, pattern] : claims) {
      rule.claims.emplace_back(claim, tenancy::Pattern(pattern, ":"));
    }
    rule.principal.tenant = tenant;
  }
  std::string Token(const std::string& sub, const std::string& more = {},
                    Duration life = 3600s) const {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.WallNow().time_since_epoch());
    const auto end = now + std::chrono::floor<std::chrono::seconds>(life);
    return key_.TokenOf("one", R"({"iss":"https://issuer.example","aud":["inferwire"],"iat":)" +
                                   std::to_string(now.count()) +
                                   ",\"exp\":" + std::to_string(end.count()) + ",\"sub\":\"" + sub +
                                   "\"" + more + "}");
  }
  // The tenant, or nothing.
  std::string Who(const std::string& token) {
    const auto answer = verifier_.Verify(token);
    return answer.principal ? answer.principal->tenant : "";
  }
  // So many signatures were computed so far.
  bool Computed(int count) const {
    return metrics_.Expose().find("inferwire_jwt_verifications_total " + std::to_string(count) +
                                  "\n") != std::string::npos;
  }

  ManualClock clock_;
  telemetry::Metrics metrics_;
  const TokenKey key_ = TokenKey::Ec();
  int missed_ = 0;
  const std::shared_ptr<IssuerKeys> keys_ =
      std::make_shared<IssuerKeys>(SteadyTime{}, [this] { ++missed_; });
  std::vector<TokenIssuer> issuers_;
  TokenVerifier verifier_{issuers_, clock_, metrics_.Of<AuthMetrics>()};
};

TEST_F(TokenVerifierTest, ATokenBelongsToTheRuleThatSaysMostOfIt) {
  EXPECT_EQ(Who(Token("system:serviceaccount:search:indexer")), "search");
  EXPECT_EQ(Who(Token("system:serviceaccount:search:ranker")), "ranker");
  EXPECT_EQ(Who(Token("system:serviceaccount:search:a:b")), "") << "a star has no colon";
  EXPECT_EQ(Who(Token("alice", R"(,"groups":["staff","admins"])")), "admins");
  EXPECT_EQ(Who(Token("alice", R"(,"groups":"admins")")), "admins");
  EXPECT_EQ(Who(Token("alice", R"(,"groups":["staff",7,"admins"])")), "") << "what is that list?";
  EXPECT_EQ(Who(Token("alice", R"(,"verified":true)")), "verified");
  EXPECT_EQ(Who(Token("alice", R"(,"verified":false)")), "");
  EXPECT_EQ(Who(Token("alice", R"(,"verified":{"true":true})")), "");
}

TEST_F(TokenVerifierTest, AGoodTokenThatNoRuleFitsIsNobodys) {
  const auto answer = verifier_.Verify(Token("alice"));
  EXPECT_EQ(answer.verdict, Verdict::kNoRule);
}

TEST_F(TokenVerifierTest, TheSubjectIsTheTokens) {
  const std::string token = Token("system:serviceaccount:search:ranker");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(verifier_.Verify(token).subject, "system:serviceaccount:search:ranker");
  }
}

TEST_F(TokenVerifierTest, AVerifiedTokenIsKnownForFiveMinutes) {
  const std::string token = Token("system:serviceaccount:search:ranker");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Who(token), "ranker");
  EXPECT_TRUE(Computed(1));
  clock_.Advance(5min);
  EXPECT_EQ(Who(token), "ranker");
  EXPECT_TRUE(Computed(2));
}

TEST_F(TokenVerifierTest, AKnownTokenEndsWhenItSays) {
  const std::string token = Token("system:serviceaccount:search:ranker", {}, 60s);
  EXPECT_EQ(Who(token), "ranker");
  clock_.Advance(119s);
  EXPECT_EQ(Who(token), "ranker") << "clocks differ";
  clock_.Advance(1s);
  EXPECT_EQ(verifier_.Verify(token).verdict, Verdict::kExpired);
  EXPECT_TRUE(Computed(1));
}

TEST_F(TokenVerifierTest, OtherKeysMakeAKnownTokenUnknown) {
  const std::string token = Token("system:serviceaccount:search:ranker");
  EXPECT_EQ(Who(token), "ranker");
  keys_->Replace(KeySet::Parse(Jwks({TokenKey::Ec().Jwk("one")})).value());
  EXPECT_EQ(verifier_.Verify(token).verdict, Verdict::kInvalid);
  keys_->Replace(nullptr);
  EXPECT_EQ(verifier_.Verify(token).verdict, Verdict::kUnknownKey);
}

TEST_F(TokenVerifierTest, AnUnknownKeyIsAskedForOnceUntilSomebodyLooks) {
  const std::string good = Token("system:serviceaccount:search:ranker");
  keys_->Replace(KeySet::Parse(Jwks({TokenKey::Ec().Jwk("two")})).value());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(verifier_.Verify(good).verdict, Verdict::kUnknownKey);
  EXPECT_EQ(missed_, 1);
  keys_->Fetching();
  verifier_.Verify(good);
  EXPECT_EQ(missed_, 2);
}

TEST_F(TokenVerifierTest, ATokenForSomebodyElseAsksForNoKey) {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.WallNow().time_since_epoch());
  const std::string exp = ",\"exp\":" + std::to_string(now.count() + 60) + "}";
  for (const std::string claims : {R"({"iss":"https://other.example","aud":"inferwire")",
                                   R"({"iss":"https://issuer.example","aud":"other")"}) {
    EXPECT_EQ(verifier_.Verify(key_.TokenOf("two", claims + exp)).verdict, Verdict::kInvalid);
  }
  EXPECT_EQ(missed_, 0);
}

// What it costs is printed, for the README: the processor's time of this thread.
TEST_F(TokenVerifierTest, ToKnowATokenCostsLessThanToVerifyIt) {
  constexpr int kTimes = 200;
  const auto cpu_us = [](auto&& action) {
    timespec begin{}, end{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (int i = 0; i < kTimes; ++i) action();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return (static_cast<double>(end.tv_sec - begin.tv_sec) * 1e6 +
            static_cast<double>(end.tv_nsec - begin.tv_nsec) / 1e3) /
           kTimes;
  };
  const std::string filler = ",\"kubernetes.io\":{\"pod\":\"" + std::string(400, 'x') + "\"}";
  const TokenKey rsa = TokenKey::Rsa(), rsa4096 = TokenKey::Rsa(4096);
  const struct {
    const char* name;
    const TokenKey& key;
  } kKeys[] = {{"ES256", key_}, {"RS256-2048", rsa}, {"RS256-4096", rsa4096}};
  for (const auto& [name, key] : kKeys) {
    const auto set = KeySet::Parse(Jwks({key.Jwk("one")})).value();
    const std::string claims = Token("system:serviceaccount:search:ranker", filler);
    const size_t first = claims.find('.') + 1;
    const std::string token = key.TokenOf(
        "one", codec::DecodeBase64Url(claims.substr(first, claims.rfind('.') - first)).value());
    const double verified = cpu_us([&] {
      keys_->Replace(set);  // another version: nothing is known any more
      ASSERT_EQ(verifier_.Verify(token).verdict, Verdict::kAccepted);
    });
    const double known = cpu_us([&] { verifier_.Verify(token); });
    std::printf("%s, %zu bytes: %.1f us to verify, %.2f us when it is known\n", name, token.size(),
                verified, known);
    EXPECT_LT(known, verified);
  }
}

TEST(TokenCacheTest, HoldsNoMoreThanItMayAndForgetsTheOldest) {
  const IssuerKeys keys(nullptr);
  TokenCache cache(3);
  const auto hash = [](unsigned char i) { return tenancy::KeyHash{i}; };
  const TokenCache::Token token{nullptr, "x", &keys, 0, WallTime::max(), SteadyTime::max()};
  for (unsigned char i = 1; i <= 5; ++i) cache.Add(hash(i), token);
  EXPECT_EQ(cache.size(), 3u);
  const auto known = [&](unsigned char i) { return cache.Find(hash(i), {}, {}) != nullptr; };
  EXPECT_FALSE(known(1) || known(2));
  EXPECT_TRUE(known(3) && known(4) && known(5));
  cache.Add(hash(3), token);  // again: it keeps its place
  cache.Add(hash(6), token);
  EXPECT_FALSE(known(3));
  EXPECT_TRUE(known(4) && known(5) && known(6));
}

}  // namespace
}  // namespace inferwire::identity
