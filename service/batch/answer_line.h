// One line of a batch's output or error file -> the result of an item. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "catalogue/catalogue.h"
#include "catalogue/price.h"
#include "codec/json_gate.h"
#include "openai/error.h"
#include "store/job.h"
#include "upstream/router.h"

namespace inferwire::batch {

// What answers are priced by.
struct Pricing {
  std::shared_ptr<const catalogue::Catalogue> catalogue;  // null: nothing is known
  const catalogue::Model* model = nullptr;                // the requested one; null: not known
  std::string sent;                                       // its name in the request
  std::string_view tier = catalogue::kBatchTier;          // if the answer states none
  std::string upstream{};
};

Pricing PricingOf(const upstream::Router& router, const upstream::Upstream& upstream,
                  const std::string& sent, std::string_view tier);

// A line of a file, for texts: "line 7 of the input".
struct LineOf {
  std::string_view file;  // a literal; empty: of none
  int64_t number = 0;     // from 1
};

// Read like a live answer: a byte order mark, bytes that are not UTF-8 and a status in another form
// are no reason to lose what was paid for. Nothing: the line names no item, whatever it is.
std::optional<store::NewResult> ReadAnswerLine(std::string_view line, std::string_view endpoint,
                                               const openai::Attempt& attempt,
                                               const Pricing& pricing, WallTime now,
                                               const codec::JsonLimits& limits, LineOf place = {});

// Of a line of which there is only the beginning, since it is longer than most_bytes. Nothing: the
// beginning names no item.
std::optional<store::NewResult> ReadLongLine(std::string_view beginning, size_t most_bytes,
                                             const openai::Attempt& attempt, LineOf place);

// The same of an answer that the gateway fetched itself: its status is 2xx.
store::NewResult ResultOfBody(std::string custom_id, std::string_view body,
                              std::string_view endpoint, const openai::Attempt& attempt,
                              const Pricing& pricing, WallTime now, const codec::JsonLimits& limits,
                              LineOf place = {});

// For the store: both are serialized v1::Cost.
void AddCost(std::string_view cost, std::string& sum);

// An upstream's id as the store takes it: visible ASCII; nothing of any other.
std::string CleanId(std::string_view id);

store::NewResult ResultOfError(std::string custom_id, const Error& error,
                               store::ItemOutcome outcome = store::ItemOutcome::kFailed);

// Says in an error's text which item it is about. For what the gateway says itself; the upstream's
// own words stay as they are.
Error OfItem(Error error, std::string_view custom_id, LineOf place);

// What an item without an answer ends with.
Error ExpiredError(const openai::Attempt& attempt);
Error CancelledError(const openai::Attempt& attempt);
// unreadable, too_long: how many lines of the upstream's files were no results, and how many of
// them were longer than most_bytes.
struct LostLines {
  int64_t unreadable = 0, too_long = 0;
};
Error MissingError(const openai::Attempt& attempt, const LostLines& lost = {},
                   size_t most_bytes = 0);

}  // namespace inferwire::batch
