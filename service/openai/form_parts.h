// The parts of a multipart body, without touching it. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::openai {

struct FormPart {
  std::string head;        // its headers, in lower case
  std::string_view value;  // without the line's end that belongs to the next boundary
};

enum class FormScan {
  kDone,     // every part was seen, or `see` had enough
  kUnclear,  // no boundary, more than one way to read it, or a part without an end of its headers
};

bool IsMultipart(std::string_view content_type);

// Calls see for every part until it returns false.
FormScan ScanForm(std::string_view content_type, std::string_view body,
                  const std::function<bool(const FormPart&)>& see);

// The field names in a part's headers, which are in lower case: there should be one. Nothing if one
// is spelt so that servers may read different ones.
std::optional<std::vector<std::string>> FieldNames(std::string_view head);

}  // namespace inferwire::openai
