#include "endpoints/typed/large_answer.h"

#include <memory>
#include <utility>

#include "codec/decode.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/images_service.pb.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

const codec::JsonFeed::Shape& ShapeOf(const Descriptor* answer) {
  return answer == v1::ImageResult::descriptor() ? kListOfImages : kListOfEmbeddings;
}

const google::protobuf::FieldDescriptor* ListOf(const Descriptor* answer) {
  if (answer == v1::ImageResult::descriptor()) {
    return answer->FindFieldByNumber(v1::ImageResult::kImagesFieldNumber);
  }
  return answer->FindFieldByNumber(v1::EmbeddingResult::kEmbeddingsFieldNumber);
}

}  // namespace

bool LargeAnswer::Serves(const TypedMethod& method) {
  return method.answer_type() == v1::ImageResult::descriptor() ||
         method.answer_type() == v1::EmbeddingResult::descriptor();
}

LargeAnswer::LargeAnswer(const TypedMethod& method, Message& answer, size_t most,
                         const codec::JsonLimits& limits)
    : AnswerFeed(ShapeOf(answer.GetDescriptor())),
      method_(method),
      answer_(answer),
      most_(most),
      limits_(limits),
      list_(ListOf(answer.GetDescriptor())) {}

Error LargeAnswer::DoesNotFit() const {
  return LargerThanTaken("the answer does not fit into a response of " + std::to_string(most_) +
                         " bytes; Stream" + method_.rpc().name() + " gives it in parts");
}

Result<void> LargeAnswer::TakeBytes(std::string&& bytes) {
  if (bytes_.size() + bytes.size() > most_ - size_) return DoesNotFit();
  bytes_ += bytes;
  return {};
}

Result<void> LargeAnswer::Take(std::string_view json) {
  if (elements() > limits_.max_list_messages) return LargerThanTaken("more elements than allowed");
  Message& element = *answer_.GetReflection()->AddMessage(&answer_, list_);
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(json, element, limits_, &stats); !decoded) return decoded;
  unknown_members_ += static_cast<size_t>(stats.unknown_members);
  if (unknown_members_ > limits_.max_entries) return LargerThanTaken("more members than allowed");
  if (!bytes_.empty()) static_cast<v1::Image&>(element).set_data(std::exchange(bytes_, {}));
  const size_t size = element.ByteSizeLong();
  if (size > most_ - size_) return DoesNotFit();
  size_ += size;
  return {};
}

Result<void> LargeAnswer::Finish(telemetry::OperationMetrics& metrics) {
  const std::unique_ptr<Message> beside(answer_.New());
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(rest(), *beside, limits_, &stats); !decoded) return decoded;
  metrics.UnknownFields(static_cast<int>(unknown_members_) + stats.unknown_members);
  answer_.MergeFrom(*beside);
  return {};
}

}  // namespace inferwire::endpoints
