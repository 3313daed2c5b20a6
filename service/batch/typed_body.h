// Which endpoints' requests and answers have messages of their own in batches. One table for the
// way in, the way out and the names in errors.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string_view>

#include "inferwire/v1/batches_service.pb.h"
#include "openai/param_path.h"

namespace inferwire::batch {

inline constexpr std::string_view kChatEndpoint = "/v1/chat/completions";

struct TypedBody {
  std::string_view endpoint;
  v1::BatchItem::BodyCase item;
  v1::BatchResult::OutcomeCase result;
  openai::RequestFields fields;     // of the item, below CreateBatchRequest
  std::string_view operation;       // as metrics name a call of it
  bool answers_with_error = false;  // the answer has a member "error" of its own

  // Of BatchItem and BatchResult.
  const google::protobuf::FieldDescriptor& item_field() const;
  const google::protobuf::FieldDescriptor& result_field() const;
};

// Null: its items and answers are JSON alone.
const TypedBody* TypedBodyOf(std::string_view endpoint);
// Null: the item is JSON, or empty.
const TypedBody* TypedBodyOf(const v1::BatchItem& item);

}  // namespace inferwire::batch
