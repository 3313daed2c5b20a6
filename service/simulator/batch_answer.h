// What an item of a batch is answered with: what a call of its endpoint would be.
#pragma once

#include <string>
#include <string_view>

#include "simulator/batch.h"
#include "simulator/behavior.h"
#include "simulator/json.h"
#include "simulator/options.h"

namespace inferwire::simulator {

bool IsBatchEndpoint(std::string_view endpoint);

struct ItemAnswer {
  int status = 200;
  std::string body{};
  TokenSum tokens{};
};

// body: an object whose model has lost its suffix.
ItemAnswer AnswerItem(std::string_view endpoint, const Json& body, const Options& options,
                      const Behavior& behavior, int64_t created);

}  // namespace inferwire::simulator
