#include "rpc/booking.h"

#include <algorithm>
#include <utility>

#include "ledger/book.h"

namespace inferwire::rpc {
namespace {

using ledger::Source;
using ledger::Usage;

Usage Reported(const gateway::CallStats& stats) {
  Usage usage;
  const bool reported = stats.input_tokens || stats.output_tokens || stats.cost_picousd;
  if (reported)
    usage.source = Source::kProvider;
  else if (stats.unpriced)
    usage.source = Source::kEstimated;  // it answered, and said nothing of it
  usage.unpriced = stats.unpriced || (reported && !stats.cost_picousd) ? 1 : 0;
  usage.input = stats.input_tokens.value_or(0);
  usage.output = stats.output_tokens.value_or(0);
  usage.cached = stats.cached_tokens;
  usage.reasoning = stats.reasoning_tokens;
  usage.picousd = stats.cost_picousd.value_or(0);
  return usage;
}

Usage MaybeBilled(const gateway::MaybeBilled& billed) {
  Usage usage;
  usage.source = billed.estimate_of.empty() ? Source::kProvider : Source::kEstimated;
  usage.unpriced = billed.picousd ? 0 : 1;
  usage.input = billed.input_tokens.value_or(0);
  usage.output = billed.output_tokens.value_or(0);
  usage.picousd = billed.picousd.value_or(0);
  return usage;
}

}  // namespace

BookedUsage UsageOf(const Error* error, const gateway::CallStats& stats) {
  const bool maybe_billed = !stats.maybe_billed.why.empty();
  BookedUsage booked;
  // Of a failed call all that was reported is in there as well.
  booked.call = error && maybe_billed ? MaybeBilled(stats.maybe_billed) : Reported(stats);
  if (!error && maybe_billed) {
    booked.failed_attempts = MaybeBilled(stats.maybe_billed);
    booked.failed_attempts->calls = 0;
  }
  booked.call.code = static_cast<uint8_t>(error ? error->code : Code::kOk);
  booked.call.attempts = static_cast<uint8_t>(std::clamp(stats.attempts, 0, 255));
  return booked;
}

ledger::Names BookedCaller(const tenancy::Principal* principal, std::string_view certificate) {
  if (!principal) return {.tenant = certificate};
  return {.tenant = principal->tenant, .team = principal->team, .key = principal->key};
}

void Booking::Begin(ledger::Book& book, const ledger::Names& caller, std::string_view model,
                    std::string_view operation, std::string_view request_id) {
  book_ = &book;
  names_ = caller;
  names_.operation = operation;
  model_ = model;
  request_id_ = ledger::ToRequestId(request_id);
  ledger::Names names = names_;
  names.model = model_;
  begin_ = book.Begin(names, request_id_);
}

void Booking::End(const Error* error, const gateway::CallStats& stats) {
  ledger::Book* const book = std::exchange(book_, nullptr);
  if (!book) return;
  const BookedUsage used = UsageOf(error, stats);
  ledger::Names names = names_;
  // What was asked for, where no upstream was found for it.
  names.model = stats.model.empty() ? std::string_view(model_) : stats.model;
  names.upstream = stats.upstream;
  // First: once the call has ended, all of it is there.
  if (used.failed_attempts) book->End(0, names, request_id_, *used.failed_attempts);
  book->End(begin_, names, request_id_, used.call);
}

}  // namespace inferwire::rpc
