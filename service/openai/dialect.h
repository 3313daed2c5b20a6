// What differs between OpenAI-compatible servers, as data: one row per dialect, named in an
// upstream's configuration. README.md has the table and the reasons. Reading is tolerant for every
// dialect alike; the columns are what has to be sent, and where a row knows better than a guess.
#pragma once

#include <span>
#include <string_view>

namespace inferwire::openai {

struct Dialect {
  std::string_view name;
  // The members that a streamed chat request carries besides the caller's.
  std::string_view stream_members;
  // The server does not know max_completion_tokens: a caller's is sent as max_tokens.
  bool only_max_tokens;
  // [DONE] after output without any finish reason is a cut stream, not an end.
  bool needs_finish_reason;
  // The header that carries the key, up to the key.
  std::string_view key_header;
  // The answer's header whose id the provider's support asks for; looked at before all others.
  std::string_view request_id_header;
  // Below a base URL that does not end in /v1, the model is a deployment in the path, and every
  // request says which version of the API it means.
  bool deployments;
  // Embeddings are asked for as base64, so that no number becomes text on the way.
  bool base64_embeddings;
  // It has realtime sessions as OpenAI has them.
  bool realtime;
  // It has files and batches as OpenAI has them.
  bool batches;
  // Its requests cost money, unless an upstream says otherwise.
  bool billed;
};

// Every row, the default one first.
std::span<const Dialect> Dialects();

// Null if there is no such dialect.
const Dialect* FindDialect(std::string_view name);

}  // namespace inferwire::openai
