// End users whom a caller names (CallOptions.user), as they are kept: what is booked says whose use
// it was without saying who that is.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::tenancy {

enum class KeepUsers {
  kHash,   // HMAC-SHA-256 of tenant and name: the same user is the same hash
  kPlain,  // as the caller says it
  kOff,    // not at all
};

struct UserRules {
  KeepUsers keep = KeepUsers::kHash;
  std::string secret{};  // of the hash; empty: who knows a name can compute its hash
};

// 32 hexadecimal digits, the name, or nothing.
std::string KeptUser(const UserRules& rules, std::string_view tenant, std::string_view user);

// The same for what is counted of a user, who has a name here even where none is kept: its hash.
std::string CountedUser(const UserRules& rules, std::string_view tenant, std::string_view user);

}  // namespace inferwire::tenancy
