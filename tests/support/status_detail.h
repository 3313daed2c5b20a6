// One detail of a gRPC status, e.g. google.rpc.ErrorInfo.
#pragma once

#include <grpcpp/grpcpp.h>

#include <optional>

#include "google/rpc/status.pb.h"

namespace inferwire::testing_support {

template <typename Detail>
std::optional<Detail> DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return std::nullopt;
  Detail detail;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

}  // namespace inferwire::testing_support
