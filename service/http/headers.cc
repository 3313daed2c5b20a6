#include "http/headers.h"

#include <algorithm>

#include "base/text.h"

namespace inferwire::http {
void Headers::Add(std::string_view name, std::string_view value) {
  Place place{};
  place.name = static_cast<uint32_t>(text_.size());
  text_ += name;
  std::transform(text_.begin() + place.name, text_.end(), text_.begin() + place.name,
                 [](char c) { return Lower(c); });
  place.value = static_cast<uint32_t>(text_.size());
  text_ += value;
  place.end = static_cast<uint32_t>(text_.size());
  places_.push_back(place);
}

std::string_view Headers::Get(std::string_view name) const {
  for (const auto& [key, value] : *this) {
    if (key == name) return value;
  }
  return {};
}

bool Headers::Has(std::string_view name) const {
  for (const Header& header : *this) {
    if (header.name == name) return true;
  }
  return false;
}

// Its text stays, unreachable.
void Headers::Remove(std::string_view name) {
  std::erase_if(places_, [&](const Place& place) {
    return std::string_view(text_).substr(place.name, place.value - place.name) == name;
  });
}

void Headers::Clear() {
  text_.clear();
  places_.clear();
}

Headers::Iterator Headers::begin() const { return {*this, 0}; }
Headers::Iterator Headers::end() const { return {*this, size()}; }

Headers::Header Headers::At(size_t index) const {
  const Place& place = places_[index];
  const std::string_view text = text_;
  return {text.substr(place.name, place.value - place.name),
          text.substr(place.value, place.end - place.value)};
}

bool IsSafeHeaderValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  });
}

bool IsEventStream(std::string_view content_type) {
  constexpr std::string_view kEventStream = "text/event-stream";
  return EqualsIgnoringCase(Trim(content_type.substr(0, content_type.find_first_of(";,"))),
                            kEventStream);
}

}  // namespace inferwire::http
