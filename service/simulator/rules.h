// Scripted behaviour: which requests get which words of the vocabulary, and which keys are welcome.
// Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "simulator/behavior.h"
#include "simulator/random.h"

namespace inferwire::simulator {

// All conditions must hold. Every matching rule applies, in order; a later one overrides.
struct Rule {
  std::string model = "*";          // glob with * and ?, on the name without suffix
  std::string path = "*";           // glob on the path, e.g. /v1/chat/*
  std::string method = "*";         // GET, POST or DELETE
  std::string key = "*";            // glob on the key that came with the request
  uint64_t every = 1;               // of the requests that match so far, every Nth
  double probability = 1;           // drawn from the simulator's seed
  std::optional<uint64_t> times{};  // applies at most so often
  std::string set{};                // "status=503; retry_after=1"
};

class Rulebook {
 public:
  explicit Rulebook(uint64_t seed) : random_(seed) {}

  // Replaces all rules; their counts start at zero. On error the old rules stay.
  Result<void> Replace(std::vector<Rule> rules);
  struct Asked {
    std::string_view method, model, path, key;
  };
  // kAnyModel: rules that do not name a model; kOneModel: those that do.
  enum class Which { kAll, kAnyModel, kOneModel };
  void Apply(const Asked& asked, Behavior& behavior, Which which = Which::kAll);

  // Replaces the keys that are welcome; none: any request is.
  void RequireKeys(std::vector<std::string> keys);
  bool Welcomes(std::string_view authorization);

 private:
  struct Counted {
    Rule rule;
    uint64_t seen = 0, applied = 0;
  };
  bool Fires(Counted& counted, const Asked& asked);

  std::mutex mutex_;
  Random random_;
  std::vector<Counted> rules_{};
  std::vector<std::string> keys_;
};

bool MatchesGlob(std::string_view pattern, std::string_view text);

// A script file in YAML or JSON: {rules: [{match: {model, path, method, key, every, probability,
// times}, set: ...}]} where set is the header's text or a map of its words.
Result<std::vector<Rule>> ParseScript(const std::string& text);
Result<std::vector<Rule>> LoadScript(const std::string& file);

}  // namespace inferwire::simulator
