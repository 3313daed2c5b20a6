// The input of requests that are no chats. Pure.
#pragma once

#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/responses.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"
#include "tokens/input_texts.h"
#include "tokens/model_rules.h"

namespace inferwire::tokens {

// All of them take the texts out of the parameters, which are not whole any more afterwards.

InputTexts TakeResponseTexts(v1::ResponseParams& params, const Model& model);
InputTexts TakeEmbeddingTexts(v1::EmbeddingParams& params);
InputTexts TakeCompletionTexts(v1::TextCompletionParams& params);

}  // namespace inferwire::tokens
