#include "http/headers.h"

#include <algorithm>

namespace llmgate::http {
namespace {

// ASCII only: the locale has no say in what a header is called.
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

void Headers::Add(std::string_view name, std::string_view value) {
  auto& entry = entries_.emplace_back(name, value);
  std::transform(entry.first.begin(), entry.first.end(), entry.first.begin(), Lower);
}

std::string_view Headers::Get(std::string_view name) const {
  for (const auto& [key, value] : entries_) {
    if (key == name) return value;
  }
  return {};
}

bool Headers::Has(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [name](const auto& entry) { return entry.first == name; });
}

bool IsSafeHeaderValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  });
}

}  // namespace llmgate::http
