#include "tenancy/user_name.h"

#include <gtest/gtest.h>

namespace inferwire::tenancy {
namespace {

TEST(KeptUser, IsAHashThatSaysNothingOfTheName) {
  const UserRules rules{KeepUsers::kHash, "secret"};
  const std::string kept = KeptUser(rules, "acme", "jane@example.org");
  EXPECT_EQ(kept.size(), 32u);
  EXPECT_EQ(kept.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(KeptUser(rules, "acme", "jane@example.org"), kept);
  EXPECT_NE(KeptUser(rules, "other", "jane@example.org"), kept) << "somebody else's Jane";
  EXPECT_NE(KeptUser({KeepUsers::kHash, "another"}, "acme", "jane@example.org"), kept);
  // No two pairs are one text.
  EXPECT_NE(KeptUser(rules, "ab", "c"), KeptUser(rules, "a", "bc"));
}

TEST(KeptUser, IsTheNameOrNothingWhereTheConfigurationSaysSo) {
  EXPECT_EQ(KeptUser({KeepUsers::kPlain, ""}, "acme", "jane"), "jane");
  EXPECT_EQ(KeptUser({KeepUsers::kOff, ""}, "acme", "jane"), "");
  EXPECT_EQ(KeptUser({KeepUsers::kHash, ""}, "acme", ""), "") << "nobody is not hashed";
}

}  // namespace
}  // namespace inferwire::tenancy
