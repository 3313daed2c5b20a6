// The JSON of an answer in one piece: as it arrives, and made into a message.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"
#include "openai/json_body.h"
#include "telemetry/operation_metrics.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {

class AnswerBody {
 public:
  explicit AnswerBody(const upstream::Runtime& runtime) : runtime_(runtime) {}

  // At the head of an answer: what came of an attempt before is gone.
  void Clear() { body_.Clear(); }
  // Fails as soon as no rest can make it good.
  Result<void> Append(std::string_view bytes, const upstream::UpstreamCall& upstream_call);

  // Some providers report their failures with status 200.
  std::optional<Error> StatedError(const upstream::UpstreamCall& upstream_call) const;
  // Counts the members that the message has no fields for.
  Result<void> DecodeInto(google::protobuf::Message& message,
                          telemetry::OperationMetrics& metrics) const;
  Result<void> DecodeInto(google::protobuf::Message& message, std::string_view operation) const {
    return DecodeInto(message, runtime_.metrics.operations.With(operation));
  }
  // For what is readable JSON and all the same not what was asked for, as in "it is not a file".
  static Error Wrong(std::string what);

  std::string& text() { return body_.text(); }
  const std::string& text() const { return body_.text(); }

 private:
  const upstream::Runtime& runtime_;
  openai::JsonBody body_;
};

}  // namespace inferwire::endpoints
