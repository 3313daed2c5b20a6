#include "gateway/call_tags.h"

#include <gtest/gtest.h>

#include <memory>

namespace inferwire::gateway {
namespace {

tenancy::Principal Acme() {
  tenancy::Principal acme;
  acme.tenant = "acme";
  acme.labels = std::make_shared<const tenancy::Labels>(tenancy::Labels{"nightly"});
  return acme;
}

TEST(CallTags, AreTheOptionsUserAndLabel) {
  v1::CallOptions options;
  options.set_user("user-1");
  options.set_label("nightly");
  const tenancy::Principal acme = Acme();
  const auto tags = CheckTags(options, &acme);
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->user, "user-1");
  EXPECT_EQ(tags->label, "nightly");
}

TEST(CallTags, RefuseALabelThatTheTenantDoesNotHave) {
  v1::CallOptions options;
  options.set_label("weekly");
  const tenancy::Principal acme = Acme();
  ASSERT_FALSE(CheckTags(options, &acme));
  EXPECT_EQ(CheckTags(options, &acme).error().fields.at(0).field, "options.label");
  options.set_label("nightly");
  tenancy::Principal other;
  EXPECT_FALSE(CheckTags(options, &other)) << "it has none";
  EXPECT_FALSE(CheckTags(options, nullptr)) << "there are no tenants";
}

TEST(CallTags, RefuseAUserThatIsNoName) {
  v1::CallOptions options;
  options.set_user(std::string(129, 'u'));
  EXPECT_FALSE(CheckTags(options, nullptr));
  options.set_user("a\nb");
  EXPECT_FALSE(CheckTags(options, nullptr));
  options.set_user(std::string(128, 'u'));
  EXPECT_TRUE(CheckTags(options, nullptr));
}

}  // namespace
}  // namespace inferwire::gateway
