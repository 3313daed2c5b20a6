#include "identity/key_set.h"

#include <cjose/jwk.h>
#include <cjose/jws.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "codec/base64.h"
#include "identity/json_members.h"

namespace inferwire::identity {
namespace {

constexpr size_t kMostKeys = 100, kMostKidBytes = 256;
constexpr size_t kLeastRsaBits = 2048, kMostRsaBits = 8192;  // 8192: 0.2 ms for a signature
constexpr size_t kP256Bytes = 32;

Error NoKeys(std::string message) {
  Error error;
  error.message = std::move(message);
  return error;
}

// Of a number in big-endian bytes, however many zeros stand before it.
size_t BitsOf(std::string_view bytes) {
  bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size()));
  if (bytes.empty()) return 0;
  return (bytes.size() - 1) * 8 +
         static_cast<size_t>(std::bit_width(static_cast<unsigned char>(bytes.front())));
}

std::optional<std::string> NumberOf(const JsonMembers& key, std::string_view name) {
  const auto text = key.Text(name);
  return text ? codec::DecodeBase64Url(*text) : std::nullopt;
}

bool IsStrongRsa(const JsonMembers& key) {
  const auto modulus = NumberOf(key, "n"), exponent = NumberOf(key, "e");
  if (!modulus || !exponent) return false;
  const size_t bits = BitsOf(*modulus), exponent_bits = BitsOf(*exponent);
  const bool odd = !exponent->empty() && (exponent->back() & 1) != 0;
  return bits >= kLeastRsaBits && bits <= kMostRsaBits && odd && exponent_bits >= 2 &&
         exponent_bits <= 32;
}

bool IsP256(const JsonMembers& key) {
  const auto x = NumberOf(key, "x"), y = NumberOf(key, "y");
  return key.Text("crv") == "P-256" && x && y && x->size() == kP256Bytes && y->size() == kP256Bytes;
}

// What the key may be used for; nothing: not by us.
std::optional<Algorithm> UseOf(const JsonMembers& key) {
  // A private key in a public place is nobody's to trust.
  if (key.Has("d") || key.Has("k")) return std::nullopt;
  if (key.Has("use") && key.Text("use") != "sig") return std::nullopt;
  if (key.Has("key_ops")) {
    const auto uses = key.Texts("key_ops");
    if (!uses || std::ranges::find(*uses, "verify") == uses->end()) return std::nullopt;
  }
  const auto type = key.Text("kty");
  const bool rsa = type == "RSA", ec = type == "EC";
  if (!rsa && !ec) return std::nullopt;
  if (key.Has("alg") && key.Text("alg") != (rsa ? "RS256" : "ES256")) return std::nullopt;
  if (rsa ? !IsStrongRsa(key) : !IsP256(key)) return std::nullopt;
  return rsa ? Algorithm::kRs256 : Algorithm::kEs256;
}

}  // namespace

void SigningKey::Release::operator()(void* key) const {
  cjose_jwk_release(static_cast<cjose_jwk_t*>(key));
}

bool SigningKey::Signed(std::string_view token) const {
  struct Free {
    void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
  };
  cjose_err ignored{};
  const std::unique_ptr<cjose_jws_t, Free> jws(
      cjose_jws_import(token.data(), token.size(), &ignored));
  return jws && cjose_jws_verify(jws.get(), static_cast<const cjose_jwk_t*>(key_.get()), &ignored);
}

Result<std::shared_ptr<const KeySet>> KeySet::Parse(std::string_view jwks) {
  const auto document = JsonMembers::Parse(std::string(jwks));
  const auto elements = document ? ElementsOf(*document, "keys") : std::nullopt;
  if (!elements) return NoKeys("is no JSON Web Key Set: {\"keys\": [...]}");
  if (elements->size() > kMostKeys) {
    return NoKeys("has more than " + std::to_string(kMostKeys) + " keys");
  }
  const std::shared_ptr<KeySet> set(new KeySet);
  for (const std::string_view text : *elements) {
    const auto members = JsonMembers::Parse(std::string(text));
    if (!members) continue;
    const auto use = UseOf(*members);
    auto kid = members->Text("kid");
    if (!use || !kid || kid->empty() || kid->size() > kMostKidBytes) continue;
    cjose_err ignored{};
    SigningKey key(cjose_jwk_import(text.data(), text.size(), &ignored));
    if (key.key_)
      set->keys_[static_cast<size_t>(*use)].try_emplace(std::move(*kid), std::move(key));
  }
  if (set->size() == 0) {
    return NoKeys(
        "has no key that can be used: of P-256 (ES256) or RSA with 2048 bits or more (RS256), for "
        "signatures, public, with a kid");
  }
  return std::shared_ptr<const KeySet>(set);
}

const SigningKey* KeySet::Find(std::string_view kid, Algorithm algorithm) const {
  const auto& keys = keys_[static_cast<size_t>(algorithm)];
  const auto found = keys.find(kid);
  return found == keys.end() ? nullptr : &found->second;
}

}  // namespace inferwire::identity
