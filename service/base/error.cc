#include "base/error.h"

namespace inferwire {

std::string_view Name(Origin origin) {
  switch (origin) {
    case Origin::kCaller:
      return "caller";
    case Origin::kGateway:
      return "gateway";
    case Origin::kUpstream:
      return "upstream";
    case Origin::kCancelled:
      return "cancelled";
  }
  return "gateway";
}

Error InvalidField(std::string_view field, std::string_view description, v1::ErrorReason reason) {
  Error error;
  error.code = Code::kInvalidArgument;
  error.reason = reason;
  error.origin = Origin::kCaller;
  error.message = std::string(field) + ": " + std::string(description);
  error.fields.push_back({std::string(field), std::string(description)});
  return error;
}

std::string_view ReasonName(v1::ErrorReason reason) {
  constexpr std::string_view kPrefix = "ERROR_REASON_";
  const std::string_view name = v1::ErrorReason_Name(reason);
  return name.substr(name.starts_with(kPrefix) ? kPrefix.size() : 0);
}

}  // namespace inferwire
