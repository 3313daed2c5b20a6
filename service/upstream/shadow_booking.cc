#include "upstream/shadow_booking.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "ledger/book.h"

namespace inferwire::upstream {
namespace {

Code CodeOf(telemetry::ShadowOutcome outcome) {
  switch (outcome) {
    case telemetry::ShadowOutcome::kAnswered:
      return Code::kOk;
    case telemetry::ShadowOutcome::kCancelled:
    case telemetry::ShadowOutcome::kMemory:
      return Code::kCancelled;
    default:
      return Code::kUnavailable;
  }
}

}  // namespace

ShadowBooking::ShadowBooking(ledger::Book& book, const ledger::Names& call, std::string model,
                             std::string upstream, std::string_view request_id)
    : book_(&book),
      tenant_(call.tenant),
      team_(call.team),
      key_(call.key),
      user_(call.user),
      label_(call.label),
      model_(std::move(model)),
      upstream_(std::move(upstream)),
      request_id_(ledger::ToRequestId(request_id)),
      begin_(book.Begin(names(), request_id_)) {}

ledger::Names ShadowBooking::names() const {
  return {tenant_, team_, key_, user_, model_, upstream_, "shadow", label_};
}

void ShadowBooking::End(telemetry::ShadowOutcome outcome, const Work& work) {
  ledger::Usage usage;
  usage.source = work.source;
  usage.code = static_cast<uint8_t>(CodeOf(outcome));
  usage.attempts = static_cast<uint8_t>(std::clamp(work.attempts, 0, 255));
  usage.input = work.tokens.input.value_or(0);
  usage.output = work.tokens.output.value_or(0);
  usage.cached = work.tokens.cached;
  usage.reasoning = work.tokens.reasoning;
  usage.picousd = work.picousd.value_or(0);
  usage.unpriced = work.source != ledger::Source::kNone && !work.picousd ? 1 : 0;
  book_->End(begin_, names(), request_id_, usage);
}

}  // namespace inferwire::upstream
