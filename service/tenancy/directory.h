// All tenants' keys and rules of one version of the configuration. Filled once, then immutable and
// shared by all loops.
#pragma once

#include <absl/container/inlined_vector.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/text_map.h"
#include "tenancy/key_text.h"
#include "tenancy/pattern.h"
#include "tenancy/principal.h"

namespace inferwire::tenancy {

// One of a key's two secrets: while callers change over to the new one, the old one goes on.
struct KeySecret {
  KeyHash hash{};
  WallTime until = WallTime::max();
};

// Whether a key was used since somebody looked. Calls on all loops set it, without a lock and, once
// it is set, without writing.
class UseMark {
 public:
  UseMark() = default;
  UseMark(const UseMark& other) : marked_(other.marked_.load(std::memory_order_relaxed)) {}
  UseMark& operator=(const UseMark& other) {
    marked_.store(other.marked_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    return *this;
  }

  void Mark() const {
    if (!marked_.load(std::memory_order_relaxed)) marked_.store(true, std::memory_order_relaxed);
  }
  bool Take() const { return marked_.exchange(false, std::memory_order_relaxed); }

 private:
  mutable std::atomic<bool> marked_{false};
};

struct Key {
  Principal principal;
  absl::InlinedVector<KeySecret, 2> secrets{};  // one or two
  UseMark used{};
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
  // Ids of those that were used since the last time; any thread.
  std::vector<std::string> TakeUsed() const;

  NameRules certificates, forwarded;
  // Who the calls are that prove nothing, where they are served; unset: nobody.
  std::optional<Principal> anonymous;

 private:
  // By their ids. Each call looks for its key, so few cache lines count.
  TextMap<std::unique_ptr<const Key>> keys_;
};

}  // namespace inferwire::tenancy
