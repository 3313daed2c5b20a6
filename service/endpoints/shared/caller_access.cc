#include "endpoints/shared/caller_access.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/member_scan.h"
#include "policy/access/access.h"
#include "telemetry/access_metrics.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

using telemetry::AccessRefusal;

// What servers read the longest answer from.
constexpr std::string_view kOutputWords[] = {"max_tokens", "max_completion_tokens",
                                             "max_output_tokens"};
// With which some servers are told to take further models.
constexpr std::string_view kModelWords[] = {"models", "fallbacks"};

template <size_t size>
bool IsOneOf(const std::string_view (&words)[size], std::string_view name) {
  return std::ranges::any_of(words,
                             [&](std::string_view word) { return EqualsIgnoringCase(word, name); });
}

Error Refused(const upstream::Runtime& runtime, AccessRefusal why, Error error) {
  runtime.metrics.access.Refused(why);
  return error;
}

std::optional<int64_t> LimitOf(const gateway::CallContext& context) {
  return context.principal ? context.principal->access.max_output_tokens() : std::nullopt;
}

Error TooLong(const upstream::Runtime& runtime, std::string_view field, int64_t limit) {
  Error error = InvalidField(
      field,
      "is more than the " + std::to_string(limit) + " tokens that this caller's answers may have",
      v1::ERROR_REASON_OUTPUT_LIMIT_NOT_ALLOWED);
  error.code = Code::kPermissionDenied;
  error.metadata["limit"] = std::to_string(limit);
  return Refused(runtime, AccessRefusal::kOutputLimit, std::move(error));
}

// Whether the JSON value is a number of tokens within the limit. What is no whole number is not.
bool Within(std::string_view json, int64_t limit) {
  const auto number = ParseInteger<int64_t>(Trim(json));
  return number && *number >= 0 && *number <= limit;
}

}  // namespace

bool RestrictsModels(const gateway::CallContext& context) {
  return context.principal && context.principal->access.restricts_models();
}

Result<void> MayUse(std::string_view asked, const upstream::Runtime& runtime,
                    const gateway::CallContext& context) {
  if (!context.principal || context.principal->access.MayUse(asked, runtime.router)) return {};
  return Refused(runtime, AccessRefusal::kModel, policy::ModelNotAllowed());
}

Result<void> MayUse(const upstream::Destination& destination, const upstream::Runtime& runtime,
                    const gateway::CallContext& context) {
  if (!RestrictsModels(context)) return {};
  const catalogue::Model* const model = destination.model_info.get();
  const tenancy::NamedModel named{model ? model->id : destination.model, destination.model};
  if (context.principal->access.MayUse(named, runtime.router)) return {};
  return Refused(runtime, AccessRefusal::kModel, policy::ModelNotAllowed());
}

Result<void> MayUseUnseen(const upstream::Runtime& runtime, const gateway::CallContext& context) {
  if (!RestrictsModels(context) && !LimitOf(context)) return {};
  Error error = policy::ModelNotAllowed();
  error.message =
      "this caller's models and answers are limited, and what this request asks for the gateway "
      "does not read";
  return Refused(runtime, AccessRefusal::kModel, std::move(error));
}

Result<void> LimitOutput(v1::ChatCompletionParams& params, const upstream::Runtime& runtime,
                         const gateway::CallContext& context) {
  if (RestrictsModels(context)) {
    for (const auto& [name, value] : params.extra()) {
      if (!IsOneOf(kModelWords, name)) continue;
      return Refused(runtime, AccessRefusal::kModel, policy::ModelNotAllowed());
    }
  }
  const auto limit = LimitOf(context);
  if (!limit) return {};
  bool says = params.has_max_tokens() || params.has_max_completion_tokens();
  if (params.max_tokens() > *limit) return TooLong(runtime, "params.max_tokens", *limit);
  if (params.max_completion_tokens() > *limit) {
    return TooLong(runtime, "params.max_completion_tokens", *limit);
  }
  for (const auto& [name, value] : params.extra()) {
    if (!IsOneOf(kOutputWords, name)) continue;
    if (!Within(value, *limit)) {
      return TooLong(runtime, "params.extra[\"" + name + "\"]", *limit);
    }
    says = true;
  }
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (!says) params.set_max_completion_tokens(static_cast<int32_t>(std::min(*limit, kMost)));
  return {};
}

const google::protobuf::FieldDescriptor* OutputFieldOf(const google::protobuf::Descriptor& params) {
  for (const char* name : {"max_output_tokens", "max_completion_tokens", "max_tokens"}) {
    if (const auto* const field = params.FindFieldByName(name)) return field;
  }
  return nullptr;
}

void SayOutput(google::protobuf::Message& params, const gateway::CallContext& context) {
  const auto* const field = OutputFieldOf(*params.GetDescriptor());
  const auto limit = LimitOf(context);
  if (!field || !limit || params.GetReflection()->HasField(params, field)) return;
  if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_INT32) return;
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  params.GetReflection()->SetInt32(&params, field, static_cast<int32_t>(std::min(*limit, kMost)));
}

Result<void> CheckOutput(std::string_view body, bool writes, std::string_view field,
                         const upstream::Runtime& runtime, const gateway::CallContext& context) {
  const auto limit = LimitOf(context);
  if (!limit || body.empty()) return {};
  bool says = false, good = true;
  const codec::Scan scan =
      codec::ScanMembers(body, [&](const std::string& name, std::string_view value) {
        if (!IsOneOf(kOutputWords, name)) return true;
        says = true;
        good = good && Within(value, *limit);
        return good;
      });
  if (!good) return TooLong(runtime, field, *limit);
  if (!writes || (says && scan != codec::Scan::kBroken)) return {};
  Error error = TooLong(runtime, field, *limit);
  error.fields.front().description =
      "has to say how long its answer may be, at most " + std::to_string(*limit) + " tokens";
  error.message = std::string(field) + ": " + error.fields.front().description;
  return error;
}

}  // namespace inferwire::endpoints
