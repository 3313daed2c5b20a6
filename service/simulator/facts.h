// What a prompt names, for answers that have to follow a schema: "Use get_weather for Paris, 3
// days" gives a city and a number. Each fact is given once, in the prompt's order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/json.h"

namespace inferwire::simulator {

class Facts {
 public:
  // Only the beginning of a long prompt is read.
  explicit Facts(std::string_view prompt);

  // There is no prompt, or nothing but spaces.
  bool empty() const { return prompt_.empty(); }

  // The next fact that fits this flat schema (root is where $ref points into), and no longer there
  // afterwards; nothing if the prompt has none. name is the property's.
  std::optional<Json> Take(const Json& schema, std::string_view name, const Json& root);

 private:
  std::optional<Json> Named(const Json& schema, const Json& root);
  std::optional<Json> FirstOf(std::vector<Json>& facts, const Json& schema, const Json& root);
  std::optional<Json> Text(const Json& schema, std::string_view name, const Json& root);

  std::string prompt_;
  std::vector<Json> names_, numbers_, dates_, emails_, links_;
  std::vector<size_t> taken_;  // where values of enumerations were found
};

}  // namespace inferwire::simulator
