// The models that there are for a caller: those of the catalogue, and those that an upstream is
// configured to serve. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

struct KnownModel {
  std::string id;
  const catalogue::Model* model_info = nullptr;  // null: not catalogued
  std::vector<std::string> more_aliases;         // of the configuration
  std::string upstream;                          // empty: no upstream serves it
};

// The catalogue that is looked at while a request is answered; an empty one if there is none.
std::shared_ptr<const catalogue::Catalogue> CatalogueOf(const upstream::Router& router);

// By id.
std::vector<KnownModel> AllModels(const upstream::Router& router,
                                  const catalogue::Catalogue& catalogue);

// NOT_FOUND about `field`.
Error NoSuchModel(std::string_view name, std::string_view field);
// By id, alias or snapshot; NOT_FOUND about `field` if there is none.
Result<KnownModel> FindModel(std::string_view name, std::string_view field,
                             const upstream::Router& router, const catalogue::Catalogue& catalogue);

}  // namespace inferwire::endpoints
