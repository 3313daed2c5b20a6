#include "endpoints/models/estimate_subject.h"

#include <algorithm>
#include <limits>

#include "catalogue/price.h"
#include "tokens/chat_texts.h"
#include "tokens/response_texts.h"

namespace inferwire::endpoints {
namespace {

using Read = Result<EstimateSubject>;

template <class Params>
std::optional<int64_t> MaxTokens(const Params& params) {
  return params.has_max_tokens() ? std::optional<int64_t>(params.max_tokens()) : std::nullopt;
}

// A prediction's rejected tokens and sounds have prices of their own, a search has a fee.
bool IsTextAlone(const v1::ChatCompletionParams& params) {
  const auto& modalities = params.modalities();
  return !params.has_prediction() && !params.has_web_search_options_json() &&
         std::all_of(modalities.begin(), modalities.end(),
                     [](const std::string& modality) { return modality == "text"; });
}

Error NoModel(const std::string& field) { return InvalidField(field + ".model", "is required"); }

Read OfChat(const v1::ChatCompletionParams& params) {
  if (params.model().empty()) return NoModel("params");
  if (params.messages().empty()) return InvalidField("params.messages", "is required");
  if (params.n() < 0) return InvalidField("params.n", "is negative");
  EstimateSubject subject{"params", "chat/completions", params.model(), params.service_tier()};
  subject.asked_output = MaxTokens(params);
  if (params.has_max_completion_tokens()) subject.asked_output = params.max_completion_tokens();
  if (params.has_n()) subject.choices = params.n();
  subject.text_alone = IsTextAlone(params);
  return subject;
}

// What its tools find, make or run is paid by the piece, or becomes input.
Read OfResponse(const v1::ResponseParams& params) {
  if (params.model().empty()) return NoModel("response");
  if (params.input().empty() && params.input_items().empty() && !params.has_prompt()) {
    return InvalidField("response.input", "is required");
  }
  EstimateSubject subject{"response", "responses", params.model(), params.service_tier()};
  if (params.has_max_output_tokens()) subject.asked_output = params.max_output_tokens();
  subject.text_alone =
      std::all_of(params.tools().begin(), params.tools().end(), [](const v1::ResponseTool& tool) {
        return tool.type() == "function" || tool.type() == "custom" || tool.type() == "namespace";
      });
  return subject;
}

Read OfEmbedding(const v1::EmbeddingParams& params) {
  if (params.model().empty()) return NoModel("embedding");
  if (params.input().empty() && params.token_input().empty() && params.extra().empty()) {
    return InvalidField("embedding.input", "is required");
  }
  EstimateSubject subject{"embedding", "embeddings", params.model()};
  subject.asked_output = 0;
  return subject;
}

// Every prompt has its choices, and the best of several is paid with the others.
Read OfTextCompletion(const v1::TextCompletionParams& params) {
  if (params.model().empty()) return NoModel("text_completion");
  if (params.n() < 0) return InvalidField("text_completion.n", "is negative");
  if (params.best_of() < 0) return InvalidField("text_completion.best_of", "is negative");
  EstimateSubject subject{"text_completion", "completions", params.model()};
  subject.asked_output = MaxTokens(params);
  const int64_t prompts = std::max(params.prompt_size() + params.token_prompt_size(), 1);
  subject.choices = prompts * std::max({params.n(), params.best_of(), 1});
  return subject;
}

}  // namespace

limits::OutputBound EstimateSubject::output() const {
  limits::OutputBound bound;
  bound.choices = std::max<int64_t>(choices, 1);
  if (asked_output) {
    constexpr int64_t kAll = std::numeric_limits<int64_t>::max();
    bound.tokens = catalogue::Times(*asked_output, bound.choices).value_or(kAll);
  }
  return bound;
}

Result<EstimateSubject> SubjectOf(const v1::EstimateRequest& request) {
  const int given =
      static_cast<int>(request.has_params()) + static_cast<int>(request.has_response()) +
      static_cast<int>(request.has_embedding()) + static_cast<int>(request.has_text_completion());
  if (given > 1) {
    return InvalidField("params",
                        "goes alone: one of params, response, embedding and text_completion");
  }
  Read read = request.has_response()          ? OfResponse(request.response())
              : request.has_embedding()       ? OfEmbedding(request.embedding())
              : request.has_text_completion() ? OfTextCompletion(request.text_completion())
                                              : OfChat(request.params());
  return read;
}

tokens::InputTexts TakeTexts(v1::EstimateRequest& request, const tokens::Model& model) {
  if (request.has_response()) {
    return tokens::TakeResponseTexts(*request.mutable_response(), model);
  }
  if (request.has_embedding()) return tokens::TakeEmbeddingTexts(*request.mutable_embedding());
  if (request.has_text_completion()) {
    return tokens::TakeCompletionTexts(*request.mutable_text_completion());
  }
  return tokens::TakeChatTexts(*request.mutable_params(), model);
}

}  // namespace inferwire::endpoints
