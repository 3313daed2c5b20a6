// A large answer of a unary call (embeddings, images), read into its message while it arrives: its
// JSON is never held whole.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "codec/json_gate.h"
#include "endpoints/typed/answer_feed.h"
#include "endpoints/typed/typed_method.h"
#include "telemetry/operation_metrics.h"

namespace inferwire::endpoints {

class LargeAnswer final : public AnswerFeed {
 public:
  // What is longer is read so; what is not takes no longer as a whole.
  static constexpr size_t kLarge = 128u << 10;

  // Whether the method's answers are of the kind that gets so large.
  static bool Serves(const TypedMethod& method);
  // answer: empty; most: bytes of it. It and the limits outlive this.
  LargeAnswer(const TypedMethod& method, google::protobuf::Message& answer, size_t most,
              const codec::JsonLimits& limits);

  // At its end: reads what stands beside the list.
  Result<void> Finish(telemetry::OperationMetrics& metrics);

 private:
  using Field = const google::protobuf::FieldDescriptor*;

  Result<void> TakeBytes(std::string&& bytes) override;
  Result<void> Take(std::string_view json) override;
  Error DoesNotFit() const;

  const TypedMethod& method_;
  google::protobuf::Message& answer_;
  const size_t most_;
  const codec::JsonLimits& limits_;
  const Field list_;
  std::string bytes_;  // of the element in hand
  size_t size_ = 0;    // of the answer so far
  size_t unknown_members_ = 0;
};

}  // namespace inferwire::endpoints
