// A JSON Web Token (RFC 7519) as it was sent: signed, in the compact form. What it says of itself
// can be read; whether it is true only its signature says.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "identity/json_members.h"
#include "identity/key_set.h"

namespace inferwire::identity {

inline constexpr size_t kMaxTokenBytes = 8 * 1024;

class Jwt {
 public:
  // Nothing unless it has three parts, and a header that has nothing that we do not understand: an
  // algorithm of ours, the id of a key, no `crit` (RFC 7515, 4.1.11), no token inside. `text` is
  // kept by whoever has it.
  static std::optional<Jwt> Parse(std::string_view text);

  Algorithm algorithm() const { return algorithm_; }
  const std::string& kid() const { return kid_; }
  const JsonMembers& claims() const { return claims_; }
  bool SignedBy(const SigningKey& key) const { return key.Signed(text_); }

 private:
  Jwt(std::string_view text, Algorithm algorithm, std::string kid, JsonMembers claims)
      : text_(text), algorithm_(algorithm), kid_(std::move(kid)), claims_(std::move(claims)) {}

  std::string_view text_;
  Algorithm algorithm_;
  std::string kid_;
  JsonMembers claims_;
};

}  // namespace inferwire::identity
