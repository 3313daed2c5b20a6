// How a transcript looks in each format.
#include <cmath>
#include <cstdio>

#include "simulator/chat_answer.h"
#include "simulator/text.h"
#include "simulator/transcript.h"

namespace inferwire::simulator {
namespace {

// 00:00:01,500 in SubRip, 00:00:01.500 in WebVTT.
std::string Clock(double seconds, char point) {
  const auto all = static_cast<long long>(std::llround(seconds * 1000));
  char text[32];
  std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld%c%03lld", all / 3'600'000,
                all / 60'000 % 60, all / 1000 % 60, point, all % 1000);
  return text;
}

std::string Subtitles(const Transcript& transcript, bool numbered) {
  std::string text = numbered ? "" : "WEBVTT\n\n";
  const char point = numbered ? ',' : '.';
  for (size_t i = 0; i < transcript.segments.size(); ++i) {
    const TranscriptSegment& segment = transcript.segments[i];
    if (numbered) text += std::to_string(i + 1) + "\n";
    text += Clock(segment.start, point) + " --> " + Clock(segment.end, point) + "\n";
    text += segment.text + "\n\n";
  }
  return text;
}

Json VerboseSegments(const Transcript& transcript) {
  Json segments = Json::array();
  for (size_t i = 0; i < transcript.segments.size(); ++i) {
    const TranscriptSegment& segment = transcript.segments[i];
    segments.push_back({{"id", i},
                        {"seek", 0},
                        {"start", segment.start},
                        {"end", segment.end},
                        {"text", segment.text},
                        {"tokens", Json::array()},
                        {"temperature", 0.0},
                        {"avg_logprob", -0.25},
                        {"compression_ratio", 1.2},
                        {"no_speech_prob", 0.01}});
  }
  return segments;
}

Json Words(const Transcript& transcript) {
  Json words = Json::array();
  for (const TranscriptSegment& segment : transcript.segments) {
    words.push_back({{"word", segment.text}, {"start", segment.start}, {"end", segment.end}});
  }
  return words;
}

}  // namespace

Json TranscriptUsage(const Transcript& transcript) {
  if (transcript.by_duration()) {
    return {{"type", "duration"},
            {"seconds", static_cast<int64_t>(std::ceil(transcript.seconds()))}};
  }
  return {
      {"type", "tokens"},
      {"total_tokens", transcript.input_tokens() + transcript.output_tokens()},
      {"input_tokens", transcript.input_tokens()},
      {"input_token_details",
       {{"text_tokens", transcript.prompt_tokens}, {"audio_tokens", transcript.audio_tokens()}}},
      {"output_tokens", transcript.output_tokens()}};
}

std::optional<std::string> FormattedTranscript(const Transcript& transcript) {
  if (transcript.format == "text") return transcript.text + "\n";
  if (transcript.format == "srt") return Subtitles(transcript, /*numbered=*/true);
  if (transcript.format == "vtt") return Subtitles(transcript, /*numbered=*/false);
  return std::nullopt;
}

Json SpeakerSegment(const Transcript& transcript, size_t index) {
  const TranscriptSegment& segment = transcript.segments[index];
  return {{"type", "transcript.text.segment"},
          {"text", segment.text},
          {"speaker", index % 2 == 0 ? "A" : "B"},
          {"start", segment.start},
          {"end", segment.end},
          {"id", "seg_" + std::to_string(index)}};
}

Json TranscriptJson(const Transcript& transcript, bool usage) {
  Json json = Json::object();
  const bool verbose = transcript.format == "verbose_json";
  const bool speakers = transcript.format == "diarized_json";
  if (verbose || speakers) json["task"] = transcript.translated ? "translate" : "transcribe";
  if (verbose) json["language"] = "english";
  if (verbose || speakers) json["duration"] = transcript.seconds();
  json["text"] = transcript.text;
  if (verbose) json["segments"] = VerboseSegments(transcript);
  if (verbose && transcript.words) json["words"] = Words(transcript);
  if (speakers) {
    json["segments"] = Json::array();
    for (size_t i = 0; i < transcript.segments.size(); ++i) {
      json["segments"].push_back(SpeakerSegment(transcript, i));
    }
  }
  if (transcript.logprobs && !transcript.by_duration()) {
    json["logprobs"] = Json::array();
    for (const Json& one : LogprobsJson(transcript.text, false, 0, transcript.hash)["content"]) {
      json["logprobs"].push_back(
          {{"token", one["token"]}, {"logprob", one["logprob"]}, {"bytes", one["bytes"]}});
    }
  }
  if (usage && !(transcript.translated && !verbose)) json["usage"] = TranscriptUsage(transcript);
  return json;
}

}  // namespace inferwire::simulator
