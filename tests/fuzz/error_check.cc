#include "fuzz/error_check.h"

#include <algorithm>
#include <chrono>

#include "codec/utf8.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {

std::vector<std::string> TextsOf(const Error& error) {
  std::vector<std::string> texts = {error.message};
  for (const auto& each : error.fields) texts.insert(texts.end(), {each.field, each.description});
  for (const auto& each : error.quotas) texts.insert(texts.end(), {each.subject, each.description});
  for (const auto& each : error.preconditions) {
    texts.insert(texts.end(), {each.type, each.subject, each.description});
  }
  if (error.resource) texts.insert(texts.end(), {error.resource->type, error.resource->name});
  for (const auto& [name, value] : error.metadata) texts.insert(texts.end(), {name, value});
  return texts;
}

void CheckError(const Error& error) {
  Require(error.code > Code::kOk && error.code <= Code::kUnauthenticated, "the code is an error's");
  Require(error.reason != v1::ERROR_REASON_UNSPECIFIED && v1::ErrorReason_IsValid(error.reason),
          "the reason exists");
  Require(!ReasonName(error.reason).empty() && !Name(error.origin).empty(), "names exist");
  Require(!error.message.empty(), "there is a message");
  for (const std::string& text : TextsOf(error)) {
    Require(codec::IsUtf8(text), "texts are UTF-8", text);
    Require(std::none_of(text.begin(), text.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
            "texts have no control characters", text);
  }
}

void CheckBounds(const Error& error) {
  constexpr size_t kFraming = 8;  // of a protobuf string in its message
  size_t details = 0;
  for (const std::string& text : TextsOf(error)) details += text.size() + kFraming;
  details -= error.message.size();
  Require(error.message.size() <= 1024, "the message has at most 1 KiB", error.message);
  Require(details < 4096, "the details have less than 4 KiB", std::to_string(details));
  Require(error.fields.size() <= 8, "there are at most 8 violations");
  if (error.retry_after) {
    Require(*error.retry_after >= std::chrono::milliseconds(0) &&
                *error.retry_after <= std::chrono::hours(1),
            "a wait has at most an hour");
  }
}

}  // namespace inferwire::fuzz
