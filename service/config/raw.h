// Which upstream paths RawService may reach. A path is refused unless a rule names it, and refused
// in any case when its spelling could mean another path to the upstream than it does here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::config {

inline constexpr size_t kMaxRawPathBytes = 2048;

// A method (GET, POST or DELETE) and a pattern of paths below the base URL: "*" stands for one
// segment, "/**" at the end for the path before it and everything below.
struct RawRule {
  std::string method, path;
  bool operator==(const RawRule&) const = default;
};

// OpenAI's endpoints that answer a request and keep nothing that another caller could name: files,
// uploads, batches, fine-tuning jobs, vector stores, videos, stored answers and conversations lie
// in the one account that all callers share, so an operator has to open them.
std::vector<RawRule> DefaultRawRules();

// What is wrong with a rule, as the end of a sentence; empty if it is well.
std::string FaultOf(const RawRule& rule);

class RawAllowList {
 public:
  // The rules are without fault.
  explicit RawAllowList(const std::vector<RawRule>& rules);

  bool Allowed(std::string_view method, std::string_view path) const;

 private:
  struct Pattern {
    std::string method;
    std::vector<std::string> segments;
    bool and_below = false;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace inferwire::config
