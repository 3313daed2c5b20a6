#include "upstream/failure_names.h"

namespace inferwire::upstream {

telemetry::RetryCause CauseOf(http::Failure failure) {
  switch (failure) {
    case http::Failure::kResolve:
      return telemetry::RetryCause::kDns;
    case http::Failure::kTls:
      return telemetry::RetryCause::kTls;
    case http::Failure::kConnectTimeout:
      return telemetry::RetryCause::kTimeout;
    default:
      return telemetry::RetryCause::kConnect;
  }
}

std::string_view NameOf(http::Failure failure) {
  switch (failure) {
    case http::Failure::kResolve:
      return "resolve";
    case http::Failure::kConnect:
      return "connect";
    case http::Failure::kConnectTimeout:
      return "connect_timeout";
    case http::Failure::kTls:
      return "tls";
    case http::Failure::kReset:
      return "reset";
    case http::Failure::kProtocol:
      return "protocol";
    case http::Failure::kDescriptors:
      return "descriptors";
    case http::Failure::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace inferwire::upstream
