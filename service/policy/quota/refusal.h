// What a caller that is over a limit is told: which limit of whom, how much of it is left, and when
// to come again.
#pragma once

#include "base/error.h"
#include "limits/fair_queue.h"
#include "limits/meter_set.h"
#include "limits/moment.h"

namespace inferwire::policy {

// Longer waits are told (RetryInfo), but no library waits for them by itself: a call with a
// deadline would only learn that it passed.
inline constexpr std::chrono::seconds kLongestPushback{60};

// wait: what the caller is told to wait.
Error Refusal(const limits::Shortage& shortage, std::chrono::milliseconds wait);

// The call had waited so long already.
void AddWaited(Duration waited, Error& error);

// So many calls wait already.
Error QueueIsFull(limits::QueueBound bound, std::chrono::milliseconds wait);

// The process ends, and has no room for the call before that.
Error NobodyWaits();

// The process counts as many limits as it may.
Error TooManyMeters();

}  // namespace inferwire::policy
