// What upstreams say they serve, in words.
#pragma once

#include <string>

#include "inferwire/v1/models_service.pb.h"

namespace inferwire::cli {

// Of a model, for a narrow column; empty: there is nothing to note.
std::string NoteOf(const v1::Model& model);
// One upstream's word on a model.
std::string ListingText(const v1::ModelListing& listing);
// A line for each upstream that is asked; empty: none is.
std::string ListingsText(const v1::ListModelsResponse& list);

}  // namespace inferwire::cli
