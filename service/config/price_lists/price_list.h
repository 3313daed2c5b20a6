// The public lists of prices, in the catalogue's own form. What a list says and the catalogue's
// file cannot is counted by its reason; a price that would be wrong is left out. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inferwire::config {

enum class PriceListKind { kLiteLlm, kGenaiPrices, kModelsDev };

// Why something of a list is not in the catalogue: with the entries that it was in.
struct Unsaid {
  bool priced;  // the model's token prices are in the catalogue all the same
  std::vector<std::string> entries;
};

struct ImportedCatalogue {
  std::string yaml;
  int64_t entries = 0;              // of the list, with a price of any kind
  int64_t said = 0;                 // of which everything is in the catalogue
  int64_t chat = 0, chat_said = 0;  // of those that answer chats by the token
  std::map<std::string, Unsaid> unsaid;
};

// revision: of the catalogue. day: YYYY-MM-DD; of dated prices the list has those that are in force
// then, and what comes later.
Result<ImportedCatalogue> ImportPriceList(PriceListKind kind, std::string_view json,
                                          const std::string& revision, const std::string& day);

}  // namespace inferwire::config
