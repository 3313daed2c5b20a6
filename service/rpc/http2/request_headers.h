// The headers of a request as gRPC means them.
#pragma once

#include <grpcpp/support/status.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/priority.h"

namespace inferwire::rpc::http2 {

constexpr int kMethodNotAllowed = 405, kUnsupportedMediaType = 415;

enum class Encoding { kIdentity, kGzip, kDeflate, kUnknown };

class RequestHeaders {
 public:
  // most: of names and values, 32 bytes more for each, as HTTP/2 counts.
  explicit RequestHeaders(size_t most) : most_(most) {}

  // What is over the limit is counted and not kept.
  void Take(std::string_view name, std::string_view value);

  // With all of them here. An HTTP status other than 200: it is no gRPC. A status: the call ends
  // with it before it begins.
  int HttpStatus() const;
  std::optional<grpc::Status> Refusal() const;
  // An answer to it has no body.
  bool is_head() const { return is_head_; }

  // Bytes.
  size_t kept() const { return path_.size() + metadata_.size(); }
  // Forgets the metadata: there will be no call.
  void Drop() { std::string().swap(metadata_); }
  const std::string& path() const { return path_; }
  std::optional<Duration> timeout() const { return timeout_; }
  Encoding encoding() const { return encoding_; }
  // Of one that says none or no good one: the highest. The call refuses what is no priority.
  gateway::Priority priority() const { return priority_; }
  // Of what the caller sent beside gRPC's own headers. More values than one are joined with commas;
  // binary ones (names in "-bin") are decoded.
  std::string Value(std::string_view name) const;
  bool Has(std::string_view name) const;

 private:
  const size_t most_;
  size_t size_ = 0;
  std::string path_;
  std::string metadata_;  // name NUL value NUL ...; HTTP/2 allows NUL in neither
  std::optional<Duration> timeout_;
  Encoding encoding_ = Encoding::kIdentity;
  gateway::Priority priority_ = gateway::Priority::kInteractive;
  bool is_post_ = false, is_head_ = false, is_grpc_ = false, bad_timeout_ = false,
       bad_binary_ = false;
};

}  // namespace inferwire::rpc::http2
