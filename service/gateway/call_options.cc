#include "gateway/call_options.h"

#include <algorithm>

#include "codec/encode.h"

namespace inferwire::gateway {
namespace {

constexpr size_t kMaxClientRequestId = 128;
constexpr int kMaxRetries = 5;
constexpr size_t kMaxAffinityKey = 128;
constexpr int kMaxNames = 16;  // tags, and upstreams

Error Under(std::string_view parent, Error error) {
  for (auto& field : error.fields) field.field = std::string(parent) + "." + field.field;
  return error;
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Result<void> CheckRoute(const v1::RoutePreferences& route) {
  if (route.affinity_key().size() > kMaxAffinityKey) {
    return InvalidField("options.route.affinity_key", "must be at most 128 bytes");
  }
  if (route.require_tags_size() > kMaxNames) {
    return InvalidField("options.route.require_tags", "has more than 16 tags");
  }
  if (route.exclude_upstreams_size() > kMaxNames) {
    return InvalidField("options.route.exclude_upstreams", "has more than 16 names");
  }
  if (!v1::Resend_IsValid(route.resend())) {
    return InvalidField("options.route.resend", "is a value that this version does not know");
  }
  return {};
}

}  // namespace

Result<Duration> CheckDuration(const google::protobuf::Duration& duration, std::string_view path) {
  constexpr int64_t kMostSeconds = 86400;
  const bool in_range = duration.seconds() >= 0 && duration.seconds() <= kMostSeconds &&
                        duration.nanos() >= 0 && duration.nanos() < 1'000'000'000;
  const Duration value =
      in_range ? std::chrono::seconds(duration.seconds()) + Duration(duration.nanos()) : Duration{};
  if (value <= Duration::zero()) {
    return InvalidField(path, "must be a positive duration of at most a day");
  }
  return value;
}

Result<std::optional<Duration>> CheckQueueWait(const v1::CallOptions& options,
                                               std::string_view path) {
  if (!options.has_max_queue_wait()) return std::optional<Duration>();
  const google::protobuf::Duration& wait = options.max_queue_wait();
  if (wait.seconds() == 0 && wait.nanos() == 0) return std::optional(Duration::zero());
  auto checked = CheckDuration(wait, path);
  return checked ? Result(std::optional(*checked)) : std::move(checked.error());
}

Result<void> CheckIdempotencyKey(std::string_view key) {
  constexpr size_t kMost = 255;
  if (!key.empty() && key.size() <= kMost && IsPrintable(key)) return {};
  return InvalidField("options.idempotency_key", "must be 1 to 255 printable ASCII characters");
}

Result<CheckedOptions> CheckOptions(const v1::CallOptions& options) {
  if (auto known = codec::RefuseUnknownFields(options); !known) {
    return Under("options", std::move(known.error()));
  }
  CheckedOptions checked;
  checked.client_request_id = options.client_request_id();
  if (checked.client_request_id.size() > kMaxClientRequestId ||
      !IsPrintable(checked.client_request_id)) {
    return InvalidField("options.client_request_id",
                        "must be at most 128 printable ASCII characters");
  }
  if (options.has_attempt_timeout()) {
    auto timeout = CheckDuration(options.attempt_timeout(), "options.attempt_timeout");
    if (!timeout) return timeout.error();
    checked.attempt_timeout = *timeout;
  }
  if (options.has_max_retries()) {
    if (options.max_retries() < 0 || options.max_retries() > kMaxRetries) {
      return InvalidField("options.max_retries", "must be 0 to 5");
    }
    checked.max_retries = options.max_retries();
  }
  if (auto good = CheckRoute(options.route()); !good) return good.error();
  checked.validate_only = options.validate_only();
  checked.include_raw_response = options.include_raw_response();
  return checked;
}

}  // namespace inferwire::gateway
