#include "rpc/http2/early_refusal.h"

#include "rpc/http2/grpc_text.h"

namespace inferwire::rpc::http2 {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers HeadersOf(const grpc::Status& status, std::string_view retry_pushback) {
  return {{":status", "200"},
          {"content-type", "application/grpc"},
          {"grpc-status", std::to_string(static_cast<int>(status.error_code()))},
          {"grpc-message", PercentEncode(status.error_message())},
          {"grpc-retry-pushback-ms", std::string(retry_pushback)},
          {"grpc-status-details-bin", Base64Encode(status.error_details())}};
}

// nghttp2 takes bytes that it does not change as if it did.
uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

EarlyRefusal::EarlyRefusal(const grpc::Status& status, std::string_view retry_pushback)
    : headers_(HeadersOf(status, retry_pushback)) {
  for (const auto& [name, value] : headers_) {
    values_.push_back({Bytes(name), Bytes(value), name.size(), value.size(),
                       NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE});
  }
}

void EarlyRefusal::Submit(nghttp2_session& session, int32_t stream) const {
  nghttp2_submit_response(&session, stream, values_.data(), values_.size(), nullptr);
}

}  // namespace inferwire::rpc::http2
