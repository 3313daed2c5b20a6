// All tenants' keys and rules of one version of the configuration. Filled once, then immutable and
// shared by all loops.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "tenancy/key_text.h"
#include "tenancy/pattern.h"
#include "tenancy/principal.h"

namespace inferwire::tenancy {

// One of a key's two secrets: while callers change over to the new one, the old one goes on.
struct KeySecret {
  KeyHash hash{};
  WallTime until = WallTime::max();
};

struct Key {
  Principal principal;
  std::vector<KeySecret> secrets{};  // one or two
};

// Names that prove to be somebody: of certificates.
struct NameRule {
  Pattern is;
  Principal principal;
};

class NameRules {
 public:
  void Add(NameRule rule) { rules_.push_back(std::move(rule)); }
  // Of the most specific rule that fits; null: none does.
  const Principal* Find(std::string_view name) const;
  bool empty() const { return rules_.empty(); }

 private:
  std::vector<NameRule> rules_;
};

class Directory {
 public:
  Directory() = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  void AddKey(Key key);
  // Null: there is none of this id.
  const Key* FindKey(std::string_view id) const;
  size_t keys() const { return keys_.size(); }

  NameRules certificates, forwarded;
  // Who the calls are that prove nothing, where they are served; unset: nobody.
  std::optional<Principal> anonymous;

 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::unordered_map<std::string, Key, TextHash, std::equal_to<>> keys_;
};

}  // namespace inferwire::tenancy
