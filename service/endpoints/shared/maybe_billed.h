// What a failed call may cost all the same. Usage that was reported before the failure is what is
// known; what it leaves open is estimated: the input by our token count, the output by what came.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "catalogue/catalogue.h"
#include "codec/json_gate.h"
#include "gateway/operation.h"
#include "openai/answer_usage.h"

namespace inferwire::endpoints {

// Longer requests are estimated by their bytes: a count has to be over in a fraction of a
// millisecond, since a thousand calls may fail at once.
inline constexpr size_t kCountedRequestBytes = 4096;

struct FailedWork {
  const openai::AnswerUsage& usage;       // what was reported
  const catalogue::Catalogue* catalogue;  // as for PriceAnswer; may be null
  catalogue::AskedModel asked;
  // The request's JSON, empty if it is no longer here, and its length in any case.
  std::string_view request{};
  size_t request_bytes = 0;
  // False: no text that was sent says how many tokens it is.
  bool countable = true;
  // Of the output that came: at least.
  int64_t received_tokens = 0;
  // The answer itself said that the request had failed.
  bool refused = false;
};

// Whether anything points to work that is billed: usage, output, or a request that may have reached
// an upstream which had not refused it.
bool MayBeBilled(int http_status, bool reached_upstream, const FailedWork& work);

// reason: why the call failed. Only where it may be billed.
gateway::MaybeBilled EstimateBill(v1::ErrorReason reason, const FailedWork& work,
                                  const codec::JsonLimits& limits);

// Text of that many bytes, roughly.
constexpr int64_t TokensOfBytes(size_t bytes) { return static_cast<int64_t>((bytes + 3) / 4); }

}  // namespace inferwire::endpoints
