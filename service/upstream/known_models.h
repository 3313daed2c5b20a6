// The models that there are for a caller: those of the catalogue, and those that an upstream is
// configured to serve. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalogue/catalogue.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

// What the list of an upstream that is asked what it serves says of a model.
struct Listed {
  const upstream::Upstream* upstream = nullptr;
  std::string name;  // as that calls it
  bool is_listed = false;
  std::optional<WallTime> ends{};  // as it states it
};

struct KnownModel {
  std::string id{};
  const catalogue::Model* model_info = nullptr;  // null: not catalogued
  std::vector<std::string> more_aliases{};       // of the configuration
  std::string upstream{};                        // empty: no upstream serves it
  std::string sent{};                            // as that upstream calls it
  std::vector<Listed> listings{};
  bool discovered = false;  // it is known from such a list alone
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
