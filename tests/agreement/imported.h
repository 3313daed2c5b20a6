// A public list of prices as a catalogue, for the programs of this folder.
#pragma once

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "catalogue/catalogue.h"
#include "config/catalogue.h"
#include "config/price_lists/price_list.h"

namespace inferwire::agreement {

struct Imported {
  config::ImportedCatalogue list;
  std::shared_ptr<const catalogue::Catalogue> catalogue;
};

// Nothing: standard error says why.
inline std::optional<Imported> Import(const std::string& kind, const std::string& path,
                                      const std::string& day) {
  static const std::map<std::string, config::PriceListKind> kinds = {
      {"litellm", config::PriceListKind::kLiteLlm},
      {"genai-prices", config::PriceListKind::kGenaiPrices},
      {"models.dev", config::PriceListKind::kModelsDev}};
  const auto known = kinds.find(kind);
  if (known == kinds.end()) {
    std::cerr << "unknown kind of list: " << kind << "\n";
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  auto list = config::ImportPriceList(known->second, json, "imported", day);
  if (!list) {
    std::cerr << list.error().message << "\n";
    return std::nullopt;
  }
  auto loaded = config::ParseCatalogue(list->yaml, "imported.yaml", false);
  if (const auto* faults = std::get_if<1>(&loaded)) {
    for (const auto& fault : *faults) std::cerr << config::ToText(fault) << "\n";
    return std::nullopt;
  }
  return Imported{*std::move(list), std::get<0>(std::move(loaded))};
}

}  // namespace inferwire::agreement
