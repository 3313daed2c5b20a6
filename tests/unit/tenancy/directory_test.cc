#include "tenancy/directory.h"

#include <gtest/gtest.h>

namespace inferwire::tenancy {
namespace {

Principal Of(const std::string& tenant, const std::string& team = "") {
  Principal principal;
  principal.tenant = tenant;
  principal.team = team;
  return principal;
}

TEST(DirectoryTest, FindsAKeyByItsIdAndNoOther) {
  Directory directory;
  Key key;
  key.principal = Of("acme");
  key.principal.key = "AbCd1234";
  directory.AddKey(key);
  ASSERT_NE(directory.FindKey("AbCd1234"), nullptr);
  EXPECT_EQ(directory.FindKey("AbCd1234")->principal.tenant, "acme");
  EXPECT_EQ(directory.FindKey("abcd1234"), nullptr);
  EXPECT_EQ(directory.FindKey(""), nullptr);
}

TEST(DirectoryTest, TheRuleWithMostLettersCounts) {
  NameRules rules;
  rules.Add({Pattern("spiffe://prod/**", "/"), Of("all")});
  rules.Add({Pattern("spiffe://prod/ns/search/sa/ranker", "/"), Of("acme", "ranker")});
  rules.Add({Pattern("spiffe://prod/ns/search/sa/*", "/"), Of("acme", "search")});
  EXPECT_EQ(rules.Find("spiffe://prod/ns/search/sa/ranker")->name(), "acme/ranker");
  EXPECT_EQ(rules.Find("spiffe://prod/ns/search/sa/x")->name(), "acme/search");
  EXPECT_EQ(rules.Find("spiffe://prod/ns/x")->name(), "all");
  EXPECT_EQ(rules.Find("spiffe://test/ns/x"), nullptr);
  EXPECT_EQ(rules.Find(""), nullptr);
}

TEST(DirectoryTest, ACertificateCannotBeNamedLikeATenantsOwner) {
  EXPECT_EQ(Of("acme", "search").owner(), "tenant/acme");
  EXPECT_TRUE(IsOwnerOfTenant("tenant/acme"));
  EXPECT_FALSE(IsOwnerOfTenant("acme"));
  EXPECT_FALSE(IsOwnerOfTenant("CN=tenant/acme"));
}

}  // namespace
}  // namespace inferwire::tenancy
