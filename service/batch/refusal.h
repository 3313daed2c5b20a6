// Whether an upstream's error is its last word.
#pragma once

#include "base/error.h"

namespace inferwire::batch {

// The upstream looked at the request and will say no again: it is not sent a second time. Anything
// else may be different later and is tried again: limits and quotas, a state that changes (a file
// that is still being processed), a conflict, the gateway's own key, whatever broke on the way.
inline bool IsRefusal(const Error& error) {
  return error.code == Code::kInvalidArgument || error.code == Code::kNotFound ||
         error.code == Code::kPermissionDenied || error.code == Code::kUnimplemented;
}

// Of a cancellation: there is nothing left to cancel, since what was meant has ended by itself or
// is about to.
inline bool IsTooLateToCancel(const Error& error) {
  return IsRefusal(error) || error.code == Code::kAborted ||
         error.code == Code::kFailedPrecondition;
}

}  // namespace inferwire::batch
