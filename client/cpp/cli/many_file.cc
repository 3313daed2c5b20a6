#include "many_file.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "codec/decode.h"
#include "output.h"

namespace inferwire::cli {
namespace {

using client::Result;

// What has no field of its own in a request went to extra, verbatim: also the members of a line
// that are not the request's.
std::optional<std::string> Take(v1::ChatCompletionParams& params, const std::string& name) {
  const auto it = params.extra().find(name);
  if (it == params.extra().end()) return std::nullopt;
  std::string json = it->second;
  params.mutable_extra()->erase(name);
  return json;
}

Result<std::optional<std::string>> TakeText(v1::ChatCompletionParams& params,
                                            const std::string& name) {
  const auto json = Take(params, name);
  if (!json) return std::optional<std::string>();
  const auto value = nlohmann::ordered_json::parse(*json, nullptr, /*allow_exceptions=*/false);
  if (!value.is_string()) return UsageError(name + " must be a string");
  return std::optional(value.get<std::string>());
}

// {"custom_id", "method", "url", "body"}: the request is inside.
Result<void> Unwrap(v1::ChatCompletionParams& params) {
  const auto body = Take(params, "body");
  if (!body) return {};
  const auto url = TakeText(params, "url");
  if (!url) return url.error();
  if (*url && !(*url)->ends_with("/chat/completions")) {
    return UsageError("url is not /v1/chat/completions");
  }
  if (const auto read = codec::FromJson(*body, params); !read) {
    return UsageError("body: " + read.error().message);
  }
  return {};
}

// An error of the gateway's, or an HTTP status of the upstream's that is one.
bool Failed(const nlohmann::ordered_json& result) {
  if (const auto error = result.find("error"); error != result.end() && !error->is_null()) {
    return true;
  }
  const auto response = result.find("response");
  if (response == result.end()) return false;
  if (!response->is_object()) return true;
  const auto status = response->find("status_code");
  return status != response->end() && status->is_number() && status->get<double>() >= 400;
}

// Calls visit(line, number) for every line that is not blank, until it returns an error.
template <class Visit>
Result<void> ForEachLine(std::string_view text, Visit visit) {
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (auto visited = visit(line, number); !visited) return visited;
  }
  return {};
}

}  // namespace

Result<v1::CompleteManyItem> ReadItem(std::string_view line, const std::string& default_model) {
  v1::CompleteManyItem item;
  auto& params = *item.mutable_params();
  if (const auto read = codec::FromJson(line, params); !read) {
    return UsageError(read.error().message);
  }
  for (const char* name : {"custom_id", "item_id"}) {
    const auto id = TakeText(params, name);
    if (!id) return id.error();
    if (*id) item.set_item_id(**id);
  }
  if (auto unwrapped = Unwrap(params); !unwrapped) return unwrapped.error();
  const auto prompt = TakeText(params, "prompt");
  if (!prompt) return prompt.error();
  if (*prompt) {
    auto& message = *params.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content(**prompt);
  }
  if (params.messages().empty()) return UsageError("has neither messages nor a prompt");
  if (params.model().empty()) params.set_model(default_model);
  return item;
}

Result<std::vector<v1::CompleteManyItem>> ReadItems(std::string_view text,
                                                    const std::string& default_model) {
  std::vector<v1::CompleteManyItem> items;
  std::unordered_set<std::string> ids;
  const auto read = ForEachLine(text, [&](std::string_view line, int number) -> Result<void> {
    const std::string where = "line " + std::to_string(number);
    auto item = ReadItem(line, default_model);
    if (!item) return UsageError(where + ": " + item.error().message);
    if (item->item_id().empty()) item->set_item_id("line-" + std::to_string(number));
    if (!ids.insert(item->item_id()).second) {
      return UsageError(where + ": the id " + Quoted(item->item_id()) + " was there before");
    }
    items.push_back(*std::move(item));
    return {};
  });
  if (!read) return read.error();
  return items;
}

Succeeded ReadSucceeded(std::string_view output) {
  Succeeded succeeded;
  (void)ForEachLine(output, [&](std::string_view line, int /*number*/) -> Result<void> {
    const auto json = nlohmann::ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
    const auto id = json.is_object() ? json.find("custom_id") : json.end();
    if (id == json.end() || !id->is_string() || Failed(json)) return {};
    if (!succeeded.ids.insert(id->get<std::string>()).second) return {};
    succeeded.lines.append(line) += '\n';
    return {};
  });
  return succeeded;
}

bool IsFailed(std::string_view line) {
  const auto json = nlohmann::ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && Failed(json);
}

std::string ResultLine(const v1::CompleteManyResult& result) {
  std::string line = "{\"custom_id\":" + Quoted(result.item_id());
  if (result.has_error()) {
    const auto error = client::FromRpcStatus(result.error());
    return line + ",\"response\":null,\"error\":" + ErrorJson(error) + "}\n";
  }
  return line + ",\"response\":{\"status_code\":200,\"request_id\":" +
         Quoted(result.gateway().request_id()) + ",\"body\":" + OpenAiJson(result.completion()) +
         "},\"error\":null}\n";
}

}  // namespace inferwire::cli
