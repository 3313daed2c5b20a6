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
#include "openai/routes.h"
#include "store/job.h"

namespace llmgate::batch {

// What answers are priced by.
struct Pricing {
  std::shared_ptr<const catalogue::Catalogue> catalogue;  // null: nothing is known
  const catalogue::Model* model = nullptr;                // the requested one; null: not known
  std::string sent;                                       // its name in the request
  std::string_view tier = catalogue::kBatchTier;          // if the answer states none
};

Pricing PricingOf(const openai::Routes& routes, const openai::Upstream& upstream,
                  const std::string& sent, std::string_view tier);

// Nothing: the line names no item, whatever it is.
std::optional<store::NewResult> ReadAnswerLine(std::string_view line, std::string_view endpoint,
                                               const openai::Attempt& attempt,
                                               const Pricing& pricing, WallTime now,
                                               const codec::JsonLimits& limits);

// The same of an answer that the gateway fetched itself: its status is 2xx.
store::NewResult ResultOfAnswer(std::string custom_id, std::string_view body,
                                std::string_view endpoint, const openai::Attempt& attempt,
                                const Pricing& pricing, WallTime now);

// An upstream's id as the store takes it: visible ASCII; nothing of any other.
std::string CleanId(std::string_view id);

store::NewResult ResultOfError(std::string custom_id, const Error& error,
                               store::Outcome outcome = store::Outcome::kFailed);

// What an item without an answer ends with.
Error ExpiredError(const openai::Attempt& attempt);
Error CancelledError(const openai::Attempt& attempt);
Error MissingError(const openai::Attempt& attempt);

}  // namespace llmgate::batch
