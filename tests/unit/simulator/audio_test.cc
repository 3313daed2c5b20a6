#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulator/base64.h"
#include "unit/simulator/forms.h"
#include "unit/simulator/sse_events.h"

namespace inferwire::simulator::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class AudioTest : public ::testing::Test {
 protected:
  AudioTest() : simulator(std::move(*Simulator::Start())) {}
  Response Speak(const Json& patch = Json::object(), const std::string& words = "") {
    Json body = {{"model", "gpt-4o-mini-tts"}, {"input", std::string(10, 'a')}, {"voice", "alloy"}};
    if (patch.is_object()) body.merge_patch(patch);
    return Post(*simulator, "/v1/audio/speech", body, {{"x-simulator", words}});
  }
  Response Transcribe(HeaderList fields, const std::string& bytes = std::string(64'000, 's'),
                      const std::string& path = "/v1/audio/transcriptions") {
    if (fields.empty() || fields.front().first != "model") {
      fields.insert(fields.begin(), {"model", "whisper-1"});
    }
    return PostForm(*simulator, path, fields, {{"file", "talk.wav", bytes}});
  }
  std::unique_ptr<Simulator> simulator;
};

int64_t LittleEndian(const std::string& bytes, size_t at, size_t count) {
  int64_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

TEST_F(AudioTest, SpeaksAsLongAsTheTextIs) {
  const Response wav = Speak({{"response_format", "wav"}});
  EXPECT_EQ(wav.Header("content-type"), "audio/wav");
  EXPECT_TRUE(wav.complete);
  ASSERT_EQ(wav.body.size(), 44u + 28'800) << "10 characters of 60 ms at 48,000 bytes/s";
  EXPECT_THAT(wav.body, StartsWith("RIFF"));
  EXPECT_EQ(LittleEndian(wav.body, 4, 4), 36 + 28'800);
  EXPECT_EQ(LittleEndian(wav.body, 24, 4), 24'000);
  EXPECT_EQ(LittleEndian(wav.body, 40, 4), 28'800);
  const Response fast = Speak({{"response_format", "pcm"}, {"speed", 2}});
  EXPECT_EQ(fast.body.size(), 14'400u);
  EXPECT_EQ(Speak({{"response_format", "pcm"}}).body, wav.body.substr(44));
  const Response mp3 = Speak();
  EXPECT_EQ(mp3.Header("content-type"), "audio/mpeg");
  EXPECT_EQ(mp3.body.size(), 25u * 480);
  EXPECT_EQ(mp3.body.substr(480, 2), "\xFF\xF3");
  for (const char* format : {"opus", "aac", "flac"}) {
    EXPECT_GT(Speak({{"response_format", format}}).body.size(), 4000u);
  }
}

TEST_F(AudioTest, SpeaksInEvents) {
  const Response response = Speak({{"response_format", "pcm"}, {"stream_format", "sse"}});
  const auto events = NamedEvents(response.body);
  std::string bytes;
  for (const auto& event : events) {
    if (event.name == "speech.audio.delta")
      bytes += *FromBase64(event.data["audio"].get<std::string>());
  }
  EXPECT_EQ(bytes, Speak({{"response_format", "pcm"}}).body);
  EXPECT_EQ(events.back().name, "speech.audio.done");
  EXPECT_EQ(events.back().data["usage"]["output_tokens"], 12);
  EXPECT_EQ(Speak({{"model", "tts-1"}, {"stream_format", "sse"}}).status, 400);
}

TEST_F(AudioTest, SpeaksAtTheRateAndBreaksOff) {
  const auto began = std::chrono::steady_clock::now();
  Speak({{"response_format", "pcm"}}, "rate=100000");
  EXPECT_GT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(200));
  EXPECT_TRUE(Speak({}, "reset_after=1000").reset);
  const Response half = Speak({}, "truncate");
  EXPECT_TRUE(half.complete);
  EXPECT_EQ(half.body.size(), 6000u);
  EXPECT_EQ(Speak({{"response_format", "pcm"}}, "big=100000").body.size(), 100'000u);
}

TEST_F(AudioTest, RefusesSpeechAsTheRealApiDoes) {
  EXPECT_EQ(ErrorCode(Speak({{"voice", nullptr}})), "missing_required_parameter");
  EXPECT_EQ(ErrorCode(Speak({{"voice", "nobody"}})), "invalid_value");
  EXPECT_EQ(ErrorCode(Speak({{"speed", 5}})), "decimal_above_max_value");
  EXPECT_EQ(ErrorCode(Speak({{"input", std::string(4097, 'x')}})), "string_above_max_length");
  EXPECT_EQ(ErrorCode(Speak({{"response_format", "midi"}})), "invalid_value");
  EXPECT_EQ(Speak({{"model", "gpt-4.1"}}).status, 404);
}

TEST_F(AudioTest, TranscriptsTellTheFile) {
  const std::string bytes(64'000, 's');
  const Json body = Transcribe({}).json();
  EXPECT_EQ(body["text"],
            "The file talk.wav has 64000 bytes with the SHA-256 " + HexHash(bytes) + ".");
  EXPECT_EQ(body["usage"], Json::parse(R"({"type":"duration","seconds":2})"));
  const Json tokens = Transcribe({{"model", "gpt-4o-transcribe"}, {"prompt", "one two"}}).json();
  EXPECT_EQ(tokens["text"], body["text"]);
  EXPECT_EQ(tokens["usage"]["type"], "tokens");
  EXPECT_EQ(tokens["usage"]["input_token_details"]["audio_tokens"], 20);
  EXPECT_EQ(tokens["usage"]["input_token_details"]["text_tokens"], 2);
}

TEST_F(AudioTest, TranscriptsComeInEveryFormat) {
  const auto format = [&](const char* name, const char* model = "whisper-1") {
    return Transcribe({{"model", model}, {"response_format", name}});
  };
  const Json verbose = format("verbose_json").json();
  EXPECT_EQ(verbose["task"], "transcribe");
  EXPECT_EQ(verbose["duration"], 2.0);
  std::string joined;
  for (const Json& segment : verbose["segments"]) joined += segment["text"].get<std::string>();
  EXPECT_EQ(joined, verbose["text"]);
  EXPECT_EQ(verbose["segments"].back()["end"], 2.0);
  EXPECT_EQ(format("text").body, verbose["text"].get<std::string>() + "\n");
  EXPECT_THAT(format("text").Header("content-type"), StartsWith("text/plain"));
  EXPECT_THAT(format("srt").body, StartsWith("1\n00:00:00,000 --> 00:00:"));
  EXPECT_THAT(format("vtt").body, StartsWith("WEBVTT\n\n00:00:00.000 --> "));
  const Json speakers = format("diarized_json", "gpt-4o-transcribe-diarize").json();
  EXPECT_EQ(speakers["segments"][1]["speaker"], "B");
  const Json words = Transcribe({{"model", "whisper-1"},
                                 {"response_format", "verbose_json"},
                                 {"timestamp_granularities[]", "word"}})
                         .json();
  EXPECT_TRUE(words["words"].is_array());
  EXPECT_EQ(ErrorCode(format("srt", "gpt-4o-transcribe")), "unsupported_value");
}

TEST_F(AudioTest, TranscriptsAreStreamed) {
  const Response response = Transcribe({{"model", "gpt-4o-transcribe"}, {"stream", "true"}});
  EXPECT_EQ(DataLines(response.body).back(), "[DONE]");
  std::string text;
  const auto chunks = Chunks(response.body);
  for (const Json& chunk : chunks) {
    if (chunk["type"] == "transcript.text.delta") text += chunk["delta"].get<std::string>();
  }
  EXPECT_EQ(chunks.back()["type"], "transcript.text.done");
  EXPECT_EQ(chunks.back()["text"], text);
  EXPECT_EQ(chunks.back()["usage"]["type"], "tokens");
  const auto segments = Chunks(Transcribe({{"model", "gpt-4o-transcribe-diarize"},
                                           {"response_format", "diarized_json"},
                                           {"stream", "true"}})
                                   .body);
  EXPECT_EQ(segments[0]["type"], "transcript.text.segment");
  EXPECT_TRUE(Transcribe({{"stream", "true"}}).json().contains("text")) << "whisper-1 does not";
}

TEST_F(AudioTest, TranslatesByWhisperAlone) {
  const char* path = "/v1/audio/translations";
  EXPECT_THAT(Transcribe({}, "x", path).json()["text"].get<std::string>(), HasSubstr("1 bytes"));
  const Json verbose =
      Transcribe({{"model", "whisper-1"}, {"response_format", "verbose_json"}}, "x", path).json();
  EXPECT_EQ(verbose["task"], "translate");
  EXPECT_EQ(Transcribe({{"model", "gpt-4o-transcribe"}}, "x", path).status, 400);
}

TEST_F(AudioTest, RefusesFilesAsTheRealApiDoes) {
  EXPECT_EQ(Transcribe({}, std::string((25 << 20) + 1, 'x')).status, 413);
  const auto named = [&](const char* name) {
    return PostForm(*simulator, "/v1/audio/transcriptions", {{"model", "whisper-1"}},
                    {{"file", name, "x"}});
  };
  EXPECT_EQ(named("talk.txt").status, 400);
  EXPECT_EQ(named("TALK.MP3").status, 200);
  EXPECT_EQ(
      ErrorCode(PostForm(*simulator, "/v1/audio/transcriptions", {{"model", "whisper-1"}}, {})),
      "missing_required_parameter");
  EXPECT_EQ(Post(*simulator, "/v1/audio/transcriptions", Json::object()).status, 400);
}

}  // namespace
}  // namespace inferwire::simulator::testing
