// The handles of one kind by their label values: the same values give the same handle, for as long
// as the map lives. It takes a lock and a look-up: ask once per method, once per model, not once
// per chunk. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace inferwire::telemetry {

template <class Handle>
class HandleMap {
 public:
  // make: a std::unique_ptr<Handle>, if there is none yet.
  template <class Make>
  Handle& FindOrMake(std::string_view a, std::string_view b, std::string_view c, const Make& make) {
    std::lock_guard lock(mutex_);
    const auto found = handles_.find(std::tuple(a, b, c));
    if (found != handles_.end()) return *found->second;
    const auto key = std::tuple(std::string(a), std::string(b), std::string(c));
    return *handles_.emplace(key, make()).first->second;
  }

 private:
  // Compares views, whoever owns the texts: clang 14 does not know how to order a tuple of strings
  // before one of views.
  struct ByText {
    using is_transparent = void;
    using Views = std::tuple<std::string_view, std::string_view, std::string_view>;
    bool operator()(const Views& a, const Views& b) const { return a < b; }
  };

  std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, std::unique_ptr<Handle>, ByText>
      handles_;
};

}  // namespace inferwire::telemetry
