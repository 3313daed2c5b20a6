// Pages of what the configuration and the store have together, in the order of ids. A page's token
// is the last id on it.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace inferwire::endpoints {

inline constexpr int kUsualPage = 50, kLargestPage = 500;

// INVALID_ARGUMENT about page_size.
inline Result<size_t> PageSize(int asked) {
  if (asked < 0) return InvalidField("page_size", "is negative");
  return static_cast<size_t>(asked == 0 ? kUsualPage : std::min(asked, kLargestPage));
}

// configured: all of it that is to be listed. stored: what comes after `after`, one more than fits
// on the page if there is more. id: of one of them. What both have is the configuration's.
template <class T, class IdOf>
void FillPage(const std::vector<const T*>& configured, std::vector<T> stored,
              std::string_view after, size_t size, IdOf id,
              google::protobuf::RepeatedPtrField<T>& page, std::string& next_token) {
  std::vector<T> all;
  for (const T* const each : configured) {
    if (id(*each) > after) all.push_back(*each);
  }
  const size_t from_configuration = all.size();
  for (T& each : stored) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(from_configuration);
    const bool hidden =
        std::any_of(all.begin(), end, [&](const T& other) { return id(other) == id(each); });
    if (!hidden) all.push_back(std::move(each));
  }
  std::sort(all.begin(), all.end(), [&](const T& a, const T& b) { return id(a) < id(b); });
  const bool more = all.size() > size;
  if (more) all.resize(size);
  if (more) next_token = std::string(id(all.back()));
  for (T& each : all) page.Add(std::move(each));
}

}  // namespace inferwire::endpoints
