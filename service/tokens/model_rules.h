// What is known of how families of models take what is no plain text: images by their size, tools
// in a notation of the provider's. Found by the model's name; README.md has the sources. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inferwire::tokens {

// The model that a request is counted for.
struct Model {
  std::string_view name;   // as the provider has it, e.g. gpt-5-mini-2025-08-07
  bool reasoning = false;  // it reasons before it answers; its conversations are framed otherwise
};

// An image is cut into tiles of 512 pixels, or into patches of 32.
struct ImageRule {
  // Tiles: base + tiles * tile. tile is 0 for models with patches.
  int64_t base = 0, tile = 0;
  // Patches: times this / 1000. What was measured, and the most that is documented.
  int64_t thousandths = 0, most_thousandths = 0;
  // The image is made smaller until so many cover it; 0: it is not. original: where the detail is
  // original, or the model may choose that.
  int64_t patches = 0, original_patches = 0;
};

// Tokens around the definitions of tools, beside the notation itself.
struct ToolFrame {
  int64_t alone = 0;       // no message of the system or the developer
  int64_t instructed = 0;  // with one
  int64_t chat = 0;        // in chat completions besides
  int64_t forced = 0;      // the request names the tool that is to be called
  int64_t call = 0;        // each call of the history
  bool call_named_twice = false;
};

struct ModelRules {
  bool reasoning = false;
  std::optional<ImageRule> images;  // none: not known
  ToolFrame tools;
};

ModelRules RulesOf(const Model& model);

}  // namespace inferwire::tokens
