#include "gateway/ownership.h"

namespace inferwire::gateway {

Error NoSuchThing(const std::string& kind) {
  Error error;
  error.code = Code::kNotFound;
  error.reason = v1::ERROR_REASON_RESOURCE_NOT_FOUND;
  error.origin = Origin::kCaller;
  error.message = "there is nothing of this id in " + kind;
  error.resource = Error::Resource{kind, ""};
  return error;
}

}  // namespace inferwire::gateway
