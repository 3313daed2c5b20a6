#include "tenancy/access.h"

#include <algorithm>

namespace inferwire::tenancy {
namespace {

constexpr uint32_t Bit(Operation operation) { return 1u << static_cast<unsigned>(operation); }

constexpr uint32_t kEverything = ~0u;
// What reaches an upstream without the gateway knowing what it is, shows or makes what is stored
// there for long, or changes what everybody's calls do: it has to be named.
constexpr uint32_t kUnlessNamed =
    kEverything & ~(Bit(Operation::kRaw) | Bit(Operation::kFiles) | Bit(Operation::kRouteAdmin) |
                    Bit(Operation::kFineTuning) | Bit(Operation::kAssistants));

// ModelsService only says what the caller may use.
uint32_t BitsOf(const std::vector<Operation>& operations) {
  uint32_t bits = Bit(Operation::kModels);
  for (const Operation operation : operations) bits |= Bit(operation);
  return bits;
}

}  // namespace

Access::Access(const AccessRules& rules)
    : operations_(rules.operations.empty() ? kUnlessNamed : kEverything) {
  Narrow(rules);
}

Access Access::NarrowedBy(const AccessRules& rules) const {
  Access narrowed = *this;
  narrowed.Narrow(rules);
  return narrowed;
}

void Access::Narrow(const AccessRules& rules) {
  if (!rules.operations.empty()) operations_ &= BitsOf(rules.operations);
  if (!rules.models.empty()) {
    Patterns& patterns = models_.emplace_back();
    for (const std::string& model : rules.models) patterns.emplace_back(model);
  }
  if (rules.max_output_tokens) {
    max_output_tokens_ =
        std::min(*rules.max_output_tokens, max_output_tokens_.value_or(*rules.max_output_tokens));
  }
}

std::vector<std::string> Access::models() const {
  std::vector<std::string> texts;
  if (models_.empty()) return texts;
  for (const Pattern& pattern : models_.back()) texts.emplace_back(pattern.text());
  return texts;
}

bool Access::MayCall(std::string_view operation) const {
  for (const auto& [name, each] : kOperations) {
    if (name == operation) return (operations_ & Bit(each)) != 0;
  }
  return false;
}

bool Access::Has(const Patterns& patterns, const NamedModel& model, const ModelNames& names) {
  const bool matches = std::ranges::any_of(patterns, [&](const Pattern& pattern) {
    return pattern.Matches(model.id) || pattern.Matches(model.sent);
  });
  if (matches) return true;
  // An alias among the rules means its model too.
  return std::ranges::any_of(patterns, [&](const Pattern& pattern) {
    if (!pattern.is_literal()) return false;
    const ModelMeaning meaning = names.MeaningOf(pattern.text());
    return !meaning.route && meaning.models.size() == 1 && meaning.models.front() == model;
  });
}

bool Access::MayUse(const NamedModel& model, const ModelNames& names) const {
  return std::ranges::all_of(models_,
                             [&](const Patterns& patterns) { return Has(patterns, model, names); });
}

bool Access::MayUse(std::string_view asked, const ModelNames& names) const {
  if (models_.empty()) return true;
  const ModelMeaning meaning = names.MeaningOf(asked);
  return std::ranges::all_of(models_, [&](const Patterns& patterns) {
    if (meaning.route && std::ranges::any_of(patterns, [&](const Pattern& pattern) {
          return pattern.is_literal() && pattern.text() == asked;
        })) {
      return true;
    }
    return !meaning.models.empty() &&
           std::ranges::all_of(meaning.models, [&](const NamedModel& model) {
             return Has(patterns, model, names);
           });
  });
}

}  // namespace inferwire::tenancy
