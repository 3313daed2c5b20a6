// The beginning and the end of a body that is passed on piece by piece. Bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inferwire::endpoints {

class BodyEnds {
 public:
  static constexpr size_t kEach = 64u << 10;

  void Add(std::string_view bytes) {
    const std::string_view first = bytes.substr(0, kEach - front_.size());
    front_ += first;
    bytes.remove_prefix(first.size());
    if (bytes.size() > kEach) bytes.remove_prefix(bytes.size() - kEach);
    back_ += bytes;
    if (back_.size() > 2 * kEach) back_.erase(0, back_.size() - kEach);
  }

  const std::string& front() const { return front_; }
  // The whole body, or both ends with nothing in between.
  std::string Text() const { return front_ + back_; }

 private:
  std::string front_, back_;
};

}  // namespace inferwire::endpoints
