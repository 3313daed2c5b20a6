#include "batch_file.h"

#include <nlohmann/json.hpp>

#include "codec/decode.h"
#include "inferwire/v1/chat.pb.h"
#include "many_file.h"
#include "output.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

using client::Result;

constexpr std::string_view kChat = "/v1/chat/completions";

// A member's text if it is a string, nothing if there is none.
Result<std::optional<std::string>> TextOf(const v1::InputTokenDetails& members,
                                          const std::string& name) {
  const auto found = members.extra().find(name);
  if (found == members.extra().end()) return std::optional<std::string>();
  const auto value =
      nlohmann::ordered_json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  if (!value.is_string()) return UsageError(name + " must be a string");
  return std::optional(value.get<std::string>());
}

}  // namespace

Result<std::optional<v1::BatchItem>> BatchItemReader::Next() {
  while (true) {
    auto line = lines_.Next();
    if (!line) return line.error();
    if (!*line) return std::optional<v1::BatchItem>();
    if (IsBlank(**line)) continue;
    const std::string number = std::to_string(lines_.number());
    auto item = Read(**line);
    if (!item) return UsageError("line " + number + ": " + item.error().message);
    if (item->custom_id().empty()) item->set_custom_id("line-" + number);
    ++count_;
    return std::optional(*std::move(item));
  }
}

Result<v1::BatchItem> BatchItemReader::Read(const std::string& line) {
  // A message without typed members keeps all of them in extra.
  v1::InputTokenDetails members;
  if (const auto read = codec::FromJson(line, members); !read) {
    return UsageError(read.error().message);
  }
  v1::BatchItem item;
  const auto body = members.extra().find("body");
  if (body == members.extra().end()) {
    auto asked = ReadItem(line, default_model_);
    if (!asked) return asked.error();
    item.set_custom_id(asked->item_id());
    item.mutable_chat_completion()->Swap(asked->mutable_params());
    if (auto seen = SeeEndpoint(std::string(kChat)); !seen) return seen.error();
    return item;
  }
  const auto id = TextOf(members, "custom_id");
  if (!id) return id.error();
  item.set_custom_id(id->value_or(""));
  item.set_raw_json(body->second);
  const auto url = TextOf(members, "url");
  if (!url) return url.error();
  if (auto seen = SeeEndpoint(url->value_or(std::string(kChat))); !seen) return seen.error();
  return item;
}

Result<void> BatchItemReader::SeeEndpoint(const std::string& url) {
  if (endpoint_.empty()) endpoint_ = url;
  if (endpoint_ == url) return {};
  return UsageError("url is " + Quoted(url) + ", but the lines before have " + Quoted(endpoint_));
}

namespace {

// As the provider gives it: what this version of the gateway has typed, as JSON again.
std::string BodyOf(const v1::BatchResult& result) {
  const auto& reflection = *result.GetReflection();
  const auto* const outcome = reflection.GetOneofFieldDescriptor(
      result, v1::BatchResult::descriptor()->FindOneofByName("outcome"));
  if (outcome == nullptr || outcome->message_type() == nullptr) return result.raw_json();
  return OpenAiJson(reflection.GetMessage(result, outcome));
}

}  // namespace

std::string ResultLine(const v1::BatchResult& result) {
  std::string line = "{\"custom_id\":" + Quoted(result.custom_id());
  if (result.has_error()) {
    return line +
           ",\"response\":null,\"error\":" + ErrorJson(client::FromRpcStatus(result.error())) +
           "}\n";
  }
  return line + ",\"response\":{\"status_code\":" + std::to_string(result.http_status()) +
         ",\"request_id\":" + Quoted(result.upstream_request_id()) + ",\"body\":" + BodyOf(result) +
         "},\"error\":null}\n";
}

}  // namespace inferwire::cli
