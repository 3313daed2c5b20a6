#include "simulator/transcript.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/text.h"
#include "simulator/file_hash.h"
#include "simulator/random.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr double kBytesPerSecond = 32'000;  // 16 kHz samples of 16 bits
constexpr int64_t kMaxFile = 25 << 20;
constexpr int64_t kAudioTokensPerSecond = 10;
constexpr int64_t kTokensPerSegment = 8;

constexpr std::string_view kExtensions[] = {"flac", "m4a", "mp3", "mp4", "mpeg",
                                            "mpga", "oga", "ogg", "wav", "webm"};
constexpr std::string_view kWhisperFormats[] = {"json", "text", "srt", "verbose_json", "vtt"};
constexpr std::string_view kNewFormats[] = {"json", "text"};
constexpr std::string_view kSpeakerFormats[] = {"json", "text", "diarized_json"};

std::span<const std::string_view> FormatsOf(const std::string& model) {
  if (model == "whisper-1") return kWhisperFormats;
  if (model.ends_with("-diarize")) return kSpeakerFormats;
  return kNewFormats;
}

void ReadFormat(Fields& body, Transcript& transcript) {
  transcript.format = body.String("response_format").value_or("json");
  const auto formats = FormatsOf(transcript.model);
  if (std::find(formats.begin(), formats.end(), transcript.format) != formats.end()) return;
  body.Fail(BadRequest("response_format '" + transcript.format +
                           "' is not compatible with model '" + transcript.model +
                           "'. Use 'json' "
                           "or 'text' instead.",
                       "response_format", "unsupported_value"));
}

const UploadedFile* ReadFile(Fields& body, const Upload& form) {
  const UploadedFile* file = nullptr;
  for (const UploadedFile& one : form.files()) {
    if (one.part == "file") file = &one;
  }
  if (file == nullptr) {
    body.Fail(MissingParameter("file"));
    return nullptr;
  }
  const size_t dot = file->filename.rfind('.');
  const std::string extension =
      dot == std::string::npos ? "" : Lower(file->filename.substr(dot + 1));
  if (std::find(std::begin(kExtensions), std::end(kExtensions), extension) ==
      std::end(kExtensions)) {
    body.Fail(
        BadRequest("Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', "
                   "'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']",
                   {}, {}));
  }
  if (file->content->size() > kMaxFile) {
    ApiError error = BadRequest("Maximum content size limit (26214400) exceeded (" +
                                    std::to_string(file->content->size()) + " bytes read)",
                                {}, {});
    error.status = 413;
    body.Fail(std::move(error));
  }
  return file;
}

std::string TextOf(const UploadedFile& file, const Behavior& behavior, uint64_t seed) {
  Random random(seed);
  if (behavior.tokens) return Sentences(random, *behavior.tokens);
  if (behavior.big) return Words(random, static_cast<size_t>(*behavior.big));
  return "The file " + file.filename + " has " + std::to_string(file.content->size()) +
         " bytes with the SHA-256 " + HexHashOf(*file.content) + ".";
}

// The text in pieces of a few tokens, over all of the time.
void Divide(Transcript& transcript) {
  const int64_t tokens = std::max<int64_t>(1, transcript.output_tokens());
  int64_t taken = 0;
  for (std::string_view rest = transcript.text; !rest.empty();) {
    TranscriptSegment segment;
    segment.text = FirstTokens(rest, kTokensPerSegment);
    rest.remove_prefix(segment.text.size());
    const auto at = [&](int64_t count) {
      const double share =
          static_cast<double>(std::min(count, tokens)) / static_cast<double>(tokens);
      return std::round(transcript.seconds() * share * 1000) / 1000;
    };
    segment.start = at(taken);
    taken += kTokensPerSegment;
    segment.end = at(taken);
    transcript.segments.push_back(std::move(segment));
  }
}

bool Contains(const Json& body, const char* name, std::string_view value) {
  const auto found = body.find(name);
  if (found == body.end()) return false;
  if (found->is_string()) return *found == value;
  return std::find(found->begin(), found->end(), value) != found->end();
}

}  // namespace

double Transcript::seconds() const { return static_cast<double>(bytes) / kBytesPerSecond; }

int64_t Transcript::audio_tokens() const {
  return static_cast<int64_t>(std::ceil(seconds() * kAudioTokensPerSecond));
}

int64_t Transcript::output_tokens() const { return CountTokens(text); }

std::optional<ApiError> ReadTranscript(const Json& body, const Upload& form,
                                       const ChatOptions& options, const Behavior& behavior,
                                       Transcript& transcript) {
  if (auto fault = form.Fault()) return fault;
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  if (ReadModel(fields, ModelKind::kTranscription, options, transcript.model) == nullptr) {
    return fault;
  }
  if (transcript.translated && transcript.model != "whisper-1") {
    return BadRequest("The model '" + transcript.model + "' does not support translations.",
                      "model", "invalid_value");
  }
  const UploadedFile* file = ReadFile(fields, form);
  ReadFormat(fields, transcript);
  fields.Decimal("temperature", 0, 1);
  // whisper-1 takes it for nothing.
  transcript.stream = fields.Bool("stream").value_or(false) && transcript.model != "whisper-1";
  transcript.words = Contains(body, "timestamp_granularities", "word");
  transcript.logprobs = Contains(body, "include", "logprobs");
  transcript.prompt_tokens = CountTokens(fields.String("prompt").value_or(""));
  if (fault) return fault;
  transcript.bytes = file->content->size();
  transcript.hash = Hash(transcript.model, options.seed);
  transcript.text = TextOf(*file, behavior, transcript.hash);
  Divide(transcript);
  return fault;
}

}  // namespace inferwire::simulator
