// Which model of the catalogue an answer is charged as: the one that answered. A proxy may serve
// another model than the one that was asked for, and a known model may be behind a name of its own
// (a deployment of Azure). Pure.
#pragma once

#include <string_view>

#include "catalogue/catalogue.h"

namespace inferwire::catalogue {

struct ServedModel {
  const Model* model = nullptr;  // null: not known
  // The answer names a model that is not known, and it is not the one that was asked for.
  bool other = false;
};

// asked: what the catalogue has of the requested model, null if nothing. sent: the name in the
// request. answered: the one that the answer states, empty if none. A name that tells nothing of
// its vendor (a file, an operator's own name) is taken for the requested model.
ServedModel FindServed(const Catalogue& catalogue, const Model* asked, std::string_view sent,
                       std::string_view answered);

}  // namespace inferwire::catalogue
