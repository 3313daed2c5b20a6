// The headers of one HTTP message, names in lower case, in the order of arrival.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace llmgate::http {

class Headers {
 public:
  // Puts the name into lower case.
  void Add(std::string_view name, std::string_view value);
  // The first value, or empty. The name is given in lower case.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;
  void Clear() { entries_.clear(); }

  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  size_t size() const { return entries_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

// True if no byte of the value could end the header or hide in it: >= 0x20 and not 0x7f.
bool IsSafeHeaderValue(std::string_view value);

}  // namespace llmgate::http
