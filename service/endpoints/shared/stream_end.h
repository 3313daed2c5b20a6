// Whether a stream that may be over has come to its proper end, and what it is if not. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "http/headers.h"
#include "openai/error.h"

namespace inferwire::endpoints {

struct StreamProgress {
  size_t wanted_choices = 1;
  size_t choices = 0;           // that were seen
  bool finished = false;        // each of them, and there is one at least
  bool began = false;           // output came
  bool done = false;            // [DONE] came
  bool transfer_ended = false;  // nothing more can come
};

// Of those that were asked for: one may begin long after another has ended.
inline bool EveryChoiceFinished(const StreamProgress& stream) {
  return stream.finished && stream.choices >= stream.wanted_choices;
}

// Whether this error comes too late to matter. After [DONE] nothing can be lost. After the last
// finish reason only time may run out: a transfer that is cut lacks something, whatever it is.
bool IsAfterTheEnd(const StreamProgress& stream, const Error& error);

// [DONE] alone proves nothing where finish reasons are the rule: a proxy in between may have added
// it to a stream that was cut. Nor does the end of a connection that has no other sign of the
// body's end, where choices are missing.
bool ProperlyEnded(const StreamProgress& stream, const http::Headers& headers,
                   bool needs_finish_reason);

// There were events, but not the one that ends an answer. odd: the first event that was none of
// ours; empty if there was none.
Error NoEnd(const StreamProgress& stream, std::string_view odd, const openai::Attempt& attempt);

}  // namespace inferwire::endpoints
