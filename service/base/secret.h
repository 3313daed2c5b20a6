// A key or token in memory: readable at the one place that builds a header, wiped when it goes, and
// by its type unable to reach a log line, a metric or an error text.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inferwire {

inline constexpr size_t kMaxSecretBytes = 16 * 1024;

// Movable, not copyable; a moved-from secret reveals nothing. Immutable, so any thread may read it.
// There is deliberately no conversion to a string, no operator<< and no comparison.
class Secret {
 public:
  // Where a secret comes from may stand in an error text, what it is may not. All three refuse an
  // empty text, one of more than kMaxSecretBytes and bytes that do not belong into a header value.
  static Result<Secret> FromText(std::string_view text, std::string_view source);
  static Result<Secret> FromEnv(const std::string& name);
  // One line break at the end of the file is not part of the secret.
  static Result<Secret> FromFile(const std::string& path);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { Wipe(); }

  // The view ends with this object.
  std::string_view Reveal() const { return {bytes_.get(), size_}; }

 private:
  explicit Secret(std::string_view text);
  void Wipe();

  std::unique_ptr<char[]> bytes_;  // not std::string: a short one would leave copies behind
  size_t size_ = 0;
};

}  // namespace inferwire
