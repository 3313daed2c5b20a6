#include "gateway/rpc_status.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "google/rpc/error_details.pb.h"

namespace inferwire::gateway {
namespace {

constexpr size_t kMaxViolations = 8;
constexpr size_t kMaxInfoBytes = 2048;
constexpr size_t kMaxTextBytes = 256;

// Cut at a character: the texts are UTF-8.
std::string Cut(const std::string& text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

google::rpc::ErrorInfo Info(const Error& error, const std::string& request_id) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ReasonName(error.reason)));
  info.set_domain("inferwire");
  auto& metadata = *info.mutable_metadata();
  size_t bytes = 0;
  for (const auto& [name, value] : error.metadata) {
    std::string cut = Cut(value, kMaxTextBytes);
    bytes += name.size() + cut.size();
    if (cut.empty() || bytes > kMaxInfoBytes) continue;
    metadata[name] = std::move(cut);
  }
  metadata["origin"] = std::string(Name(error.origin));
  metadata["safe_to_retry"] = error.safe_to_retry ? "true" : "false";
  if (!request_id.empty()) metadata["request_id"] = request_id;
  return info;
}

// Adds a detail unless it would make the status too large to arrive.
void Add(const google::protobuf::Message& detail, google::rpc::Status& status) {
  if (status.ByteSizeLong() + detail.ByteSizeLong() + 64 > kMaxMessageBytes + kMaxDetailBytes) {
    return;
  }
  status.add_details()->PackFrom(detail);
}

void AddRetry(const Error& error, google::rpc::Status& status) {
  if (!error.retry_after) return;
  google::rpc::RetryInfo retry;
  const int64_t milliseconds = error.retry_after->count();
  retry.mutable_retry_delay()->set_seconds(milliseconds / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(milliseconds % 1000) * 1'000'000);
  Add(retry, status);
}

void AddBadRequest(const Error& error, google::rpc::Status& status) {
  if (error.fields.empty()) return;
  google::rpc::BadRequest bad;
  for (size_t i = 0; i < std::min(error.fields.size(), kMaxViolations); ++i) {
    auto* violation = bad.add_field_violations();
    violation->set_field(Cut(error.fields[i].field, kMaxTextBytes));
    violation->set_description(Cut(error.fields[i].description, kMaxTextBytes));
  }
  Add(bad, status);
}

void AddQuota(const Error& error, google::rpc::Status& status) {
  if (error.quotas.empty()) return;
  google::rpc::QuotaFailure failure;
  for (size_t i = 0; i < std::min(error.quotas.size(), kMaxViolations); ++i) {
    auto* violation = failure.add_violations();
    violation->set_subject(Cut(error.quotas[i].subject, kMaxTextBytes));
    violation->set_description(Cut(error.quotas[i].description, kMaxTextBytes));
  }
  Add(failure, status);
}

void AddPreconditions(const Error& error, google::rpc::Status& status) {
  if (error.preconditions.empty()) return;
  google::rpc::PreconditionFailure failure;
  for (size_t i = 0; i < std::min(error.preconditions.size(), kMaxViolations); ++i) {
    auto* violation = failure.add_violations();
    violation->set_type(Cut(error.preconditions[i].type, kMaxTextBytes));
    violation->set_subject(Cut(error.preconditions[i].subject, kMaxTextBytes));
    violation->set_description(Cut(error.preconditions[i].description, kMaxTextBytes));
  }
  Add(failure, status);
}

}  // namespace

google::rpc::Status ToRpcStatus(const Error& error, const std::string& request_id) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(error.code));
  status.set_message(Cut(error.message, kMaxMessageBytes));
  Add(Info(error, request_id), status);
  AddRetry(error, status);
  AddBadRequest(error, status);
  AddQuota(error, status);
  AddPreconditions(error, status);
  if (error.resource) {
    google::rpc::ResourceInfo resource;
    resource.set_resource_type(Cut(error.resource->type, kMaxTextBytes));
    resource.set_resource_name(Cut(error.resource->name, kMaxTextBytes));
    Add(resource, status);
  }
  return status;
}

}  // namespace inferwire::gateway
