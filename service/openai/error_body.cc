#include "openai/error_body.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/text.h"
#include "codec/json_gate.h"
#include "codec/json_text.h"
#include "codec/utf8.h"
#include "openai/retry_hints.h"

namespace inferwire::openai {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxViolations = 8;
constexpr std::array<std::string_view, 5> kCodes = {"code", "error_code", "errorCode", "errcode",
                                                    "Code"};
constexpr std::array<std::string_view, 9> kMessages = {
    "message", "Message",      "msg",           "detail",    "error_msg",
    "errmsg",  "errorMessage", "error_message", "status_msg"};
// An object that has one of these is something, and its message is not why it is not.
constexpr std::array<std::string_view, 6> kOfSomethingElse = {"id",      "object", "type",
                                                              "choices", "model",  "event"};
// From here on a validator's message quotes the request, that is, the prompt.
constexpr std::array<std::string_view, 4> kQuotesRequest = {
    "'input':", "\"input\":", "input_value=", "'input_value':"};

std::optional<Json> Parse(std::string_view text) {
  codec::JsonLimits limits;
  limits.max_bytes = kMaxErrorBody;
  // A message that a server cut at some byte must not hide the code beside it.
  std::string mended;
  if (text.size() <= kMaxErrorBody && !codec::IsUtf8(text)) {
    mended = codec::ReplaceInvalidUtf8(text);
    text = mended;
    limits.max_bytes = mended.size();
  }
  if (!codec::CheckJson(text, limits)) return std::nullopt;
  Json json = Json::parse(codec::ReplaceLoneSurrogates(text), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

// The member, or null.
const Json& At(const Json& json, std::string_view name) {
  static const Json kNull;
  if (!json.is_object()) return kNull;
  const auto member = json.find(name);
  return member == json.end() ? kNull : *member;
}

std::string Text(const Json& json) { return json.is_string() ? json.get<std::string>() : ""; }

// Codes are strings or numbers.
std::string Code(const Json& json) {
  if (json.is_number_integer()) return json.dump();
  return Text(json);
}

int Status(std::string_view code) {
  const auto status = ParseInteger<int>(code);
  return status && *status >= 400 && *status <= 599 ? *status : 0;
}

std::string WithoutRequest(std::string message) {
  for (const std::string_view quote : kQuotesRequest) {
    if (const size_t at = message.find(quote); at != std::string::npos) {
      message.resize(at);
      message += "...";
    }
  }
  return message;
}

// ["body", "messages", 0, "content"] -> messages[0].content
std::string Path(const Json& loc) {
  if (!loc.is_array()) return Text(loc);
  std::string path;
  for (const Json& part : loc) {
    if (part.is_number_integer()) {
      path += '[' + part.dump() + ']';
    } else if (const std::string name = Text(part);
               !name.empty() && !(path.empty() && name == "body")) {
      path += (path.empty() ? "" : ".") + name;
    }
  }
  return path;
}

// FastAPI's list of what is wrong where. Its "input" is the request: never read.
void TakeViolations(const Json& list, UpstreamError& upstream_error) {
  for (const Json& item : list) {
    if (upstream_error.violations.size() == kMaxViolations) return;
    const std::string message = WithoutRequest(Text(At(item, "msg")));
    if (!message.empty()) upstream_error.violations.push_back({Path(At(item, "loc")), message});
  }
}

// A message is a text, a list of violations, or either of them in an object.
void TakeMessage(const Json& json, UpstreamError& upstream_error) {
  if (json.is_string()) {
    upstream_error.message = WithoutRequest(Text(json));
  } else if (json.is_array()) {
    TakeViolations(json, upstream_error);
    if (upstream_error.message.empty() && !upstream_error.violations.empty()) {
      upstream_error.message = upstream_error.violations[0].message;
    }
  } else if (json.is_object()) {
    for (const std::string_view name : {"message", "msg", "error", "detail"}) {
      if (const Json& inner = At(json, name); inner.is_string() || inner.is_array()) {
        return TakeMessage(inner, upstream_error);
      }
    }
  }
}

void TakeCodes(const Json& object, UpstreamError& upstream_error) {
  upstream_error.type = Text(At(object, "type"));
  upstream_error.param = Text(At(object, "param"));
  for (const std::string_view name : kCodes) {
    if (upstream_error.code.empty()) upstream_error.code = Code(At(object, name));
  }
  upstream_error.status = Status(upstream_error.code);
  for (const std::string_view name : {"status", "status_code"}) {
    if (upstream_error.status == 0) upstream_error.status = Status(Code(At(object, name)));
  }
  upstream_error.inner_code = Text(At(At(object, "innererror"), "code"));
}

void TakeError(const Json& error, UpstreamError& upstream_error) {
  upstream_error.form = UpstreamError::Form::kObject;
  TakeCodes(error, upstream_error);
  for (const std::string_view name : kMessages) {
    if (upstream_error.message.empty()) TakeMessage(At(error, name), upstream_error);
  }
  if (At(error, "details").is_array()) TakeViolations(At(error, "details"), upstream_error);
}

// What some put their code and message into: MiniMax, Spark, Tencent.
const Json& Wrapped(const Json& root) {
  const Json& base = At(root, "base_resp");
  if (base.is_object() && Code(At(base, "status_code")) != "0") return base;
  const Json& header = At(root, "header");
  if (header.is_object() && At(header, "message").is_string() && Code(At(header, "code")) != "0") {
    return header;
  }
  return At(At(root, "Response"), "Error");
}

enum class PassedOn { kFollow, kIgnore };
bool TakeRoot(const Json& root, PassedOn passed_on, UpstreamError& upstream_error);

// What a router (OpenRouter) passes on from the provider behind it says more than its own words.
void TakePassedOn(const Json& metadata, UpstreamError& upstream_error) {
  upstream_error.provider = Text(At(metadata, "provider_name"));
  upstream_error.moderated =
      At(metadata, "reasons").is_array() && At(metadata, "flagged_input").is_string();
  const Json& raw = At(metadata, "raw");
  const std::optional<Json> parsed = raw.is_string() ? Parse(Text(raw)) : raw;
  UpstreamError inner;
  // What is no text has been read with the object that it is in.
  if (parsed && raw.is_string()) TakeRetryHints(*parsed, upstream_error.hints);
  if (parsed && parsed->is_object() && TakeRoot(*parsed, PassedOn::kIgnore, inner)) {
    if (!inner.message.empty()) upstream_error.message = inner.message;
    if (!inner.code.empty() && inner.status == 0) upstream_error.code = inner.code;
    if (!inner.type.empty()) upstream_error.type = inner.type;
    if (!inner.param.empty()) upstream_error.param = inner.param;
    if (!inner.inner_code.empty()) upstream_error.inner_code = inner.inner_code;
  } else if (raw.is_string() && !parsed) {
    upstream_error.message = WithoutRequest(Text(raw));
  }
}

// False: an object of no known shape.
bool TakeRoot(const Json& root, PassedOn passed_on, UpstreamError& upstream_error) {
  if (root.is_array() && root.size() == 1 && root[0].is_object()) {
    return TakeRoot(root[0], passed_on, upstream_error);
  }
  const Json& error = At(root, "error");
  const Json& errors = At(root, "errors");
  TakeRetryHints(root, upstream_error.hints);
  if (const Json& wrapped = Wrapped(root); !wrapped.is_null()) {
    TakeError(wrapped, upstream_error);
  } else if (error.is_object()) {
    TakeError(error, upstream_error);
    const Json& metadata = At(error, "metadata");
    if (passed_on == PassedOn::kFollow && metadata.is_object())
      TakePassedOn(metadata, upstream_error);
  } else if (error.is_string()) {
    TakeError(root, upstream_error);
    if (upstream_error.message.empty()) TakeMessage(error, upstream_error);
  } else if (errors.is_array() && !errors.empty() && errors[0].is_object()) {
    TakeError(errors[0], upstream_error);
  } else {
    TakeError(root, upstream_error);
  }
  const bool known = !upstream_error.message.empty() || !upstream_error.code.empty() ||
                     !upstream_error.type.empty() || error.is_object() ||
                     !upstream_error.violations.empty();
  if (!known) upstream_error.form = UpstreamError::Form::kOpaque;
  return known;
}

// The text between <title> and </title>.
std::string Title(std::string_view page) {
  const std::string lower = Lower(page);
  const size_t begin = lower.find("<title>");
  const size_t end = lower.find("</title>", begin);
  if (begin == std::string::npos || end == std::string::npos) return "";
  return std::string(page.substr(begin + 7, end - begin - 7));
}

// The first choice, if each of them failed by itself (OpenRouter); null otherwise.
const Json& FailedChoice(const Json& root) {
  static const Json kNone;
  const Json& choices = At(root, "choices");
  if (!choices.is_array() || choices.empty()) return kNone;
  const bool all = std::all_of(choices.begin(), choices.end(),
                               [](const Json& choice) { return At(choice, "error").is_object(); });
  return all ? choices.front() : kNone;
}

}  // namespace

UpstreamError ReadUpstreamError(std::string_view body) {
  UpstreamError upstream_error;
  body = codec::WithoutByteOrderMark(body);
  const size_t first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return upstream_error;
  if (body[first] == '{' || body[first] == '[' || body[first] == '"') {
    upstream_error.form = UpstreamError::Form::kOpaque;
    const auto json = Parse(body);
    if (json && json->is_string()) {
      upstream_error.form = UpstreamError::Form::kText;
      upstream_error.message = Text(*json);
    } else if (json) {
      TakeRoot(*json, PassedOn::kFollow, upstream_error);
    }
    return upstream_error;
  }
  const std::string_view front = body.substr(0, kMaxErrorBody);
  upstream_error.form =
      front[first] == '<' ? UpstreamError::Form::kPage : UpstreamError::Form::kText;
  upstream_error.message =
      upstream_error.form == UpstreamError::Form::kPage ? Title(front) : std::string(front);
  return upstream_error;
}

// Whether an object without anything of a completion tells of a failure. An event may also tell of
// progress: {"type": "status", "message": "searching"}.
bool TellsOfFailure(const Json& root, const UpstreamError& upstream_error) {
  const std::string status = Lower(Text(At(root, "status"))), type = Lower(upstream_error.type);
  const std::string code = Lower(upstream_error.code);
  const bool good_code =
      code.empty() || code == "0" || code == "200" || code == "ok" || code == "success";
  if (!good_code) return true;
  if (At(root, "success").is_boolean() && !At(root, "success").get<bool>()) return true;
  if (status == "error" || status == "fail" || status == "failed" || status == "failure")
    return true;
  if (type.find("error") != std::string::npos || !Wrapped(root).is_null()) return true;
  if (!upstream_error.violations.empty() || !At(root, "error").is_null()) return true;
  const bool says_what_it_is = std::any_of(kOfSomethingElse.begin(), kOfSomethingElse.end(),
                                           [&](auto name) { return !At(root, name).is_null(); });
  return !upstream_error.message.empty() && !says_what_it_is && upstream_error.code.empty();
}

UpstreamError FindHollowUpstreamError(std::string_view body) {
  UpstreamError upstream_error = ReadUpstreamError(body);
  if (upstream_error.form != UpstreamError::Form::kObject) return upstream_error;
  const auto root = Parse(codec::WithoutByteOrderMark(body));
  const bool list = root && root->is_array() && root->size() == 1;
  const bool says = !upstream_error.message.empty() || !upstream_error.code.empty();
  if (root && says && TellsOfFailure(list ? root->front() : *root, upstream_error))
    return upstream_error;
  upstream_error = {};
  upstream_error.form = UpstreamError::Form::kOpaque;
  return upstream_error;
}

UpstreamError FindUpstreamError(std::string_view json) {
  UpstreamError upstream_error;
  // Most texts are no errors and need no parsing to see it.
  if (json.size() > kMaxErrorBody || json.find("\"error\"") == std::string_view::npos)
    return upstream_error;
  const auto root = Parse(codec::WithoutByteOrderMark(json));
  if (!root) return upstream_error;
  const Json& failed = FailedChoice(*root);
  const bool alone = root->is_array() && root->size() == 1;
  const Json& object = !failed.is_null() ? failed : alone ? root->front() : *root;
  const Json& error = At(object, "error");
  const bool said = error.is_object() || (error.is_string() && !Text(error).empty());
  const bool tagged =
      (Text(At(object, "type")) == "error" || Text(At(object, "object")) == "error") &&
      At(object, "message").is_string();
  if (!said && !tagged) return upstream_error;
  TakeRoot(object, PassedOn::kFollow, upstream_error);
  // {} and an object of nulls: a fine-tuning job that has not failed.
  const bool empty =
      upstream_error.message.empty() && upstream_error.code.empty() && upstream_error.type.empty();
  return empty ? UpstreamError{} : upstream_error;
}

}  // namespace inferwire::openai
