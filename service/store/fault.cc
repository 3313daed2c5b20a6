#include "store/fault.h"

#include <string>

namespace llmgate::store {

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

Error StoreError(Fault fault, std::string_view what) {
  Error error;
  error.origin = Origin::kGateway;
  error.message = "the store: " + std::string(what);
  error.metadata["store_fault"] = Name(fault);
  switch (fault) {
    case Fault::kCorrupt:
      error.code = Code::kDataLoss;
      break;
    case Fault::kWrong:
      error.code = Code::kInternal;
      break;
    case Fault::kLost:
      error.code = Code::kAborted;
      error.reason = v1::ERROR_REASON_CONFLICT;
      break;
    default:
      error.code = Code::kUnavailable;
      error.reason = v1::ERROR_REASON_STORE_UNAVAILABLE;
      error.safe_to_retry = true;  // what a statement did not do is not there
  }
  return error;
}

bool IsFault(const Error& error, Fault fault) {
  const auto found = error.metadata.find("store_fault");
  return found != error.metadata.end() && found->second == Name(fault);
}

}  // namespace llmgate::store
