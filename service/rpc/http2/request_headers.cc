#include "rpc/http2/request_headers.h"

#include "rpc/http2/grpc_text.h"

namespace inferwire::rpc::http2 {
namespace {

constexpr size_t kOverhead = 32;  // of each header, RFC 9113 section 10.5.1

// application/grpc, with a suffix or a parameter or without.
bool IsGrpc(std::string_view type) {
  constexpr std::string_view kType = "application/grpc";
  if (!type.starts_with(kType)) return false;
  type.remove_prefix(kType.size());
  return type.empty() || type.front() == '+' || type.front() == ';';
}

Encoding EncodingOf(std::string_view name) {
  if (name == "identity") return Encoding::kIdentity;
  if (name == "gzip") return Encoding::kGzip;
  if (name == "deflate") return Encoding::kDeflate;
  return Encoding::kUnknown;
}

}  // namespace

void RequestHeaders::Take(std::string_view name, std::string_view value) {
  size_ += name.size() + value.size() + kOverhead;
  if (size_ > most_) return;
  if (name == ":path") {
    path_ = value;
  } else if (name == ":method") {
    is_post_ = value == "POST";
    is_head_ = value == "HEAD";
  } else if (name == "content-type") {
    is_grpc_ = IsGrpc(value);
  } else if (name == "grpc-timeout") {
    timeout_ = ParseTimeout(value);
    bad_timeout_ = !timeout_;
  } else if (name == "grpc-encoding") {
    encoding_ = EncodingOf(value);
  } else if (!name.starts_with(':') && name != "te") {
    if (name == gateway::kPriorityMetadata) {
      priority_ = gateway::ParsePriority(value).value_or(gateway::Priority::kInteractive);
    }
    bad_binary_ = bad_binary_ || (IsBinary(name) && !Base64DecodeList(value));
    metadata_.append(name).append(1, '\0').append(value).append(1, '\0');
  }
}

int RequestHeaders::HttpStatus() const {
  if (size_ > most_) return 200;  // its status says why
  if (!is_post_) return kMethodNotAllowed;
  return is_grpc_ ? 200 : kUnsupportedMediaType;
}

std::optional<grpc::Status> RequestHeaders::Refusal() const {
  using grpc::StatusCode;
  if (size_ > most_) {
    return grpc::Status(
        StatusCode::RESOURCE_EXHAUSTED,
        "the metadata is larger than the " + std::to_string(most_) + " bytes that are allowed");
  }
  if (bad_timeout_) return grpc::Status(StatusCode::INVALID_ARGUMENT, "grpc-timeout is malformed");
  if (bad_binary_) {
    return grpc::Status(StatusCode::INVALID_ARGUMENT, "binary metadata is not base64");
  }
  if (encoding_ == Encoding::kUnknown) {
    return grpc::Status(StatusCode::UNIMPLEMENTED,
                        "grpc-encoding may be identity, gzip or deflate");
  }
  return std::nullopt;
}

std::string RequestHeaders::Value(std::string_view name) const {
  std::string text;
  for (size_t at = 0; at < metadata_.size();) {
    const std::string_view key = metadata_.c_str() + at;
    at += key.size() + 1;
    const std::string_view value = metadata_.c_str() + at;
    at += value.size() + 1;
    if (key != name) continue;
    if (!text.empty()) text += ',';
    text += IsBinary(name) ? Base64DecodeList(value).value_or("") : std::string(value);
  }
  return text;
}

bool RequestHeaders::Has(std::string_view name) const {
  for (size_t at = 0; at < metadata_.size();) {
    const std::string_view key = metadata_.c_str() + at;
    if (key == name) return true;
    at += key.size() + 1;
    at += std::string_view(metadata_.c_str() + at).size() + 1;
  }
  return false;
}

}  // namespace inferwire::rpc::http2
