// Whatever JSON an upstream answers at an endpoint besides chat becomes a message that says the
// same when it is written again. The first byte chooses the endpoint.
#include "fuzz/input.h"
#include "fuzz/message_check.h"
#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/audio_service.pb.h"
#include "inferwire/v1/conversations_service.pb.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/moderations_service.pb.h"
#include "inferwire/v1/responses_service.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"

namespace inferwire::fuzz {
namespace {

const google::protobuf::Message& TypeOf(uint8_t choice) {
  static const google::protobuf::Message* const kTypes[] = {
      &v1::Response::default_instance(),           &v1::ResponseEvent::default_instance(),
      &v1::ResponseParams::default_instance(),     &v1::ListInputItemsResponse::default_instance(),
      &v1::ResponseCompaction::default_instance(), &v1::Conversation::default_instance(),
      &v1::EmbeddingResult::default_instance(),    &v1::EmbeddingParams::default_instance(),
      &v1::Moderation::default_instance(),         &v1::ModerationParams::default_instance(),
      &v1::TextCompletion::default_instance(),     &v1::TextCompletionParams::default_instance(),
      &v1::ImageResult::default_instance(),        &v1::FineTuningJob::default_instance(),
      &v1::FineTuningParams::default_instance(),   &v1::Assistant::default_instance(),
      &v1::AssistantRun::default_instance(),       &v1::Transcription::default_instance(),
      &v1::TranscriptionEvent::default_instance(), &v1::SpeechEvent::default_instance(),
      &v1::ImageEditParams::default_instance(),    &v1::ImageEvent::default_instance()};
  return *kTypes[choice % std::size(kTypes)];
}

}  // namespace
}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  inferwire::fuzz::CheckDecoding(inferwire::fuzz::TypeOf(data[0]),
                                 inferwire::fuzz::Input(data + 1, size - 1).Rest(),
                                 /*carries=*/false);
  return 0;
}
