#include "simulator/audio.h"

#include "simulator/byte_stream.h"
#include "simulator/speech.h"
#include "simulator/transcript.h"
#include "simulator/transcript_stream.h"

namespace inferwire::simulator {

void Audio::AddRoutes(Routes& routes) {
  routes.Add({"POST", "/v1/audio/speech", BodyKind::kObject, [this](Call& call) { Speak(call); }});
  routes.Add({"POST", "/v1/audio/transcriptions", BodyKind::kForm,
              [this](Call& call) { Transcribe(call, /*translate=*/false); }});
  routes.Add({"POST", "/v1/audio/translations", BodyKind::kForm,
              [this](Call& call) { Transcribe(call, /*translate=*/true); }});
}

void Audio::Speak(Call& call) {
  Speech speech;
  const Behavior& behavior = call.answer.behavior;
  auto error = ReadSpeech(call.body, backend_.chat_options(), speech);
  if (error) return call.Fail(std::move(*error));
  if (!backend_.Limit(call, speech.model, speech.input_tokens)) return;
  const auto sound =
      std::make_shared<const Sound>(speech.format, speech.milliseconds(), behavior.big.value_or(0));
  backend_.stats.Count(speech.model, {1, 1, static_cast<uint64_t>(speech.input_tokens),
                                      static_cast<uint64_t>(speech.output_tokens())});
  if (speech.events) {
    return call.Stream(std::make_unique<SpeechStream>(std::move(speech), sound, behavior));
  }
  call.content_type = ContentTypeOf(speech.format);
  const int64_t end = behavior.truncate == Truncate::kNone ? sound->size() : sound->size() / 2;
  call.answer.events = std::make_unique<ByteStream>(
      [sound](int64_t at, size_t count) { return sound->Read(at, count); }, 0, end,
      behavior.timing.tokens_per_second, behavior);
}

void Audio::Transcribe(Call& call, bool translate) {
  Transcript transcript{.translated = translate};
  const Behavior& behavior = call.answer.behavior;
  auto error =
      ReadTranscript(call.body, *call.upload, backend_.chat_options(), behavior, transcript);
  if (error) return call.Fail(std::move(*error));
  if (!backend_.Limit(call, transcript.model, transcript.input_tokens())) return;
  backend_.stats.Count(transcript.model, {1, transcript.stream ? 1u : 0u,
                                          static_cast<uint64_t>(transcript.input_tokens()),
                                          static_cast<uint64_t>(transcript.output_tokens())});
  if (transcript.stream) {
    return call.Stream(std::make_unique<TranscriptStream>(std::move(transcript), behavior));
  }
  call.answer.delay = GenerationTime(behavior.timing, transcript.output_tokens());
  if (const auto text = FormattedTranscript(transcript)) {
    call.content_type = "text/plain; charset=utf-8";
    call.answer.body = *text;
    return;
  }
  call.Give(TranscriptJson(transcript, !behavior.no_usage));
}

}  // namespace inferwire::simulator
