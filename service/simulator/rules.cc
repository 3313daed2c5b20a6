#include "simulator/rules.h"

#include <algorithm>
#include <utility>

namespace inferwire::simulator {

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<void> Rulebook::Replace(std::vector<Rule> rules) {
  std::vector<Counted> counted;
  for (Rule& rule : rules) {
    Behavior unused;
    if (auto set = SetAll(rule.set, ';', unused); !set) return set;
    if (rule.every == 0) return InvalidField("every", "must be at least 1");
    counted.push_back({std::move(rule)});
  }
  std::lock_guard lock(mutex_);
  rules_ = std::move(counted);
  return {};
}

bool Rulebook::Fires(Counted& counted, const Asked& asked) {
  const Rule& rule = counted.rule;
  if (!MatchesGlob(rule.method, asked.method) || !MatchesGlob(rule.key, asked.key)) return false;
  if (!MatchesGlob(rule.model, asked.model) || !MatchesGlob(rule.path, asked.path)) return false;
  if (++counted.seen % rule.every != 0) return false;
  if (rule.times && counted.applied >= *rule.times) return false;
  if (rule.probability < 1 && random_.Unit() >= rule.probability) return false;
  ++counted.applied;
  return true;
}

void Rulebook::Apply(const Asked& asked, Behavior& behavior, Which which) {
  std::lock_guard lock(mutex_);
  for (Counted& counted : rules_) {
    const bool any = counted.rule.model == "*";
    if (which != Which::kAll && any != (which == Which::kAnyModel)) continue;
    if (!Fires(counted, asked)) continue;
    const auto set = SetAll(counted.rule.set, ';', behavior);
    assert(set.ok());  // Replace has checked it
    (void)set;
  }
}

void Rulebook::RequireKeys(std::vector<std::string> keys) {
  std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
}

bool Rulebook::Welcomes(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  std::lock_guard lock(mutex_);
  if (keys_.empty()) return true;
  if (!authorization.starts_with(kScheme)) return false;
  return std::find(keys_.begin(), keys_.end(), authorization.substr(kScheme.size())) != keys_.end();
}

}  // namespace inferwire::simulator
