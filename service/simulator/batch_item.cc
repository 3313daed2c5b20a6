#include "simulator/batch_item.h"

#include <cinttypes>

#include "simulator/batch_answer.h"
#include "simulator/chat_request.h"
#include "simulator/random.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

std::string TextOf(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

BatchFault Fault(std::string code, std::string message, std::optional<std::string> param) {
  return {std::move(code), std::move(message), std::move(param), std::nullopt};
}

int64_t PromptTokens(const Json& body, const Options& options) {
  ChatRequest request;
  const ChatOptions chat{options.any_model, options.refuse_unknown_arguments, options.seed};
  return ReadChat(body, chat, request) ? 0 : request.prompt_tokens;
}

std::string Hex(uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, value);
  return text;
}

// The line's beginning, up to the response.
std::string LineHead(const std::string& custom_id, uint64_t number, const Options& options) {
  Random random(Hash(custom_id, options.seed ^ number));
  std::string head = R"({"id": "batch_req_)" + Letters(random, 24) + R"(", "custom_id": )";
  return head += Dump(Json(custom_id));
}

std::string Spoiled(ItemLine line, std::string text) {
  switch (line) {
    case ItemLine::kWhole:
    case ItemLine::kForeign:
      return text;
    case ItemLine::kMissing:
      return "";
    case ItemLine::kDuplicate:
      return text + text;
    case ItemLine::kGarbage:
      return "<html>502 Bad Gateway</html>\n";
    case ItemLine::kTruncated:
      text.resize(text.size() / 2);
      return text + "\n";
  }
  return text;
}

}  // namespace

std::string PlainModel(const std::string& model, std::string& suffix) {
  const size_t plus = model.find('+');
  suffix = plus == std::string::npos ? "" : model.substr(plus + 1);
  return model.substr(0, plus);
}

std::optional<BatchFault> CheckItem(const std::string& line, const Options& options,
                                    bool count_tokens, const Batch& batch, BatchWork& work) {
  Json item = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!item.is_object()) {
    return Fault("invalid_json_line", "This line is not parseable as valid JSON.", {});
  }
  for (const char* name : {"custom_id", "method", "url", "body"}) {
    const auto found = item.find(name);
    if (found != item.end() && !found->is_null()) continue;
    return Fault("missing_required_parameter",
                 std::string("Missing required parameter: '") + name + "'.", name);
  }
  const std::string custom_id = TextOf(item, "custom_id");
  if (custom_id.empty()) {
    return Fault("invalid_type", "Invalid type for 'custom_id': expected a string.", "custom_id");
  }
  if (!work.ids.insert(Hash(custom_id, options.seed)).second) {
    return Fault("duplicate_custom_id",
                 "The custom_id '" + custom_id +
                     "' for this request is a duplicate of another request. The custom_id "
                     "parameter must be unique for each request in a batch.",
                 "custom_id");
  }
  if (TextOf(item, "method") != "POST") {
    return Fault("invalid_method", "Invalid method. Only 'POST' is supported.", "method");
  }
  if (TextOf(item, "url") != batch.endpoint) {
    return Fault("url_mismatch",
                 "The URL provided for this request does not match the batch endpoint " +
                     batch.endpoint + ".",
                 "url");
  }
  Json& body = item["body"];
  if (!body.is_object()) {
    return Fault("invalid_type", "Invalid type for 'body': expected an object.", "body");
  }
  std::string suffix;
  const std::string model = PlainModel(TextOf(body, "model"), suffix);
  if (work.model.empty()) work.model = model;
  if (model != work.model) {
    return Fault("model_mismatch",
                 "The model '" + model + "' does not match the model of the first request, '" +
                     work.model + "'. All requests of a batch must name the same model.",
                 "body.model");
  }
  const bool is_known = FindModel(model) != nullptr || options.any_model;
  if (!is_known && batch.endpoint != "/v1/moderations") {
    return Fault("model_not_found",
                 "The provided model '" + model + "' is not supported by the Batch API.",
                 "body.model");
  }
  if (count_tokens) {
    body["model"] = model;
    work.prompt_tokens += PromptTokens(body, options);
  }
  return std::nullopt;
}

ItemResult ExecuteItem(const std::string& line, uint64_t number, const Options& options,
                       Rulebook& rules, const Batch& batch, int64_t created) {
  Json item = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  std::string custom_id = TextOf(item, "custom_id");
  Json& body = item["body"];
  std::string suffix;
  const std::string model = PlainModel(TextOf(body, "model"), suffix);
  if (body.contains("model")) body["model"] = model;
  Behavior behavior;
  rules.Apply({"POST", model, kItemPath, ""}, behavior);
  ItemResult result;
  ItemAnswer executed;
  if (auto set = SetAll(suffix, '+', behavior); !set) {
    executed.status = 400;
    executed.body = ErrorBody(BadRequest(set.error().message, "model", "invalid_value"));
  } else {
    executed = AnswerItem(batch.endpoint, body, options, behavior, created);
  }
  if (behavior.line == ItemLine::kForeign) custom_id += "-foreign";
  result.failed = executed.status >= 400;
  result.tokens = executed.tokens;
  std::string text = LineHead(custom_id, number, options);
  text += R"(, "response": {"status_code": )" + std::to_string(executed.status);
  text += R"(, "request_id": ")" + Hex(Hash(custom_id, options.seed + 1)) +
          Hex(Hash(custom_id, options.seed + 2)) + R"(", "body": )";
  text += executed.body;
  text += "}, \"error\": null}\n";
  result.text = Spoiled(behavior.line, std::move(text));
  return result;
}

std::string UnexecutedLine(const std::string& line, uint64_t number, const Options& options,
                           std::string_view code, std::string_view message) {
  const Json item = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  std::string text = LineHead(TextOf(item, "custom_id"), number, options);
  text += R"(, "response": null, "error": {"code": ")";
  text += code;
  text += R"(", "message": ")";
  text += message;
  text += "\"}}\n";
  return text;
}

}  // namespace inferwire::simulator
