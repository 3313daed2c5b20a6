#include "identity/key_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "codec/base64.h"
#include "support/tokens.h"

namespace inferwire::identity {
namespace {

using testing::HasSubstr;
using testing_support::Base64Url;
using testing_support::Jwks;
using testing_support::TokenKey;

size_t UsableOf(std::initializer_list<std::string> keys) {
  const auto set = KeySet::Parse(Jwks(keys));
  return set ? (*set)->size() : 0;
}

TEST(KeySetTest, HasTheKeysOfP256AndOfRsaByTheirIds) {
  const TokenKey ec = TokenKey::Ec(), rsa = TokenKey::Rsa();
  const auto set = KeySet::Parse(
      Jwks({ec.Jwk("a", R"(,"use":"sig","alg":"ES256")"), rsa.Jwk("b", R"(,"x5t":"abc")")}));
  ASSERT_TRUE(set);
  EXPECT_EQ((*set)->size(), 2u);
  ASSERT_NE((*set)->Find("a", Algorithm::kEs256), nullptr);
  EXPECT_TRUE((*set)->Find("a", Algorithm::kEs256)->Signed(ec.TokenOf("a", "{}")));
  EXPECT_FALSE((*set)->Find("a", Algorithm::kEs256)->Signed(rsa.TokenOf("a", "{}")));
  EXPECT_EQ((*set)->Find("a", Algorithm::kRs256), nullptr);
  EXPECT_EQ((*set)->Find("c", Algorithm::kEs256), nullptr);
  ASSERT_NE((*set)->Find("b", Algorithm::kRs256), nullptr);
  EXPECT_TRUE((*set)->Find("b", Algorithm::kRs256)->Signed(rsa.TokenOf("b", "{}")));
}

TEST(KeySetTest, LeavesOutWhatIsWeakOrForSomethingElse) {
  const TokenKey ec = TokenKey::Ec();
  EXPECT_EQ(UsableOf({TokenKey::Rsa(1024).Jwk("a")}), 0u);
  EXPECT_EQ(UsableOf({TokenKey::Rsa(2047).Jwk("a")}), 0u);
  EXPECT_EQ(UsableOf({TokenKey::Ec("P-384").Jwk("a")}), 0u);
  EXPECT_EQ(UsableOf({TokenKey::Ec("P-521").Jwk("a")}), 0u);
  EXPECT_EQ(UsableOf({ec.Jwk("a", R"(,"use":"enc")")}), 0u);
  EXPECT_EQ(UsableOf({ec.Jwk("a", R"(,"key_ops":["sign"])")}), 0u);
  EXPECT_EQ(UsableOf({ec.Jwk("a", R"(,"key_ops":["verify"])")}), 1u);
  EXPECT_EQ(UsableOf({ec.Jwk("a", R"(,"alg":"RS256")")}), 0u);
  EXPECT_EQ(UsableOf({ec.Jwk("a", R"(,"d":"AAAA")")}), 0u) << "it is a private one";
  EXPECT_EQ(UsableOf({ec.Jwk("")}), 0u);
  EXPECT_EQ(UsableOf({ec.Jwk("a", R"(,"kid":"b")")}), 0u) << "it has two ids";
  EXPECT_EQ(UsableOf({R"({"kty":"oct","kid":"a","k":"AAAA"})"}), 0u);
  EXPECT_EQ(UsableOf({R"({"kty":"OKP","crv":"Ed25519","x":"AAAA","kid":"a"})"}), 0u);
  EXPECT_EQ(UsableOf({R"({"kty":"RSA","n":"AQ","e":"AQAB","kid":"a"})", ec.Jwk("b")}), 1u);
}

TEST(KeySetTest, ZerosBeforeAModulusMakeItNoLonger) {
  const std::string weak = TokenKey::Rsa(1024).Jwk("a");
  const size_t at = weak.find("\"n\":\"") + 5;
  const std::string modulus = weak.substr(at, weak.find('"', at) - at);
  const std::string longer =
      Base64Url(std::string(128, '\0') + codec::DecodeBase64Url(modulus).value());
  std::string padded = weak;
  padded.replace(at, modulus.size(), longer);
  EXPECT_EQ(UsableOf({padded}), 0u);
}

TEST(KeySetTest, AnExponentOfOneSignsEverything) {
  std::string key = TokenKey::Rsa().Jwk("a");
  key.replace(key.find("AQAB"), 4, "AQ");
  EXPECT_EQ(UsableOf({key}), 0u);
}

TEST(KeySetTest, APointThatIsNotOnTheCurveIsNoKey) {
  const std::string point = Base64Url(std::string(32, '\1'));
  EXPECT_EQ(UsableOf({R"({"kty":"EC","crv":"P-256","kid":"a","x":")" + point + R"(","y":")" +
                      point + "\"}"}),
            0u);
}

TEST(KeySetTest, SaysWhatIsWrongWithWhatIsNone) {
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[1]})", "<html>"}) {
    const auto set = KeySet::Parse(text);
    ASSERT_FALSE(set) << text;
    EXPECT_THAT(set.error().message, HasSubstr("is no JSON Web Key Set")) << text;
  }
  EXPECT_THAT(KeySet::Parse(R"({"keys":[]})").error().message,
              HasSubstr("no key that can be used"));
  std::string many;
  for (int i = 0; i <= 100; ++i) many += (i > 0 ? "," : "") + std::string("{}");
  EXPECT_THAT(KeySet::Parse("{\"keys\":[" + many + "]}").error().message,
              HasSubstr("more than 100"));
}

}  // namespace
}  // namespace inferwire::identity
