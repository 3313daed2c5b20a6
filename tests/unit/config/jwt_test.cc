// Issuers of tokens, and the rules by which tokens belong to tenants.
#include <fstream>

#include "config/change.h"
#include "config_fixture.h"
#include "support/temp_folder.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Issuers(const std::string& issuers) {
  return kGood + "tenants: [{id: acme, teams: [{id: search}]}, {id: beta}]\nidentity: {jwt: [" +
         issuers + "]}\n";
}
std::string Issuer(const std::string& rules, const std::string& more = {}) {
  return "{issuer: \"https://issuer.example\", audiences: [inferwire], rules: [" + rules + "]" +
         more + "}";
}
std::string Rule(const std::string& claims, const std::string& tenant = "acme") {
  return "{claims: {" + claims + "}, tenant: " + tenant + "}";
}

TEST(JwtConfig, IsReadWithItsRules) {
  const Config config = Parsed(
      Issuers(Issuer("{claims: {sub: \"system:serviceaccount:search:*\", groups: x}, tenant: acme, "
                     "team: search, roles: [caller, tenant_admin]}",
                     ", max_life: 1h")));
  ASSERT_EQ(config.identity.jwt.size(), 1u);
  const JwtIssuerConfig& issuer = config.identity.jwt[0];
  EXPECT_EQ(issuer.issuer, "https://issuer.example");
  EXPECT_THAT(issuer.audiences, ElementsAre("inferwire"));
  EXPECT_EQ(issuer.max_life, std::chrono::hours(1));
  ASSERT_EQ(issuer.rules.size(), 1u);
  EXPECT_EQ(issuer.rules[0].claims.at("sub"), "system:serviceaccount:search:*");
  EXPECT_EQ(issuer.rules[0].team, "search");
  EXPECT_THAT(issuer.rules[0].roles,
              ElementsAre(tenancy::Role::kCaller, tenancy::Role::kTenantAdmin));
}

TEST(JwtConfig, NeedsAnIssuerAnAudienceAndRules) {
  EXPECT_THAT(FaultsOf(Issuers("{}")),
              ElementsAre(HasSubstr("issuer"), HasSubstr("audiences"), HasSubstr("rules")));
  EXPECT_THAT(FaultsOf(Issuers(Issuer("{claims: {}, tenant: acme}"))),
              ElementsAre(HasSubstr("names no claim")));
  EXPECT_THAT(FaultsOf(Issuers(Issuer(Rule("sub: a") + ", " + Rule("sub: b", "nobody")))),
              ElementsAre(AllOf(HasSubstr("rules[1].tenant"), HasSubstr("is no tenant"))));
  EXPECT_THAT(FaultsOf(Issuers(Issuer(Rule("sub: a")) + ", " + Issuer(Rule("sub: b")))),
              ElementsAre(AllOf(HasSubstr("jwt[1].issuer"), HasSubstr("another one's"))));
}

TEST(JwtConfig, RulesThatSayTheSameOfATokenAreAFault) {
  const auto faults = [](const std::string& one, const std::string& two) {
    return FaultsOf(Issuers(Issuer(Rule(one) + ", " + Rule(two, "beta")))).size();
  };
  EXPECT_EQ(faults("sub: \"a:*\"", "sub: \"*:a\""), 1u);
  EXPECT_EQ(faults("sub: aa", "groups: bb"), 1u) << "a token can have both";
  EXPECT_EQ(faults("sub: aa", "sub: bb"), 0u);
  EXPECT_EQ(faults("sub: \"a*\"", "sub: \"ab*\""), 0u) << "one says more";
  EXPECT_EQ(faults("sub: \"*\", groups: aa", "sub: \"*\", groups: bb"), 0u);
}

TEST(JwtConfig, KeysCanBeFoundInOnePlace) {
  const auto with = [](const std::string& more) {
    return FaultsOf(Issuers(Issuer(Rule("sub: a"), more)));
  };
  EXPECT_THAT(with(", jwks_url: \"https://issuer.example/keys?v=1\""), IsEmpty());
  EXPECT_THAT(with(", jwks_url: \"http://127.0.0.1:8080/keys\""), IsEmpty());
  for (const char* url : {"http://issuer.example/keys", "ftp://issuer.example", "https://",
                          "https://user@issuer.example/", "http://127.0.0.1.example/keys"}) {
    EXPECT_THAT(with(std::string(", jwks_url: \"") + url + "\""),
                ElementsAre(HasSubstr("must be an https URL")))
        << url;
  }
  EXPECT_THAT(with(", keys: /nothing/jwks.json"), ElementsAre(HasSubstr("jwt[0].keys")));
  EXPECT_THAT(
      FaultsOf(Issuers("{issuer: kubernetes/serviceaccount, audiences: [inferwire], rules: [" +
                       Rule("sub: a") + "]}")),
      ElementsAre(HasSubstr("give jwks_url or keys")));
}

TEST(JwtConfig, AFileOfKeysIsReadWithTheConfiguration) {
  const testing_support::TempFolder folder;
  const auto with = [&](const std::string& text) {
    std::ofstream(folder.File("jwks.json")) << text;
    return Parsed(Issuers(Issuer(Rule("sub: a"), ", keys: " + folder.File("jwks.json"))));
  };
  const Config before = with("{}"), after = with("{\"keys\":[]}");
  EXPECT_EQ(before.identity.jwt[0].from_file, "{}");
  EXPECT_NE(Fingerprint(before), Fingerprint(after));
  EXPECT_THAT(ChangedKeys(before, after), ElementsAre("identity.jwt[0].content"));
  EXPECT_EQ(Reloaded(before, after).identity.jwt[0].from_file, "{\"keys\":[]}");
  EXPECT_THAT(FaultsOf(Issuers(Issuer(Rule("sub: a"), ", keys: " + folder.File("jwks.json") +
                                                          ", jwks_url: \"https://a/b\""))),
              ElementsAre(HasSubstr("two places")));
}

}  // namespace
}  // namespace inferwire::config
