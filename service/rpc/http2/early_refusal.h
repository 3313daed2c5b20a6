// The answer to a call that is refused at its headers: made once, the same for every caller.
#pragma once

#include <grpcpp/support/status.h>
#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferwire::rpc::http2 {

class EarlyRefusal {
 public:
  // retry_pushback: milliseconds, for gRPC's own retries.
  EarlyRefusal(const grpc::Status& status, std::string_view retry_pushback);
  EarlyRefusal(const EarlyRefusal&) = delete;
  EarlyRefusal& operator=(const EarlyRefusal&) = delete;

  void Submit(nghttp2_session& session, int32_t stream) const;

 private:
  const std::vector<std::pair<std::string, std::string>> headers_;
  std::vector<nghttp2_nv> values_;  // of headers_
};

}  // namespace inferwire::rpc::http2
