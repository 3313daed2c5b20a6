#include "rpc/booking.h"

#include <algorithm>
#include <utility>

#include "gateway/call_usage.h"
#include "ledger/book.h"
#include "upstream/booked_model.h"

namespace inferwire::rpc {
namespace {

ledger::Usage Of(const gateway::UsedWork& used) {
  ledger::Usage usage;
  usage.source = static_cast<ledger::Source>(used.source);
  usage.unpriced = used.unpriced ? 1 : 0;
  usage.input = used.input_tokens.value_or(0);
  usage.output = used.output_tokens.value_or(0);
  usage.cached = used.cached_tokens;
  usage.reasoning = used.reasoning_tokens;
  usage.picousd = used.picousd.value_or(0);
  return usage;
}

static_assert(static_cast<int>(ledger::Source::kProvider) == v1::USAGE_SOURCE_PROVIDER);
static_assert(static_cast<int>(ledger::Source::kNone) == v1::USAGE_SOURCE_NONE);

}  // namespace

BookedUsage UsageOf(const Error* error, const gateway::CallStats& stats) {
  const gateway::CallUsage used = gateway::UsageOf(error != nullptr, stats);
  BookedUsage booked{Of(used.call), std::nullopt};
  if (used.failed_attempts) {
    booked.failed_attempts = Of(*used.failed_attempts);
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

void Booking::Begin(const CallServices& services, const ledger::Names& caller,
                    const gateway::CallTags& tags, std::string_view model,
                    std::string_view operation, std::string_view request_id) {
  services_ = &services;
  user_ = tenancy::KeptUser(services.users, caller.tenant, tags.user);
  label_ = tags.label;
  names_ = caller;
  names_.user = user_;
  names_.label = label_;
  names_.operation = operation;
  model_ = upstream::BookedModel(services.runtime.router, {}, model, false, nullptr);
  request_id_ = ledger::ToRequestId(request_id);
  ledger::Names names = names_;
  names.model = model_;
  begin_ = services.ledger->Begin(names, request_id_);
}

void Booking::End(const Error* error, const gateway::CallStats& stats) {
  if (!services_ || std::exchange(ended_, true)) return;
  ledger::Book& book = *services_->ledger;
  const BookedUsage used = UsageOf(error, stats);
  ledger::Names names = names_;
  // What was asked for, where no upstream was found for it.
  if (!stats.model.empty()) {
    model_ = upstream::BookedModel(services_->runtime.router, stats.upstream, stats.model,
                                   error == nullptr, &book.metrics());
  }
  names.model = model_;
  names.upstream = stats.upstream;
  // First: once the call has ended, all of it is there.
  if (used.failed_attempts) book.End(0, names, request_id_, *used.failed_attempts);
  book.End(begin_, names, request_id_, used.call);
}

}  // namespace inferwire::rpc
