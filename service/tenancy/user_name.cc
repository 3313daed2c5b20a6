#include "tenancy/user_name.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace inferwire::tenancy {
namespace {

constexpr size_t kKeptBytes = 16;

}  // namespace

std::string KeptUser(const UserRules& rules, std::string_view tenant, std::string_view user) {
  return rules.keep == KeepUsers::kOff ? std::string() : CountedUser(rules, tenant, user);
}

std::string CountedUser(const UserRules& rules, std::string_view tenant, std::string_view user) {
  if (user.empty()) return {};
  if (rules.keep == KeepUsers::kPlain) return std::string(user);
  std::string text(tenant);
  text.append(1, '\0').append(user);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), rules.secret.data(), static_cast<int>(rules.secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  std::string hex;
  for (size_t i = 0; i < kKeptBytes; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

}  // namespace inferwire::tenancy
