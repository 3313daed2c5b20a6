#include "tokens/model_rules.h"

#include <algorithm>
#include <iterator>

namespace inferwire::tokens {
namespace {

// Of several fronts that fit, the first counts.
template <class Value>
struct Family {
  std::string_view front;
  Value value;
};

constexpr ImageRule Tiles(int64_t base, int64_t tile) { return {.base = base, .tile = tile}; }
constexpr ImageRule Patches(int64_t thousandths, int64_t most_thousandths, int64_t patches = 1536,
                            int64_t original_patches = 1536) {
  return {.thousandths = thousandths,
          .most_thousandths = most_thousandths,
          .patches = patches,
          .original_patches = original_patches};
}

constexpr Family<ImageRule> kImages[] = {
    {"gpt-4o-mini", Tiles(2833, 5667)},
    {"gpt-4o", Tiles(85, 170)},
    {"chatgpt-4o", Tiles(85, 170)},
    {"gpt-4.1-mini", Patches(1620, 1620)},
    {"gpt-4.1-nano", Patches(2460, 2460)},
    {"gpt-4", Tiles(85, 170)},
    {"o4-mini", Patches(1720, 1720)},
    {"codex-mini", Patches(1720, 1720)},
    {"o1", Tiles(75, 150)},
    {"o3", Tiles(75, 150)},
    {"computer-use", Tiles(65, 129)},
    {"gpt-5-mini", Patches(1200, 1620)},
    {"gpt-5-nano", Patches(1500, 2460)},
    {"gpt-5.1-codex-mini", Patches(1200, 1620)},
    {"gpt-5.2", Patches(1200, 1620)},
    {"gpt-5.3", Patches(1200, 1620)},
    {"gpt-5.4-nano", Patches(1200, 2460, 2500, 10'000)},
    {"gpt-5.4", Patches(1200, 1620, 2500, 10'000)},
    {"gpt-5.5", Patches(1200, 1620, 2500, 10'000)},
    {"gpt-5.1", Tiles(70, 140)},
    {"gpt-5.", Patches(1200, 1620, 2500, 0)},
    {"gpt-5", Tiles(70, 140)},
    {"gpt-6", Patches(1200, 1620, 2500, 0)},
};

constexpr int64_t kCall = 3, kReasonedCall = 12;
constexpr ToolFrame Reasoned(int64_t alone, int64_t chat, int64_t forced, int64_t instructions) {
  return {.alone = alone,
          .instructed = alone + instructions,
          .chat = chat,
          .forced = forced,
          .call = kReasonedCall,
          .call_named_twice = true};
}
// What the system says and the definitions are one message: its frame is there already.
constexpr ToolFrame Plain(int64_t alone) {
  return {.alone = alone, .instructed = alone - 4, .forced = 8, .call = kCall};
}

// Fitted to recorded usage.
constexpr Family<ToolFrame> kTools[] = {
    {"gpt-4o", Plain(1)},
    {"gpt-4.", Plain(1)},
    {"gpt-4", Plain(3)},
    {"gpt-3", Plain(3)},
    {"codex-mini", Reasoned(0, 4, 8, 0)},
    {"o1", Reasoned(0, 4, 0, 0)},
    {"o3", Reasoned(0, 4, 0, 0)},
    {"o4", Reasoned(0, 4, 0, 0)},
    {"gpt-5.1-codex", Reasoned(5, 82, 8, 1)},
    {"gpt-5-chat", Plain(1)},
    {"gpt-", Reasoned(2, 82, 8, 1)},
};

template <class Families>
auto Find(const Families& families, std::string_view name) {
  return std::find_if(std::begin(families), std::end(families),
                      [&](const auto& family) { return name.starts_with(family.front); });
}

// Without what others put before it: openai/, openai., azure/, ft:.
std::string_view OwnName(std::string_view name) {
  if (const size_t slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  for (const std::string_view front : {"ft:", "openai."}) {
    if (name.starts_with(front)) name.remove_prefix(front.size());
  }
  return name;
}

}  // namespace

ModelRules RulesOf(const Model& model) {
  const std::string_view name = OwnName(model.name);
  ModelRules rules{.reasoning = model.reasoning, .images = {}, .tools = Plain(1)};
  if (const auto* images = Find(kImages, name); images != std::end(kImages)) {
    rules.images = images->value;
  }
  const auto* const tools = Find(kTools, name);
  if (tools != std::end(kTools)) {
    rules.tools = tools->value;
  } else if (model.reasoning) {
    rules.tools = Reasoned(2, 0, 8, 1);
  }
  return rules;
}

}  // namespace inferwire::tokens
