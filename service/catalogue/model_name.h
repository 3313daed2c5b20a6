// What the name of a model tells. Providers, proxies and clouds write the same model in several
// ways: openai/gpt-5, gpt-5-2025-08-07, claude-sonnet-4.6 and anthropic/claude-4.6-sonnet-20260217.
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::catalogue {

struct ModelName {
  // What tells one model from another, in one form: the words sorted, the numbers in their order.
  std::string key;
  std::string stamp;  // its date or dated version; empty: none
  // The path before the name is a vendor's or a cloud's, or there is none. Under any other the name
  // may mean somebody's own model.
  bool plain = true;
};

ModelName ReadModelName(std::string_view name);

// Who makes models of that name; empty: the name does not tell.
std::string_view VendorOf(std::string_view name);

}  // namespace inferwire::catalogue
