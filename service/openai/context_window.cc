#include "openai/context_window.h"

#include <string>

#include "tokens/least_count.h"

namespace inferwire::openai {

Result<void> CheckPromptFits(const catalogue::Model& model,
                             const v1::ChatCompletionParams& params) {
  if (!model.context_window) return {};
  const int64_t least = tokens::LeastChatCount(params, *model.context_window);
  if (least > *model.context_window) return PromptTooLong(model, least);
  return {};
}

Error PromptTooLong(const catalogue::Model& model, int64_t tokens) {
  const std::string window = std::to_string(*model.context_window);
  Error error = InvalidField("params.messages",
                             "are " + std::to_string(tokens) + " tokens or more, but the model " +
                                 model.id + " has a context window of " + window,
                             v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED);
  error.metadata["model"] = model.id;
  error.metadata["limit"] = window;
  return error;
}

}  // namespace inferwire::openai
