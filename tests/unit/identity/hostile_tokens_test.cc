// Tokens that must not be good, from one table, beside the good one that each of them is made of.
#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <functional>
#include <string>
#include <vector>

#include "identity/token_verifier.h"
#include "support/manual_clock.h"
#include "support/tokens.h"
#include "telemetry/metrics.h"

namespace inferwire::identity {
namespace {

using testing_support::Base64Url;
using testing_support::Jwks;
using testing_support::TokenKey;

constexpr const char* kIssuer = "https://issuer.example";

struct Keys {
  const TokenKey rsa = TokenKey::Rsa(), ec = TokenKey::Ec(), others = TokenKey::Ec();
  const TokenKey weak = TokenKey::Rsa(1024), p384 = TokenKey::Ec("P-384");
};

const Keys& AllKeys() {
  static const Keys keys;
  return keys;
}

// The claims of a good token, of which any can be another; empty: it is left out.
struct Claims {
  std::string iss = "\"https://issuer.example\"", aud = "\"inferwire\"", sub = "\"alice\"",
              exp = "@3600", iat = "@0", nbf{}, more{};
};

std::string Text(const Claims& claims, int64_t now) {
  const auto value = [now](const std::string& text) {
    return text.starts_with('@') ? std::to_string(now + std::stoll(text.substr(1))) : text;
  };
  std::string json;
  const auto add = [&](const char* name, const std::string& text) {
    if (text.empty()) return;
    json += std::string(json.empty() ? "" : ",") + "\"" + name + "\":" + value(text);
  };
  add("iss", claims.iss), add("aud", claims.aud), add("sub", claims.sub);
  add("exp", claims.exp), add("iat", claims.iat), add("nbf", claims.nbf);
  return "{" + json + claims.more + "}";
}

std::string Hmac(std::string_view secret, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out, &size);
  return {reinterpret_cast<const char*>(out), size};
}

class HostileTokens : public testing::Test {
 protected:
  HostileTokens() {
    const Keys& keys = AllKeys();
    TokenIssuer& issuer = issuers_.emplace_back();
    issuer.name = kIssuer;
    issuer.audiences = {"inferwire", "second"};
    issuer.keys = std::make_shared<IssuerKeys>(
        KeySet::Parse(Jwks({keys.rsa.Jwk("rsa"), keys.ec.Jwk("ec"), keys.weak.Jwk("weak"),
                            keys.p384.Jwk("p384")}))
            .value());
    TokenRule& rule = issuer.rules.emplace_back();
    rule.claims.emplace_back("sub", tenancy::Pattern("**"));
    rule.principal.tenant = "acme";
  }

  int64_t now() const {
    return std::chrono::floor<std::chrono::seconds>(clock_.WallNow().time_since_epoch()).count();
  }
  std::string Good(const Claims& claims = {}) const {
    return AllKeys().ec.TokenOf("ec", Text(claims, now()));
  }
  std::string With(const std::string& header, const Claims& claims = {}) const {
    return AllKeys().ec.Token(header, Text(claims, now()));
  }
  // Another text in the place of one of the three parts.
  static std::string Part(const std::string& token, int which, const std::string& text) {
    const size_t first = token.find('.'), second = token.find('.', first + 1);
    const std::string parts[] = {token.substr(0, first),
                                 token.substr(first + 1, second - first - 1),
                                 token.substr(second + 1)};
    std::string made;
    for (int i = 0; i < 3; ++i) made += (i > 0 ? "." : "") + (i == which ? text : parts[i]);
    return made;
  }

  struct Hostile {
    const char* what;
    std::string token;
    Verdict verdict = Verdict::kInvalid;
  };
  std::vector<Hostile> Table() const;

  const ManualClock clock_;
  telemetry::Metrics metrics_;
  std::vector<TokenIssuer> issuers_;
  TokenVerifier verifier_{issuers_, clock_, metrics_.Of<AuthMetrics>()};
};

std::vector<HostileTokens::Hostile> HostileTokens::Table() const {
  const Keys& keys = AllKeys();
  const std::string good = Good(), claims = Text({}, now()), body = Base64Url(claims);
  const std::string signature = good.substr(good.rfind('.') + 1);
  const auto unsigned_with = [&](const std::string& header, const std::string& end) {
    return Base64Url(header) + "." + body + "." + end;
  };
  const auto hmac_with = [&](const std::string& header, const std::string& secret) {
    const std::string text = Base64Url(header) + "." + body;
    return text + "." + Base64Url(Hmac(secret, text));
  };
  std::string tampered = good;
  tampered[tampered.size() - 5] = tampered[tampered.size() - 5] == 'A' ? 'B' : 'A';
  const std::string jwk = keys.others.Jwk("ec");
  constexpr auto kUnknown = Verdict::kUnknownKey;
  return {
      // Not signed, or by somebody else.
      {"alg none", unsigned_with(R"({"alg":"none","kid":"ec"})", "")},
      {"alg None", unsigned_with(R"({"alg":"None","kid":"ec"})", "")},
      {"alg none with a signature", unsigned_with(R"({"alg":"none","kid":"ec"})", signature)},
      {"no alg", With(R"({"typ":"JWT","kid":"ec"})")},
      {"alg is a list", With(R"({"alg":["ES256"],"kid":"ec"})")},
      {"alg is a number", With(R"({"alg":256,"kid":"ec"})")},
      {"alg in lower case", With(R"({"alg":"es256","kid":"ec"})")},
      {"alg ES384", keys.p384.Token(R"({"alg":"ES384","kid":"p384"})", claims)},
      {"alg PS256", With(R"({"alg":"PS256","kid":"rsa"})")},
      {"alg RS512", With(R"({"alg":"RS512","kid":"rsa"})")},
      {"alg EdDSA", With(R"({"alg":"EdDSA","kid":"ec"})")},
      {"HS256 with the public key as secret",
       hmac_with(R"({"alg":"HS256","kid":"rsa"})", keys.rsa.Pem())},
      {"HS256 with the JWK as secret", hmac_with(R"({"alg":"HS256","kid":"ec"})", jwk)},
      {"HS256 with nothing as secret", hmac_with(R"({"alg":"HS256","kid":"ec"})", "")},
      {"said to be ES256, of an HMAC", hmac_with(R"({"alg":"ES256","kid":"ec"})", "secret")},
      {"ES256 of the RSA key", With(R"({"alg":"ES256","kid":"rsa"})"), kUnknown},
      {"RS256 of the EC key", keys.rsa.Token(R"({"alg":"RS256","kid":"ec"})", claims), kUnknown},
      {"signed with a key of somebody else", keys.others.TokenOf("ec", claims)},
      {"signed with RSA-1024, which the issuer has",
       keys.weak.Token(R"({"alg":"RS256","kid":"weak"})", claims), kUnknown},
      {"signed with P-384, which the issuer has",
       keys.p384.Token(R"({"alg":"ES256","kid":"p384"})", claims), kUnknown},
      {"a tampered signature", tampered},
      {"a signature of nothing", unsigned_with(R"({"alg":"ES256","kid":"ec"})", "")},
      {"a signature of zeros",
       unsigned_with(R"({"alg":"ES256","kid":"ec"})", Base64Url(std::string(64, '\0')))},
      {"a signature of 63 bytes",
       unsigned_with(R"({"alg":"ES256","kid":"ec"})", Base64Url(std::string(63, 'x')))},
      {"a signature of 65 bytes",
       unsigned_with(R"({"alg":"ES256","kid":"ec"})", Base64Url(std::string(65, 'x')))},
      {"the signature of other claims", Part(Good({.sub = "\"bob\""}), 2, signature)},
      {"claims of another token", Part(good, 1, Base64Url(Text({.sub = "\"root\""}, now())))},
      {"header of another token", Part(good, 0, Base64Url(R"({"alg":"ES256","kid":"ec","x":1})"))},
      // What the header may not say.
      {"an unknown crit", With(R"({"alg":"ES256","kid":"ec","crit":["urn:x"],"urn:x":true})")},
      {"crit that is empty", With(R"({"alg":"ES256","kid":"ec","crit":[]})")},
      {"crit b64", With(R"({"alg":"ES256","kid":"ec","crit":["b64"],"b64":false})")},
      {"a nested token", With(R"({"alg":"ES256","kid":"ec","cty":"JWT"})")},
      {"a token within the claims", keys.ec.TokenOf("ec", "\"" + good + "\"")},
      {"a logout token", With(R"({"alg":"ES256","kid":"ec","typ":"logout+jwt"})")},
      {"a type that is a list", With(R"({"alg":"ES256","kid":"ec","typ":["JWT"]})")},
      {"a duplicate alg", With(R"({"alg":"ES256","alg":"none","kid":"ec"})")},
      {"a duplicate alg behind an escape", With(R"({"alg":"ES256","\u0061lg":"none","kid":"ec"})")},
      {"a duplicate kid", With(R"({"alg":"ES256","kid":"nobody","kid":"ec"})")},
      {"no kid", With(R"({"alg":"ES256"})")},
      {"an empty kid", With(R"({"alg":"ES256","kid":""})"), kUnknown},
      {"a kid that is a path", With(R"({"alg":"ES256","kid":"../../dev/null"})"), kUnknown},
      {"a kid that is a statement", With(R"({"alg":"ES256","kid":"x' OR '1'='1"})"), kUnknown},
      {"a kid with NUL", With("{\"alg\":\"ES256\",\"kid\":\"ec\\u0000x\"}"), kUnknown},
      {"a kid that is a number", With(R"({"alg":"ES256","kid":0})")},
      {"a key of its own",
       keys.others.Token(R"({"alg":"ES256","kid":"own","jwk":)" + jwk + "}", claims), kUnknown},
      {"a key of its own by a known name",
       keys.others.Token(R"({"alg":"ES256","kid":"ec","jwk":)" + jwk + "}", claims)},
      {"a key from somewhere",
       keys.others.Token(R"({"alg":"ES256","kid":"ec","jku":"https://evil.example/jwks"})",
                         claims)},
      // For whom, from whom, until when.
      {"another issuer", Good({.iss = "\"https://issuer.example.evil\""})},
      {"the issuer with a slash more", Good({.iss = "\"https://issuer.example/\""})},
      {"the issuer in a list", Good({.iss = "[\"https://issuer.example\"]"})},
      {"no issuer", Good({.iss = ""})},
      {"two issuers", Good({.more = ",\"iss\":\"https://evil.example\""})},
      {"another audience", Good({.aud = "\"someone-else\""})},
      {"a list of other audiences", Good({.aud = R"(["inferwire2","INFERWIRE"])"})},
      {"an empty list of audiences", Good({.aud = "[]"})},
      {"a list with what is no audience", Good({.aud = R"(["inferwire",1])"})},
      {"a list of lists of audiences", Good({.aud = R"([["inferwire"]])"})},
      {"an audience that is an object", Good({.aud = R"({"0":"inferwire"})"})},
      {"no audience", Good({.aud = ""})},
      {"no end", Good({.exp = ""})},
      {"an end that is a text", Good({.exp = "\"9999999999\""})},
      {"an end of 2^63", Good({.exp = "9223372036854775808", .iat = ""})},
      {"an end of 1e300", Good({.exp = "1e300", .iat = ""})},
      {"an end before 1970", Good({.exp = "-1"})},
      {"an end a minute ago", Good({.exp = "@-60", .iat = "@-3600"}), Verdict::kExpired},
      {"two ends", Good({.more = ",\"exp\":9999999999"})},
      {"a life of 25 hours and a second", Good({.exp = "@90001"})},
      {"an end in a month, and no beginning", Good({.exp = "@2592000", .iat = ""})},
      {"from the future", Good({.exp = "@7200", .iat = "@61"})},
      {"not yet", Good({.nbf = "@61"})},
      {"not before null", Good({.nbf = "null"})},
      {"issued at a text", Good({.iat = "\"now\""})},
      {"a subject of 256 letters", Good({.sub = "\"" + std::string(256, 'a') + "\""})},
      // What is no token at all.
      {"nothing", ""},
      {"two dots", ".."},
      {"one part", "abc"},
      {"two parts", good.substr(0, good.rfind('.'))},
      {"four parts", good + ".x"},
      {"five parts, an encrypted one", "eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA"},
      {"padding", Part(good, 1, body + "=")},
      {"the other base64's letters", Part(good, 2, "+/" + signature.substr(2))},
      {"white space in it", good.substr(0, 10) + "\n" + good.substr(10)},
      {"more behind the claims", keys.ec.TokenOf("ec", claims + "{}")},
      {"claims that are a list", keys.ec.TokenOf("ec", "[" + claims + "]")},
      {"claims that are no UTF-8", Good({.sub = "\"\xff\""})},
      {"claims deeper than anybody's",
       Good({.more = ",\"x\":" + std::string(100, '[') + std::string(100, ']')})},
      {"more than 8 KiB", Good({.more = ",\"x\":\"" + std::string(8192, 'x') + "\""})},
  };
}

TEST_F(HostileTokens, NotOneOfThemIsGood) {
  const std::vector<Hostile> table = Table();
  EXPECT_GE(table.size(), 60u);
  for (const Hostile& hostile : table) {
    const auto answer = verifier_.Verify(hostile.token);
    EXPECT_EQ(answer.verdict, hostile.verdict) << hostile.what;
    EXPECT_EQ(answer.principal, nullptr) << hostile.what;
    EXPECT_EQ(answer.subject, "") << hostile.what;
  }
  // What they are made of is good, before and after.
  EXPECT_EQ(verifier_.Verify(Good()).verdict, Verdict::kAccepted);
}

TEST_F(HostileTokens, WhatOnlyLooksLikeThemIsGood) {
  const Keys& keys = AllKeys();
  const struct {
    const char* what;
    std::string token;
  } kGood[] = {
      {"RS256", keys.rsa.TokenOf("rsa", Text({}, now()))},
      {"an access token by its type", With(R"({"alg":"ES256","kid":"ec","typ":"at+JWT"})")},
      {"a type with its tree", With(R"({"alg":"ES256","kid":"ec","typ":"application/at+jwt"})")},
      {"no type", With(R"({"alg":"ES256","kid":"ec"})")},
      {"a list with our audience", Good({.aud = R"(["other","second"])"})},
      {"an end half a minute ago", Good({.exp = "@-59", .iat = "@-3600"})},
      {"an end with a fraction", Good({.exp = std::to_string(now() + 60) + ".5"})},
      {"a clock that is ahead by a minute", Good({.iat = "@60", .nbf = "@60"})},
      {"25 hours", Good({.exp = "@90000"})},
      {"no beginning", Good({.iat = ""})},
      {"no subject is asked for by the key", Good({.more = R"(,"kubernetes.io":{"a":{"b":1}})"})},
  };
  for (const auto& good : kGood) {
    EXPECT_EQ(verifier_.Verify(good.token).verdict, Verdict::kAccepted) << good.what;
  }
}

TEST_F(HostileTokens, EveryBitOfATokenCounts) {
  const std::string good = Good();
  for (size_t i = 0; i < good.size(); ++i) {
    for (const unsigned bit : {0u, 2u, 5u}) {
      std::string other = good;
      other[i] = static_cast<char>(other[i] ^ (1u << bit));
      const auto answer = verifier_.Verify(other);
      EXPECT_NE(answer.verdict, Verdict::kAccepted) << i << " " << bit;
    }
  }
}

}  // namespace
}  // namespace inferwire::identity
