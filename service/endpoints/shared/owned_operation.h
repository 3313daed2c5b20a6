// An operation on things that have owners: it begins once they are known to be the caller's, and
// what it makes is noted as the caller's before the caller hears of it.
#pragma once

#include <functional>
#include <memory>

#include "gateway/operation.h"
#include "openai/owned_ids.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

using MakeOperation =
    std::function<Result<std::unique_ptr<gateway::Operation>>(gateway::Operation::Observer&)>;

// What make makes, as it is if nothing has an owner here. A list of things has the caller's only;
// whatever else is made of a list is withheld.
Result<std::unique_ptr<gateway::Operation>> OnlyForOwner(openai::OwnedCall call,
                                                         const upstream::Runtime& runtime,
                                                         const gateway::CallContext& context,
                                                         gateway::Operation::Observer& observer,
                                                         const MakeOperation& make);

}  // namespace inferwire::endpoints
