// A chat request held against what is known of its model, before anything is sent: a request that
// the provider would refuse costs no round trip, and the message names the model's own limit.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "inferwire/v1/chat.pb.h"

namespace inferwire::catalogue {

// What the request needs of a model.
Abilities NeedsOf(const v1::ChatCompletionParams& params, bool stream);

// The first thing that the model cannot do; the paths of fields begin with "params". Costs one pass
// over the parts of messages, and makes nothing unless it finds something.
Result<void> CheckChat(const Model& model, const v1::ChatCompletionParams& params, bool stream);
// All of them.
std::vector<Error> ChatProblems(const Model& model, const v1::ChatCompletionParams& params,
                                bool stream);

// The catalogue is strict and does not have the model.
Error NotCatalogued(std::string_view model);

}  // namespace inferwire::catalogue
