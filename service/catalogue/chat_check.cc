#include "catalogue/chat_check.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace inferwire::catalogue {
namespace {

Abilities NeedsOfPart(const v1::ContentPart& part) {
  if (part.has_image_url()) return kImageInput;
  if (part.has_input_audio()) return kAudioInput;
  return 0;
}

bool WantsAudio(const v1::ChatCompletionParams& params) {
  const auto& modalities = params.modalities();
  return std::find(modalities.begin(), modalities.end(), "audio") != modalities.end();
}

bool WantsReasoning(const v1::ChatCompletionParams& params) {
  return params.has_reasoning_effort() && params.reasoning_effort() != "none";
}

std::string PartPath(const v1::ChatCompletionParams& params, Ability ability) {
  for (int m = 0; m < params.messages_size(); ++m) {
    const auto& parts = params.messages(m).content_parts();
    for (int p = 0; p < parts.size(); ++p) {
      if (NeedsOfPart(parts[p]) & ability) {
        return "params.messages[" + std::to_string(m) + "].content_parts[" + std::to_string(p) +
               "]";
      }
    }
  }
  return "params.messages";
}

// The field by which the request needs it.
std::string PathOf(const v1::ChatCompletionParams& params, Ability ability) {
  switch (ability) {
    case kFunctionCalling:
      return "params.tools";
    case kStructuredOutputs:
      return "params.response_format";
    case kPredictedOutputs:
      return "params.prediction";
    case kReasoning:
      return "params.reasoning_effort";
    case kAudioOutput:
      return "params.modalities";
    case kImageInput:
    case kAudioInput:
      return PartPath(params, ability);
    case kChatEndpoint:
    case kStreaming:
      return "params.model";
  }
  return "params";
}

std::string Sentence(const Model& model, const AbilityRow& row) {
  std::string text = "the model " + model.id + " has no " + std::string(row.what);
  if (row.kind == AbilityKind::kInputModality) {
    text += "; its input is " + JoinWithCommas(model.input_modalities);
  } else if (row.kind == AbilityKind::kOutputModality) {
    text += "; its output is " + JoinWithCommas(model.output_modalities);
  }
  return text;
}

Error Lacks(const Model& model, const v1::ChatCompletionParams& params, const AbilityRow& row) {
  Error error = InvalidField(PathOf(params, row.ability), Sentence(model, row),
                             v1::ERROR_REASON_MODEL_LACKS_FEATURE);
  error.code = Code::kFailedPrecondition;
  error.preconditions.push_back(
      {"MODEL_FEATURE", model.id, std::string(row.name) + " is not supported"});
  error.metadata["model"] = model.id;
  return error;
}

Error TooManyTokens(const Model& model, std::string_view field, int64_t asked) {
  Error error =
      InvalidField(field, "is " + std::to_string(asked) + ", but the model " + model.id +
                              " writes at most " + std::to_string(*model.max_output) + " tokens");
  error.metadata["model"] = model.id;
  error.metadata["limit"] = std::to_string(*model.max_output);
  return error;
}

// Calls `found` for each problem until it returns false.
template <class Found>
void FindProblems(const Model& model, const v1::ChatCompletionParams& params, bool stream,
                  const Found& found) {
  if (model.max_output) {
    if (params.max_completion_tokens() > *model.max_output &&
        !found(
            TooManyTokens(model, "params.max_completion_tokens", params.max_completion_tokens()))) {
      return;
    }
    if (params.max_tokens() > *model.max_output &&
        !found(TooManyTokens(model, "params.max_tokens", params.max_tokens()))) {
      return;
    }
  }
  if (model.lacks == 0) return;
  const Abilities missing = model.lacks & NeedsOf(params, stream);
  if (missing == 0) return;
  for (const AbilityRow& row : AbilityRows()) {
    if ((missing & row.ability) && !found(Lacks(model, params, row))) return;
  }
}

}  // namespace

Abilities NeedsOf(const v1::ChatCompletionParams& params, bool stream) {
  Abilities needs = kChatEndpoint;
  if (stream) needs |= kStreaming;
  if (params.tools_size() > 0) needs |= kFunctionCalling;
  if (params.response_format().has_json_schema()) needs |= kStructuredOutputs;
  if (params.has_prediction()) needs |= kPredictedOutputs;
  if (WantsReasoning(params)) needs |= kReasoning;
  if (WantsAudio(params)) needs |= kAudioOutput;
  for (const v1::ChatMessage& message : params.messages()) {
    for (const v1::ContentPart& part : message.content_parts()) needs |= NeedsOfPart(part);
  }
  return needs;
}

Result<void> CheckChat(const Model& model, const v1::ChatCompletionParams& params, bool stream) {
  std::optional<Error> first;
  FindProblems(model, params, stream, [&](Error error) {
    first = std::move(error);
    return false;
  });
  if (first) return *std::move(first);
  return {};
}

std::vector<Error> ChatProblems(const Model& model, const v1::ChatCompletionParams& params,
                                bool stream) {
  std::vector<Error> all;
  FindProblems(model, params, stream, [&](Error error) {
    all.push_back(std::move(error));
    return true;
  });
  return all;
}

Error NotCatalogued(std::string_view model) {
  Error error;
  error.code = Code::kNotFound;
  error.reason = v1::ERROR_REASON_MODEL_NOT_FOUND;
  error.origin = Origin::kCaller;
  error.message = "the gateway serves only models of its catalogue, and this is none of them";
  error.fields.push_back({"params.model", "is not in the catalogue"});
  error.resource = Error::Resource{"model", std::string(model.substr(0, 128))};
  return error;
}

}  // namespace inferwire::catalogue
