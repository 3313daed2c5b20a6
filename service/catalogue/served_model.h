// Which model of the catalogue an answer is charged as: the one that answered. A proxy may serve
// another model than the one that was asked for, and a known model may be behind a name of its own
// (a deployment of Azure). Pure.
#pragma once

#include <string_view>

#include "catalogue/catalogue.h"

namespace inferwire::catalogue {

// What was asked for, and where.
struct AskedModel {
  const Model* model = nullptr;  // what the catalogue has of it at this upstream; null: nothing
  std::string_view sent{};       // the name in the request
  std::string_view upstream{};   // the configured name
};

struct ServedModel {
  const Model* model = nullptr;  // null: not known
  // The answer names a model that is not known, and it is not the one that was asked for.
  bool other = false;
};

// answered: the name that the answer states, empty if none. One that tells nothing of its vendor (a
// file, an operator's own name) is taken for the requested model. The model is that of the
// upstream's offer, if there is one.
ServedModel FindServed(const Catalogue& catalogue, const AskedModel& asked,
                       std::string_view answered);

}  // namespace inferwire::catalogue
