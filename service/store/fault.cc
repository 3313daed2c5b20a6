#include "store/fault.h"

#include <cerrno>
#include <string>

namespace inferwire::store {

std::string_view Name(Fault fault) {
  switch (fault) {
    case Fault::kFull:
      return "full";
    case Fault::kLocked:
      return "locked";
    case Fault::kCorrupt:
      return "corrupt";
    case Fault::kConnection:
      return "connection";
    case Fault::kIo:
      return "io";
    case Fault::kLost:
      return "lost";
    case Fault::kWrong:
      return "wrong";
  }
  return "wrong";
}

Fault FaultOfErrno(int number) {
  const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  return full ? Fault::kFull : Fault::kIo;
}

Error StoreError(Fault fault, std::string_view what) {
  Error error;
  error.origin = Origin::kGateway;
  error.message = "the store: " + std::string(what);
  error.metadata["store_fault"] = Name(fault);
  switch (fault) {
    case Fault::kWrong:
      error.code = Code::kInternal;
      break;
    case Fault::kLost:
      error.code = Code::kAborted;
      error.reason = v1::ERROR_REASON_CONFLICT;
      break;
    case Fault::kFull:
      error.code = Code::kResourceExhausted;
      error.reason = v1::ERROR_REASON_STORE_BUDGET_EXCEEDED;
      error.message = "the store has no space left: " + std::string(what);
      error.safe_to_retry = true;
      break;
    default:
      error.code = Code::kUnavailable;
      error.reason = v1::ERROR_REASON_STORE_UNAVAILABLE;
      error.safe_to_retry = true;  // what a statement did not do is not there
  }
  return error;
}

Error OutcomeUnknown() {
  Error error = StoreError(Fault::kConnection,
                           "the connection was lost while the change was being committed; it may "
                           "have been made");
  error.safe_to_retry = false;
  error.metadata["store_outcome"] = "unknown";
  return error;
}

bool IsOutcomeUnknown(const Error& error) { return error.metadata.contains("store_outcome"); }

Error TextWithNul() {
  Error error;
  error.code = Code::kInvalidArgument;
  error.reason = v1::ERROR_REASON_INVALID_PARAMETER;
  error.origin = Origin::kCaller;
  error.message = "a text has a NUL byte";
  return error;
}

bool IsStoreFailure(const Error& error) {
  return error.metadata.contains("store_fault") && !IsFault(error, Fault::kLost);
}

bool IsFault(const Error& error, Fault fault) {
  const auto found = error.metadata.find("store_fault");
  return found != error.metadata.end() && found->second == Name(fault);
}

}  // namespace inferwire::store
