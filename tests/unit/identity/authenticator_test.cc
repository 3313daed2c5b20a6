#include "identity/authenticator.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/manual_clock.h"
#include "support/tokens.h"
#include "telemetry/metrics.h"

namespace inferwire::identity {
namespace {

using namespace std::chrono_literals;

std::string NewKeyOf(std::string_view id) {
  return tenancy::NewKey(id, tenancy::SystemRandomBytes).value();
}

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() {
    AddKey("AAAAAAAA", "acme", {{hasher_.Of(acme_)}});
    AddKey("BBBBBBBB", "beta", {{hasher_.Of(beta_)}});
  }

  void AddKey(const std::string& id, const std::string& tenant,
              absl::InlinedVector<tenancy::KeySecret, 2> secrets) {
    tenancy::Key key;
    key.principal.tenant = tenant;
    key.principal.key = id;
    key.secrets = std::move(secrets);
    rules_->directory.AddKey(std::move(key));
  }
  static tenancy::NameRule Rule(std::string_view is, const std::string& tenant) {
    tenancy::Principal principal;
    principal.tenant = tenant;
    return {tenancy::Pattern(is, "/"), principal};
  }

  Result<Caller> Identify(const Evidence& evidence) {
    if (!authenticator_) {
      authenticator_ = std::make_unique<Authenticator>(rules_, clock_, auth_metrics_, refusals_);
    }
    return authenticator_->Identify(evidence);
  }
  static Evidence Bearer(const std::string& credential) {
    return {.authorization = "Bearer " + credential, .peer = "ipv4:10.0.0.1:1"};
  }
  // The tenant, or the reason of the refusal.
  std::string Who(const Evidence& evidence) {
    const auto who = Identify(evidence);
    if (!who) {
      EXPECT_FALSE(who.error().safe_to_retry);
      return std::string(ReasonName(who.error().reason));
    }
    return who->principal ? who->principal->tenant : "";
  }
  bool Counted(const std::string& line) const {
    return metrics_.Expose().find(line) != std::string::npos;
  }

  ManualClock clock_;
  telemetry::Metrics metrics_;
  AuthMetrics& auth_metrics_ = metrics_.Of<AuthMetrics>();
  Refusals refusals_;
  tenancy::KeyHasher hasher_;
  const std::string acme_ = NewKeyOf("AAAAAAAA"), beta_ = NewKeyOf("BBBBBBBB");
  const std::shared_ptr<Rules> rules_ = std::make_shared<Rules>();
  std::unique_ptr<Authenticator> authenticator_;
};

TEST_F(AuthenticatorTest, AKeySaysWhoCalls) {
  EXPECT_EQ(Who(Bearer(acme_)), "acme");
  EXPECT_EQ(Who(Bearer(beta_)), "beta");
  EXPECT_EQ(Who({.authorization = "bearer  " + acme_}), "acme") << "the scheme has no case";
  EXPECT_TRUE(
      Counted("inferwire_auth_total{method=\"api_key\",outcome=\"accepted\",reason=\"\"} 3"));
}

TEST_F(AuthenticatorTest, AKeyThatIsNotKnownYetIsNotCalledWrong) {
  rules_->directory_read = false;
  EXPECT_EQ(Who(Bearer(acme_)), "acme");
  for (int i = 0; i < 2 * rules_->max_wrong_per_minute; ++i) {
    const auto who = Identify(Bearer(NewKeyOf("CCCCCCCC")));
    ASSERT_FALSE(who);
    EXPECT_EQ(who.error().code, Code::kUnavailable);
    EXPECT_EQ(who.error().reason, v1::ERROR_REASON_STORE_UNAVAILABLE);
    EXPECT_TRUE(who.error().safe_to_retry);
  }
  // What no key can be is wrong in any case, and so is another secret of one that is known.
  EXPECT_EQ(Who(Bearer("iw_nonsense")), "INVALID_CREDENTIALS");
  EXPECT_EQ(Who(Bearer(NewKeyOf("AAAAAAAA"))), "INVALID_CREDENTIALS");
}

TEST_F(AuthenticatorTest, WhoShowsTooManyWrongOnesIsToldOfOnceAMinute) {
  std::vector<std::string> told;
  refusals_.OnBurst([&](std::string_view who) { told.emplace_back(who); });
  rules_->max_wrong_per_minute = 3;
  for (int i = 0; i < 10; ++i) (void)Identify(Bearer(NewKeyOf("AAAAAAAA")));
  EXPECT_EQ(told, std::vector<std::string>{"ipv4:10.0.0.1:1"});
  clock_.Advance(1min);
  for (int i = 0; i < 10; ++i) (void)Identify(Bearer(NewKeyOf("AAAAAAAA")));
  EXPECT_EQ(told.size(), 2u);
}

TEST_F(AuthenticatorTest, KnowsWhichKeysWereUsedSinceTheLastTime) {
  (void)Identify(Bearer(acme_));
  (void)Identify(Bearer(acme_));
  (void)Identify(Bearer(NewKeyOf("BBBBBBBB")));
  EXPECT_EQ(rules_->directory.TakeUsed(), std::vector<std::string>{"AAAAAAAA"});
  EXPECT_TRUE(rules_->directory.TakeUsed().empty());
  (void)Identify(Bearer(acme_));
  EXPECT_EQ(rules_->directory.TakeUsed().size(), 1u);
}

TEST_F(AuthenticatorTest, WhatIsNoGoodKeyIsRefusedWithOneTextForAll) {
  const std::string other = NewKeyOf("AAAAAAAA"), unknown = NewKeyOf("CCCCCCCC");
  std::string typo = acme_;
  typo[20] = typo[20] == 'a' ? 'b' : 'a';
  std::string text;
  for (const std::string& key : {other, unknown, typo, acme_.substr(0, 60), acme_ + "a",
                                 acme_ + "," + acme_, std::string("iw_"), std::string("sk-123"),
                                 std::string("eyJhbGciOiJub25lIn0.e30."), std::string()}) {
    const auto who = Identify(Bearer(key));
    ASSERT_FALSE(who) << key;
    EXPECT_EQ(who.error().code, Code::kUnauthenticated);
    EXPECT_EQ(who.error().reason, v1::ERROR_REASON_INVALID_CREDENTIALS);
    EXPECT_TRUE(who.error().metadata.empty());
    if (text.empty()) text = who.error().message;
    EXPECT_EQ(who.error().message, text);
  }
  EXPECT_EQ(Who({.authorization = "Basic " + acme_}), "INVALID_CREDENTIALS");
  EXPECT_EQ(Who({.authorization = ""}), "INVALID_CREDENTIALS");
}

TEST_F(AuthenticatorTest, NothingShownIsRefusedWhereItIsRequired) {
  const auto who = Identify({});
  ASSERT_FALSE(who);
  EXPECT_EQ(who.error().code, Code::kUnauthenticated);
  EXPECT_EQ(who.error().reason, v1::ERROR_REASON_CREDENTIALS_REQUIRED);
}

TEST_F(AuthenticatorTest, WhereItIsNotRequiredAWrongKeyIsRefusedAllTheSame) {
  rules_->required = false;
  EXPECT_EQ(Who({}), "");
  EXPECT_EQ(Who(Bearer(NewKeyOf("AAAAAAAA"))), "INVALID_CREDENTIALS");
  EXPECT_EQ(Who(Bearer("sk-somebody-elses")), "INVALID_CREDENTIALS");
}

TEST_F(AuthenticatorTest, ThoseThatProveNothingMayBeATenant) {
  rules_->required = false;
  rules_->directory.anonymous = tenancy::Principal{.tenant = "public"};
  EXPECT_EQ(Who({}), "public");
  EXPECT_EQ(Who(Bearer(acme_)), "acme");
}

TEST_F(AuthenticatorTest, BothSecretsAreGoodUntilTheOldOneEnds) {
  const std::string before = NewKeyOf("RRRRRRRR"), now = NewKeyOf("RRRRRRRR");
  AddKey("RRRRRRRR", "acme", {{hasher_.Of(now)}, {hasher_.Of(before), clock_.WallNow() + 24h}});
  EXPECT_EQ(Who(Bearer(before)), "acme");
  EXPECT_EQ(Who(Bearer(now)), "acme");
  clock_.Advance(24h);
  EXPECT_EQ(Who(Bearer(before)), "CREDENTIALS_EXPIRED");
  EXPECT_EQ(Who(Bearer(now)), "acme");
}

TEST_F(AuthenticatorTest, APepperMakesOtherHashes) {
  tenancy::KeyHasher peppered("pepper");
  AddKey("PPPPPPPP", "acme", {{peppered.Of(acme_)}});
  const std::string key = NewKeyOf("PPPPPPPP");
  AddKey("PPPPPPPP", "acme", {{peppered.Of(key)}});
  rules_->pepper = "pepper";
  EXPECT_EQ(Who(Bearer(key)), "acme");
  EXPECT_EQ(Who(Bearer(acme_)), "INVALID_CREDENTIALS") << "its hash has no pepper";
}

TEST_F(AuthenticatorTest, AnAddressThatGuessesIsRefusedUnreadUntilTheMinuteIsOver) {
  rules_->max_wrong_per_minute = 5;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Who(Bearer(NewKeyOf("AAAAAAAA"))), "INVALID_CREDENTIALS");
  const auto who = Identify(Bearer(acme_));
  ASSERT_FALSE(who) << "its good key is not looked at";
  EXPECT_EQ(who.error().metadata.count("retry_after_seconds"), 1u);
  Evidence elsewhere = Bearer(acme_);
  elsewhere.peer = "ipv4:10.0.0.2:1";
  EXPECT_EQ(Who(elsewhere), "acme");
  EXPECT_TRUE(Counted("reason=\"too_many_wrong\"} 1"));
  clock_.Advance(60s);
  EXPECT_EQ(Who(Bearer(acme_)), "acme");
}

TEST_F(AuthenticatorTest, AnExpiredKeyIsNoGuess) {
  rules_->max_wrong_per_minute = 1;
  const std::string key = NewKeyOf("EEEEEEEE");
  AddKey("EEEEEEEE", "acme", {{hasher_.Of(key), clock_.WallNow()}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Who(Bearer(key)), "CREDENTIALS_EXPIRED");
}

TEST_F(AuthenticatorTest, ACertificateBelongsToATenantByRule) {
  rules_->directory.certificates.Add(Rule("spiffe://prod/ns/search/sa/*", "acme"));
  EXPECT_EQ(Who({.certificate = "spiffe://prod/ns/search/sa/ranker"}), "acme");
  const auto who = Identify({.certificate = "spiffe://prod/ns/other/sa/x"});
  ASSERT_FALSE(who);
  EXPECT_EQ(who.error().code, Code::kPermissionDenied);
  EXPECT_EQ(who.error().reason, v1::ERROR_REASON_CALLER_NOT_ALLOWED);
  rules_->required = false;
  EXPECT_EQ(Who({.certificate = "spiffe://prod/ns/other/sa/x"}), "");
}

TEST_F(AuthenticatorTest, WithoutRulesACertificateProvesNothing) {
  EXPECT_EQ(Who({.certificate = "spiffe://prod/x"}), "CREDENTIALS_REQUIRED");
}

TEST_F(AuthenticatorTest, AKeyDecidesAndTheCertificateMustNotBeAnothersTenant) {
  rules_->directory.certificates.Add(Rule("acme.example", "acme"));
  Evidence evidence = Bearer(acme_);
  evidence.certificate = "acme.example";
  EXPECT_EQ(Who(evidence), "acme");
  evidence.certificate = "nobody.example";
  EXPECT_EQ(Who(evidence), "acme");
  evidence = Bearer(beta_);
  evidence.certificate = "acme.example";
  EXPECT_EQ(Who(evidence), "CALLER_NOT_ALLOWED");
  evidence = Bearer(NewKeyOf("AAAAAAAA"));
  evidence.certificate = "acme.example";
  EXPECT_EQ(Who(evidence), "INVALID_CREDENTIALS") << "what is sent counts";
}

TEST_F(AuthenticatorTest, AForwardedCertificateCountsFromATrustedPeerOnly) {
  rules_->directory.forwarded.Add(Rule("spiffe://prod/caller", "acme"));
  rules_->trusted_peers.emplace_back("spiffe://prod/gateway", "/");
  Evidence evidence{.certificate = "spiffe://prod/gateway",
                    .forwarded_certificate = "URI=spiffe://prod/caller"};
  EXPECT_EQ(Who(evidence), "acme");
  evidence.certificate = "spiffe://prod/other";
  EXPECT_EQ(Who(evidence), "CREDENTIALS_REQUIRED");
  evidence.certificate = "";
  EXPECT_EQ(Who(evidence), "CREDENTIALS_REQUIRED");
  EXPECT_TRUE(
      Counted("inferwire_auth_total{method=\"forwarded_certificate\",outcome=\"ignored\","
              "reason=\"untrusted_peer\"} 2"));
}

TEST_F(AuthenticatorTest, ATrustedProxysOwnCertificateIsNotTheCallers) {
  rules_->directory.certificates.Add(Rule("spiffe://prod/gateway", "beta"));
  rules_->directory.forwarded.Add(Rule("spiffe://prod/caller", "acme"));
  rules_->trusted_peers.emplace_back("spiffe://prod/gateway", "/");
  EXPECT_EQ(Who({.certificate = "spiffe://prod/gateway",
                 .forwarded_certificate = "URI=spiffe://prod/caller"}),
            "acme");
  EXPECT_EQ(Who({.certificate = "spiffe://prod/gateway",
                 .forwarded_certificate = "URI=spiffe://prod/unknown"}),
            "CALLER_NOT_ALLOWED");
  EXPECT_EQ(Who({.certificate = "spiffe://prod/gateway", .forwarded_certificate = "By=x"}),
            "CALLER_NOT_ALLOWED");
}

TEST_F(AuthenticatorTest, ASidecarsAddressIsTrustedOnPlainTextOnly) {
  rules_->directory.forwarded.Add(Rule("spiffe://prod/caller", "acme"));
  rules_->trusted_addresses = {"127.0.0.6"};
  Evidence evidence{.forwarded_certificate = "URI=spiffe://prod/caller",
                    .peer = "ipv4:127.0.0.6:1"};
  EXPECT_EQ(Who(evidence), "acme");
  evidence.peer = "ipv4:127.0.0.60:1";
  EXPECT_EQ(Who(evidence), "CREDENTIALS_REQUIRED");
  evidence.peer = "ipv4:127.0.0.6:1";
  evidence.certificate = "somebody";
  EXPECT_EQ(Who(evidence), "CREDENTIALS_REQUIRED");
}

TEST_F(AuthenticatorTest, GuessesThroughAProxyAreCountedByWhomItNames) {
  rules_->max_wrong_per_minute = 1;
  rules_->trusted_peers.emplace_back("spiffe://prod/gateway", "/");
  const auto through = [&](const std::string& key, const std::string& uri) {
    Evidence evidence = Bearer(key);
    evidence.certificate = "spiffe://prod/gateway";
    evidence.forwarded_certificate = "URI=" + uri;
    return Who(evidence);
  };
  EXPECT_EQ(through(NewKeyOf("AAAAAAAA"), "spiffe://prod/guesser"), "INVALID_CREDENTIALS");
  EXPECT_EQ(through(acme_, "spiffe://prod/guesser"), "INVALID_CREDENTIALS");
  EXPECT_EQ(through(acme_, "spiffe://prod/honest"), "acme");
}

// With an issuer whose tokens of `alice` are acme's.
class TokenAuthenticatorTest : public AuthenticatorTest {
 protected:
  TokenAuthenticatorTest() {
    TokenIssuer& issuer = rules_->tokens.emplace_back();
    issuer.name = "https://issuer.example";
    issuer.audiences = {"inferwire"};
    issuer.keys = std::make_shared<IssuerKeys>(
        KeySet::Parse(testing_support::Jwks({key_.Jwk("one")})).value());
    TokenRule& rule = issuer.rules.emplace_back();
    rule.claims.emplace_back("sub", tenancy::Pattern("alice"));
    rule.principal.tenant = "acme";
  }
  std::string Token(const std::string& sub, const std::string& kid = "one",
                    std::chrono::seconds life = 3600s) const {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.WallNow().time_since_epoch());
    return key_.TokenOf(kid, R"({"iss":"https://issuer.example","aud":"inferwire","exp":)" +
                                 std::to_string((now + life).count()) + ",\"sub\":\"" + sub +
                                 "\"}");
  }

  const testing_support::TokenKey key_ = testing_support::TokenKey::Ec();
};

TEST_F(TokenAuthenticatorTest, ATokenSaysWhoCallsAndByWhat) {
  const auto who = Identify(Bearer(Token("alice")));
  ASSERT_TRUE(who);
  EXPECT_EQ(who->principal->tenant, "acme");
  EXPECT_EQ(who->proof, Proof::kToken);
  EXPECT_EQ(who->subject, "alice");
  EXPECT_TRUE(Counted("inferwire_auth_total{method=\"jwt\",outcome=\"accepted\",reason=\"\"} 1"));
  const auto by_key = Identify(Bearer(acme_));
  ASSERT_TRUE(by_key) << "a key stays a key";
  EXPECT_EQ(by_key->proof, Proof::kApiKey);
  EXPECT_EQ(by_key->subject, "AAAAAAAA");
}

TEST_F(TokenAuthenticatorTest, EveryWrongTokenGetsTheTextOfAWrongKey) {
  const auto key = Identify(Bearer(NewKeyOf("AAAAAAAA")));
  ASSERT_FALSE(key);
  for (const std::string& token :
       {Token("alice", "unknown"), Token("alice") + "x", std::string("a.b.c"), std::string()}) {
    const auto who = Identify(Bearer(token));
    ASSERT_FALSE(who) << token;
    EXPECT_EQ(who.error().reason, v1::ERROR_REASON_INVALID_CREDENTIALS);
    EXPECT_EQ(who.error().message, key.error().message);
  }
}

TEST_F(TokenAuthenticatorTest, AnExpiredOneAndOneOfNobodyAreToldSo) {
  EXPECT_EQ(Who(Bearer(Token("alice", "one", -60s))), "CREDENTIALS_EXPIRED");
  const auto nobody = Identify(Bearer(Token("bob")));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, Code::kPermissionDenied);
  EXPECT_EQ(nobody.error().reason, v1::ERROR_REASON_CALLER_NOT_ALLOWED);
  EXPECT_NE(nobody.error().message.find("the token"), std::string::npos);
}

TEST_F(TokenAuthenticatorTest, WrongTokensAreGuessesAndUnknownKeysAreNone) {
  rules_->max_wrong_per_minute = 2;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Who(Bearer(Token("alice", "new"))), "INVALID_CREDENTIALS");
  EXPECT_EQ(Who(Bearer(Token("alice"))), "acme") << "an issuer's new key is no guess";
  for (int i = 0; i < 2; ++i) Who(Bearer(Token("alice") + "x"));
  const auto unread = Identify(Bearer(Token("alice")));
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().metadata.count("retry_after_seconds"), 1u);
}

TEST_F(TokenAuthenticatorTest, ACertificateMustNotBeOfAnotherTenantThanTheToken) {
  rules_->directory.certificates.Add(Rule("beta.example", "beta"));
  rules_->directory.certificates.Add(Rule("acme.example", "acme"));
  Evidence evidence = Bearer(Token("alice"));
  evidence.certificate = "acme.example";
  EXPECT_EQ(Who(evidence), "acme");
  evidence.certificate = "beta.example";
  EXPECT_EQ(Who(evidence), "CALLER_NOT_ALLOWED");
}

TEST_F(AuthenticatorTest, AHundredThousandWrongKeysAreNotOneGoodOne) {
  rules_->max_wrong_per_minute = 1 << 30;
  for (int i = 0; i < 100'000; ++i) {
    std::string key = acme_;
    // Cut, padded, with one letter more or another one; the check of some fits.
    switch (i % 4) {
      case 0:
        key = NewKeyOf("AAAAAAAA");
        break;
      case 1:
        key.resize(static_cast<size_t>(i) % key.size());
        break;
      case 2:
        key += static_cast<char>('a' + i % 26);
        break;
      default:
        key[static_cast<size_t>(i) % key.size()] ^= 1;
    }
    ASSERT_FALSE(Identify(Bearer(key))) << key;
  }
}

}  // namespace
}  // namespace inferwire::identity
