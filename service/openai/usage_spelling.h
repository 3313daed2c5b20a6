// Under which names servers report what their answers used and cost. Data.
#pragma once

#include <string_view>

namespace inferwire::openai {

enum class UsageMember {
  kOther,
  kInput,
  kOutput,
  kTotal,
  kInputDetails,  // objects with parts of them
  kOutputDetails,
  kCached,        // input out of the provider's cache
  kCachedApart,   // the same in Anthropic's words: perhaps not in the input
  kNotCached,     // the rest of the input
  kWritten,       // input into the cache
  kWrittenApart,  // in Anthropic's words
  kWrittenLong,   // into a cache that is kept longer
  kReasoning,
  kAudio,          // input or output at another price than text's
  kImages,         // the same of pictures
  kCachedDetails,  // an object with what of the cached input is sound and pictures
  kAudioInput,
  kAudioOutput,
  kNoPrice,  // of what no price list has a price
  kSearches,
  kSearchSize,    // low, medium or high
  kCost,          // USD, or an object that has them
  kCostTicks,     // 10^-10 USD
  kCostDetails,   // an object with kUpstreamCost
  kUpstreamCost,  // USD, where a relay charges its own fee and the provider the rest
  kOwnKey,        // true: kUpstreamCost is charged besides kCost
  kNested,        // an object with more of these members
};

UsageMember UsageMemberOf(std::string_view name);

}  // namespace inferwire::openai
