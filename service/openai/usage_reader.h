// What an answer's usage says, in every spelling and place that is in use: the one reader for
// calls, streams, batches and raw calls. README.md has the table of spellings. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "catalogue/price.h"
#include "inferwire/v1/common.pb.h"

namespace inferwire::openai {

struct UsageReading {
  catalogue::Tokens tokens;
  // What the provider says that the answer costs, in pico-USD.
  std::optional<int64_t> stated;
};
UsageReading ReadUsage(const v1::Usage& usage);

// Puts input, output and total that came under another name into their fields. Details stay where
// they are; ReadUsage finds them.
void FillCounts(v1::Usage& usage);

// What came in OpenAI's own words of every endpoint but chat (input_tokens, output_tokens and their
// details) is put into the fields, and is not in extra any more.
void TakeOwnWords(v1::Usage& usage);

// Merges a later report of the same answer member by member. A count that is not zero replaces an
// earlier one; null, zero and what is missing do not. A total that is not of the merged counts is
// dropped.
void MergeUsage(const v1::Usage& later, v1::Usage& merged);

}  // namespace inferwire::openai
