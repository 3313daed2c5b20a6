#include "endpoints/chat/chat_body.h"

#include <utility>

#include "codec/encode.h"
#include "codec/json_write.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kReserved[] = {"stream", "stream_options"};
constexpr std::string_view kReservedOfRest[] = {"stream", "stream_options", "model"};

Error UnderParams(Error error) {
  for (auto& field : error.fields) field.field = "params." + field.field;
  if (!error.fields.empty()) {
    error.message = error.fields.front().field + ": " + error.fields.front().description;
  }
  return error;
}

bool SaysMaxTokens(const v1::ChatCompletionParams& params) {
  return params.has_max_tokens() || params.extra().contains("max_tokens");
}

// Says the caller's wish in the word that the server knows. A caller who uses both words knows the
// server better.
void FitToDialect(const openai::Dialect& dialect, v1::ChatCompletionParams& params) {
  if (!dialect.only_max_tokens || !params.has_max_completion_tokens()) return;
  if (SaysMaxTokens(params)) return;
  params.set_max_tokens(params.max_completion_tokens());
  params.clear_max_completion_tokens();
}

}  // namespace

Result<std::string> WriteChatBody(const openai::Dialect& dialect, v1::ChatCompletionParams& params,
                                  bool stream, const codec::JsonLimits& limits) {
  FitToDialect(dialect, params);
  codec::EncodeOptions encode;
  encode.reserved = kReserved;
  encode.limits = limits;
  if (stream) encode.more_members = dialect.stream_members;
  std::string body;
  if (auto written = codec::AppendJson(params, body, encode); !written) {
    return UnderParams(std::move(written.error()));
  }
  return body;
}

ChatHead::ChatHead(v1::ChatCompletionParams& params, bool stream) : stream_(stream) {
  params.clear_model();
  const bool both = SaysMaxTokens(params) || params.extra().contains("max_completion_tokens");
  if (!params.has_max_completion_tokens() || both) return;
  max_tokens_ = params.max_completion_tokens();
  params.clear_max_completion_tokens();
}

std::string ChatHead::For(const openai::Dialect& dialect, std::string_view model) const {
  std::string head = "\"model\":";
  codec::AppendQuoted(head, model);
  head += ',';
  if (max_tokens_) {
    head += dialect.only_max_tokens ? "\"max_tokens\":" : "\"max_completion_tokens\":";
    head += std::to_string(*max_tokens_) + ',';
  }
  if (stream_) head.append(dialect.stream_members) += ',';
  return head;
}

Result<std::string> WriteChatRest(const v1::ChatCompletionParams& params,
                                  const codec::JsonLimits& limits) {
  codec::EncodeOptions encode;
  encode.reserved = kReservedOfRest;
  encode.limits = limits;
  std::string rest;
  if (auto written = codec::AppendJson(params, rest, encode); !written) {
    return UnderParams(std::move(written.error()));
  }
  // A name that is not there is written as an empty one, first of all.
  constexpr std::string_view kNoModel = R"({"model":"",)";
  rest.erase(0, rest.starts_with(kNoModel) ? kNoModel.size() : 1);
  return rest;
}

}  // namespace inferwire::endpoints
