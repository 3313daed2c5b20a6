// Any text as a token, and any as the keys of its issuer: the first line and what is behind it. A
// line that is no token is taken for its header and claims (`HEADER.CLAIMS`), signed with a key
// that the issuer has, so that what is behind the signature is reached too.
#include <memory>
#include <string>
#include <vector>

#include "codec/utf8.h"
#include "fuzz/input.h"
#include "fuzz/require.h"
#include "identity/token_verifier.h"
#include "support/manual_clock.h"
#include "support/tokens.h"
#include "telemetry/metrics.h"

namespace inferwire::fuzz {
namespace {

using identity::IssuerKeys;
using identity::KeySet;
using identity::Verdict;
using testing_support::TokenKey;

constexpr const char* kIssuer = "https://issuer.example";

struct World {
  World() {
    identity::TokenIssuer& issuer = issuers.emplace_back();
    issuer.name = kIssuer;
    issuer.audiences = {"inferwire"};
    issuer.keys = std::make_shared<IssuerKeys>(nullptr);
    identity::TokenRule& rule = issuer.rules.emplace_back();
    rule.claims.emplace_back("sub", tenancy::Pattern("system:serviceaccount:*:*", ":"));
    rule.principal.tenant = "acme";
    identity::TokenRule& list = issuer.rules.emplace_back();
    list.claims.emplace_back("groups", tenancy::Pattern("**"));
    list.principal.tenant = "beta";
  }

  const TokenKey key = TokenKey::Ec();
  const std::shared_ptr<const KeySet> good =
      KeySet::Parse(testing_support::Jwks({key.Jwk("one")})).value();
  const ManualClock clock;
  telemetry::Metrics metrics;
  identity::AuthMetrics& auth = metrics.Of<identity::AuthMetrics>();
  std::vector<identity::TokenIssuer> issuers;
};

World& TheWorld() {
  static World world;
  return world;
}

identity::TokenVerifier::Answer Verify(std::string_view token) {
  World& world = TheWorld();
  identity::TokenVerifier verifier(world.issuers, world.clock, world.auth);
  auto first = verifier.Verify(token);
  const auto again = verifier.Verify(token);
  Require(first.verdict == again.verdict && first.principal == again.principal &&
              first.subject == again.subject,
          "a token that is known is what it was", token);
  Require((first.verdict == Verdict::kAccepted) == (first.principal != nullptr),
          "who is accepted is somebody, and nobody else", token);
  Require(codec::IsUtf8(first.subject), "a subject is UTF-8", token);
  return first;
}

}  // namespace

void Run(Input input) {
  World& world = TheWorld();
  const std::string token(input.Line());
  const auto foreign = KeySet::Parse(input.Rest());
  Require(foreign ? (*foreign)->size() > 0 : !foreign.error().message.empty(),
          "there are keys, or why there are none");
  // Whatever the keys are: nobody has signed with them.
  world.issuers[0].keys->Replace(foreign ? *foreign : nullptr);
  const auto unsigned_one = Verify(token);
  Require(unsigned_one.verdict != Verdict::kAccepted && unsigned_one.subject.empty(),
          "what nobody has signed is not good", token);
  world.issuers[0].keys->Replace(world.good);
  Verify(token);
  const size_t dot = token.find("}.{");
  if (dot == token.npos) return;
  const std::string header = token.substr(0, dot + 1), claims = token.substr(dot + 2);
  const auto signed_one = Verify(world.key.Token(header, claims));
  if (signed_one.verdict != Verdict::kAccepted) return;
  const std::string text = header + claims;
  for (const char* word : {"alg", "exp", "iss", "aud", "kid"}) {
    // Escapes apart, which the seeds have too.
    Require(text.find('\\') != text.npos || text.find(word) != text.npos,
            "a good token says all that it has to", token);
  }
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
