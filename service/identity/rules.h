// How callers prove who they are, in one version of the configuration. Immutable, shared by all
// loops; its calls keep it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "identity/token_issuer.h"
#include "tenancy/directory.h"
#include "tenancy/pattern.h"

namespace inferwire::identity {

struct Rules {
  tenancy::Directory directory;
  // False: there are keys that are not known yet, because the store was not reached.
  bool directory_read = true;
  bool required = true;  // who proves nothing is refused
  std::string pepper;    // of the keys' hashes; empty: none
  int max_wrong_per_minute = 60;
  std::vector<TokenIssuer> tokens{};  // whose tokens are good here
  // Whose x-forwarded-client-cert counts: names of certificates, and addresses without a port.
  std::vector<tenancy::Pattern> trusted_peers;
  std::vector<std::string> trusted_addresses;
};

}  // namespace inferwire::identity
