// An operation on things that have owners: it begins once they are known to be the caller's, and
// what it makes is noted as the caller's before the caller hears of it.
#pragma once

#include <functional>
#include <memory>

#include "openai/operation.h"
#include "openai/owned_ids.h"

namespace inferwire::openai {

using MakeOperation = std::function<Result<std::unique_ptr<Operation>>(Operation::Sink&)>;

// What make makes, as it is if nothing has an owner here. A list of files has the caller's only.
Result<std::unique_ptr<Operation>> OnlyForOwner(OwnedCall call, const Runtime& runtime,
                                                const CallContext& context, Operation::Sink& sink,
                                                const MakeOperation& make);

}  // namespace inferwire::openai
