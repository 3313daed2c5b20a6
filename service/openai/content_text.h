// The text of content that came as a list of parts where most providers send a text.
#pragma once

#include "inferwire/v1/chat.pb.h"

namespace inferwire::openai {

// Of a stream (Databricks, Mistral): the text of the parts becomes the delta's content, so that a
// reader of texts misses none of it, and a refusal its refusal. What else they have (thinking,
// annotations) stays in extra["content"], as it came.
void TakeTextOfParts(v1::Delta& delta);

// Of a whole answer: parts of other names for text (output_text, a bare string) become text parts,
// and so does one part that is not in a list.
void TakeTextOfParts(v1::ChatMessage& message);

}  // namespace inferwire::openai
