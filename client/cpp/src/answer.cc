#include "inferwire/client/answer.h"

namespace inferwire::client {

std::string TextOf(const v1::ChatMessage& message) {
  if (message.has_content()) return message.content();
  std::string text, refusal;
  for (const auto& part : message.content_parts()) {
    text += part.text();
    refusal += part.refusal();
  }
  if (!text.empty()) return text;
  return message.refusal().empty() ? refusal : message.refusal();
}

std::string TextOf(const v1::ChatCompletion& completion) {
  return completion.choices().empty() ? std::string() : TextOf(completion.choices(0).message());
}

std::string TextOf(const v1::TextCompletion& completion) {
  return completion.choices().empty() ? std::string() : completion.choices(0).text();
}

std::string TextOf(const v1::Response& response) {
  if (!response.output_text().empty()) return response.output_text();
  std::string text, refusal;
  for (const auto& item : response.output()) {
    // Reasoning has contents, too, and is no answer.
    if (item.has_type() && item.type() != "message") continue;
    text += item.content();
    for (const auto& part : item.content_parts()) {
      text += part.text();
      refusal += part.refusal();
    }
  }
  return text.empty() ? refusal : text;
}

std::optional<std::int64_t> CostOf(const v1::Cost& cost) {
  return cost.has_total_picousd() ? std::optional(cost.total_picousd()) : std::nullopt;
}

}  // namespace inferwire::client
