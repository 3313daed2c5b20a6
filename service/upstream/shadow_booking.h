// A shadow's line in the ledger: what the copy used is money too, but never the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalogue/price.h"
#include "ledger/record.h"
#include "telemetry/shadow_metrics.h"

namespace inferwire::ledger {

class Book;

}  // namespace inferwire::ledger

namespace inferwire::upstream {

class ShadowBooking {
 public:
  // Begins it, under the names of the call that it copies. The book outlives it.
  ShadowBooking(ledger::Book& book, const ledger::Names& call, std::string model,
                std::string upstream, std::string_view request_id);

  struct Work {
    int attempts = 0;
    ledger::Source source = ledger::Source::kNone;
    catalogue::Tokens tokens{};
    std::optional<int64_t> picousd{};
  };
  // Once.
  void End(telemetry::ShadowOutcome outcome, const Work& work);

 private:
  ledger::Names names() const;

  ledger::Book* book_;
  std::string tenant_, team_, key_, user_, label_, model_, upstream_;
  ledger::RequestId request_id_{};
  uint64_t begin_ = 0;
};

}  // namespace inferwire::upstream
