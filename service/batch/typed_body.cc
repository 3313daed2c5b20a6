#include "batch/typed_body.h"

#include <algorithm>
#include <array>

namespace inferwire::batch {
namespace {

using Item = v1::BatchItem;
using Answer = v1::BatchResult;

constexpr std::array<TypedBody, 7> kBodies = {{
    {kChatEndpoint,
     Item::kChatCompletion,
     Answer::kChatCompletion,
     {&v1::ChatCompletionParams::descriptor, "item.chat_completion"},
     "chat"},
    {"/v1/responses",
     Item::kResponse,
     Answer::kResponse,
     {&v1::ResponseParams::descriptor, "item.response"},
     "responses",
     /*answers_with_error=*/true},
    {"/v1/embeddings",
     Item::kEmbedding,
     Answer::kEmbedding,
     {&v1::EmbeddingParams::descriptor, "item.embedding"},
     "embeddings"},
    {"/v1/completions",
     Item::kTextCompletion,
     Answer::kTextCompletion,
     {&v1::TextCompletionParams::descriptor, "item.text_completion"},
     "text_completion"},
    {"/v1/moderations",
     Item::kModeration,
     Answer::kModeration,
     {&v1::ModerationParams::descriptor, "item.moderation"},
     "moderations"},
    {"/v1/images/generations",
     Item::kImageGeneration,
     Answer::kImage,
     {&v1::ImageParams::descriptor, "item.image_generation"},
     "image_generation"},
    {"/v1/images/edits",
     Item::kImageEdit,
     Answer::kImage,
     {&v1::ImageEditParams::descriptor, "item.image_edit"},
     "image_edit"},
}};

template <class Is>
const TypedBody* Find(Is is) {
  const auto* const found = std::find_if(kBodies.begin(), kBodies.end(), is);
  return found == kBodies.end() ? nullptr : found;
}

}  // namespace

const google::protobuf::FieldDescriptor& TypedBody::item_field() const {
  return *v1::BatchItem::descriptor()->FindFieldByNumber(item);
}

const google::protobuf::FieldDescriptor& TypedBody::result_field() const {
  return *v1::BatchResult::descriptor()->FindFieldByNumber(result);
}

const TypedBody* TypedBodyOf(std::string_view endpoint) {
  return Find([&](const TypedBody& body) { return body.endpoint == endpoint; });
}

const TypedBody* TypedBodyOf(const v1::BatchItem& item) {
  return Find([&](const TypedBody& body) { return body.item == item.body_case(); });
}

}  // namespace inferwire::batch
