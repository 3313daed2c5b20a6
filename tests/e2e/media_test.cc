// Sound and pictures of any size through the whole gateway, in front of the simulator: what goes up
// arrives whole, what comes down comes as it is made, whoever is slow, and whatever breaks.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include "base/sha256.h"
#include "gateway.h"
#include "inferwire/v1/audio_service.grpc.pb.h"
#include "inferwire/v1/images_service.grpc.pb.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr size_t kPart = 256 * 1024;

std::string Bytes(size_t size) {
  std::string bytes(size, '\0');
  uint64_t state = 0x9e3779b97f4a7c15u;
  for (char& byte : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

std::string HashOf(const std::string& bytes) {
  Sha256 hash;
  hash.Add(bytes);
  return hash.Hex();
}

class MediaTest : public ::testing::Test {
 protected:
  explicit MediaTest(const std::function<void(config::Config&)>& adjust = {})
      : gateway_(adjust),
        audio_(v1::AudioService::NewStub(gateway_.NewChannel())),
        images_(v1::ImagesService::NewStub(gateway_.NewChannel())) {}

  void Rule(const std::string& path, const std::string& words) {
    ASSERT_TRUE(gateway_.upstream().SetRules({{.path = path, .set = words}}));
  }
  template <class Request>
  static Request Header(const std::string& model, const std::string& format = "") {
    Request message;
    message.mutable_header()->mutable_params()->set_model(model);
    if (!format.empty()) message.mutable_header()->mutable_params()->set_response_format(format);
    message.mutable_header()->mutable_file()->set_filename("talk.wav");
    return message;
  }
  grpc::Status Transcribe(const v1::TranscribeRequest& header, const std::string& bytes,
                          bool end = true) {
    const auto context = NewContext();
    response_.Clear();
    const auto writer = audio_->Transcribe(context.get(), &response_);
    writer->Write(header);
    v1::TranscribeRequest message;
    for (size_t at = 0; at < bytes.size(); at += kPart) {
      message.set_data(bytes.substr(at, kPart));
      if (!writer->Write(message)) break;
    }
    message.mutable_end();
    if (end) writer->Write(message);
    writer->WritesDone();
    return writer->Finish();
  }
  struct Spoken {
    grpc::Status status;
    std::string sound, content_type;
    std::optional<v1::SpeakCompleted> completed;
  };
  Spoken Speak(const v1::SpeakRequest& request) {
    Spoken spoken;
    const auto context = NewContext();
    const auto reader = audio_->Speak(context.get(), request);
    for (v1::SpeakResponse message; reader->Read(&message);) {
      if (message.has_started()) spoken.content_type = message.started().content_type();
      spoken.sound += message.audio();
      if (message.has_completed()) spoken.completed = message.completed();
    }
    spoken.status = reader->Finish();
    return spoken;
  }
  static v1::SpeakRequest Say(const std::string& text, const std::string& model = "tts-1") {
    v1::SpeakRequest request;
    request.mutable_params()->set_model(model);
    request.mutable_params()->set_input(text);
    request.mutable_params()->set_voice("alloy");
    return request;
  }

  Gateway gateway_;
  const std::unique_ptr<v1::AudioService::Stub> audio_;
  const std::unique_ptr<v1::ImagesService::Stub> images_;
  v1::TranscribeResponse response_;
};

TEST_F(MediaTest, ARecordingArrivesWhole) {
  const std::string bytes = Bytes(5'000'001);
  auto status = Transcribe(Header<v1::TranscribeRequest>("gpt-4o-transcribe"), bytes);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(response_.transcription().text(), HasSubstr("talk.wav has 5000001 bytes"));
  EXPECT_THAT(response_.transcription().text(), HasSubstr(HashOf(bytes)));
  EXPECT_GT(response_.transcription().usage().input_tokens(), 0);
  EXPECT_EQ(response_.gateway().attempts(), 1);
  // The same with its length told before.
  auto header = Header<v1::TranscribeRequest>("gpt-4o-transcribe");
  header.mutable_header()->mutable_file()->set_size_bytes(5'000'001);
  status = Transcribe(header, bytes);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(response_.transcription().text(), HasSubstr(HashOf(bytes)));
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway_.Metric(
               "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Transcribe\","
               "grpc_service=\"inferwire.v1.AudioService\",grpc_type=\"client_stream\"}") == 2;
  }));
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway_.log().find("\"method\":\"Transcribe\"") != std::string::npos;
  })) << gateway_.log();
  EXPECT_THAT(gateway_.log(), Not(HasSubstr("talk.wav")));
}

TEST_F(MediaTest, ATranscriptionHasTheFormatThatWasAskedFor) {
  for (const char* format : {"json", "verbose_json", "text", "srt", "vtt"}) {
    const auto status =
        Transcribe(Header<v1::TranscribeRequest>("whisper-1", format), Bytes(70'000));
    ASSERT_TRUE(status.ok()) << format << ": " << status.error_message();
    const bool json = std::string_view(format).ends_with("json");
    EXPECT_EQ(response_.formatted().empty(), json) << format;
    EXPECT_EQ(response_.transcription().text().empty(), !json && format[0] != 't') << format;
    EXPECT_EQ(response_.transcription().segments().empty(), format[0] != 'v' || !json) << format;
  }
  EXPECT_THAT(response_.formatted(), HasSubstr("WEBVTT"));
}

TEST_F(MediaTest, ATranslationIsOneIntoEnglish) {
  const auto context = NewContext();
  v1::TranslateAudioResponse response;
  const auto writer = audio_->TranslateAudio(context.get(), &response);
  const std::string bytes = Bytes(300'000);
  writer->Write(Header<v1::TranslateAudioRequest>("whisper-1"));
  v1::TranslateAudioRequest message;
  message.set_data(bytes);
  writer->Write(message);
  message.mutable_end();
  writer->Write(message);
  writer->WritesDone();
  const auto status = writer->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(response.transcription().text(), HasSubstr(HashOf(bytes)));
}

TEST_F(MediaTest, ACutRecordingIsNone) {
  const auto status =
      Transcribe(Header<v1::TranscribeRequest>("whisper-1"), Bytes(2'000'000), false);
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("cut"));
  EXPECT_TRUE(
      Gateway::Eventually([&] { return gateway_.upstream().stats().open_connections == 0; }));
  EXPECT_EQ(gateway_.upstream().stats().requests, 0u);
}

TEST_F(MediaTest, ACallerWhoLeavesWhileItSendsTakesTheRequestAlong) {
  const auto context = NewContext();
  const auto writer = audio_->Transcribe(context.get(), &response_);
  writer->Write(Header<v1::TranscribeRequest>("whisper-1"));
  v1::TranscribeRequest message;
  message.set_data(Bytes(kPart));
  writer->Write(message);
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway_.upstream().stats().bytes_in > kPart; }));
  context->TryCancel();
  EXPECT_EQ(writer->Finish().error_code(), grpc::CANCELLED);
  EXPECT_TRUE(
      Gateway::Eventually([&] { return gateway_.upstream().stats().open_connections == 0; }));
  EXPECT_EQ(gateway_.upstream().stats().requests, 0u);
}

TEST_F(MediaTest, AnUpstreamThatReadsNoMoreHoldsItsCallerBack) {
  Rule("/v1/audio/*", "body_stall=100000");
  const auto context = NewContext(60s);
  const auto writer = audio_->Transcribe(context.get(), &response_);
  writer->Write(Header<v1::TranscribeRequest>("whisper-1"));
  std::atomic<size_t> written = 0;
  auto writing = std::async(std::launch::async, [&] {
    v1::TranscribeRequest message;
    message.set_data(Bytes(kPart));
    while (writer->Write(message)) written += kPart;
  });
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway_.upstream().stats().faults == 1; }));
  // Socket buffers on both ways take some megabytes; then nobody takes any more.
  size_t before = 0;
  ASSERT_TRUE(Gateway::Eventually([&] {
    const auto status = writing.wait_for(500ms);
    return status == std::future_status::timeout && std::exchange(before, written.load()) == before;
  }));
  EXPECT_LT(written.load(), 32u << 20);
  context->TryCancel();
  writing.wait();
  EXPECT_EQ(writer->Finish().error_code(), grpc::CANCELLED);
}

TEST_F(MediaTest, AnUpstreamThatBreaksOffGetsARecordingOnce) {
  Rule("/v1/audio/*", "body_reset=100000");
  const auto status = Transcribe(Header<v1::TranscribeRequest>("whisper-1"), Bytes(2'000'000));
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(InfoOf(status).metadata().at("attempts"), "1");
  EXPECT_EQ(gateway_.upstream().stats().faults, 1u);
}

TEST_F(MediaTest, AnAnswerBeforeTheEndIsToldIfItIsARefusal) {
  Rule("/v1/audio/*", "body_answer=100000; status=400");
  auto status = Transcribe(Header<v1::TranscribeRequest>("whisper-1"), Bytes(8'000'000));
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT) << status.error_message();
  Rule("/v1/audio/*", "body_answer=100000");
  status = Transcribe(Header<v1::TranscribeRequest>("whisper-1"), Bytes(8'000'000));
  EXPECT_FALSE(status.ok());
}

TEST_F(MediaTest, UpstreamsRefusalsNameTheCallersFields) {
  auto header = Header<v1::TranscribeRequest>("whisper-1", "nonsense");
  const auto status = Transcribe(header, Bytes(1000));
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_details(), HasSubstr("header.params.response_format"));
}

TEST_F(MediaTest, TextComesAsItIsUnderstood) {
  const auto context = NewContext();
  const auto stream = audio_->StreamTranscribe(context.get());
  const std::string bytes = Bytes(1'000'000);
  stream->Write(Header<v1::StreamTranscribeRequest>("gpt-4o-transcribe"));
  v1::StreamTranscribeRequest message;
  for (size_t at = 0; at < bytes.size(); at += kPart) {
    message.set_data(bytes.substr(at, kPart));
    stream->Write(message);
  }
  message.mutable_end();
  stream->Write(message);
  stream->WritesDone();
  std::string text;
  v1::StreamTranscribeCompleted completed;
  int events = 0;
  for (v1::StreamTranscribeResponse said; stream->Read(&said);) {
    text += said.transcription_event().delta();
    events += said.has_transcription_event() ? 1 : 0;
    completed = said.completed();
  }
  const auto status = stream->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(text, completed.text());
  EXPECT_THAT(text, HasSubstr(HashOf(bytes)));
  EXPECT_GT(events, 3);
  EXPECT_GT(completed.usage().output_tokens(), 0);
}

TEST_F(MediaTest, SoundIsHeardBeforeItIsMadeToItsEnd) {
  const auto context = NewContext();
  v1::SpeakRequest request = Say(std::string(2000, 'a'), "tts-1+stall=3");
  request.mutable_params()->set_response_format("pcm");
  const auto reader = audio_->Speak(context.get(), request);
  v1::SpeakResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.started().content_type().substr(0, 6), "audio/");
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_FALSE(message.audio().empty()) << "the upstream stands still in the middle";
  context->TryCancel();
  while (reader->Read(&message)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::CANCELLED);
  EXPECT_TRUE(Gateway::Eventually([&] { return gateway_.upstream().stats().aborts == 1; }));
}

TEST_F(MediaTest, SoundOfEveryFormatIsWhole) {
  for (const char* format : {"mp3", "wav", "pcm", "opus"}) {
    v1::SpeakRequest request = Say("Hello, who is there?");
    request.mutable_params()->set_response_format(format);
    const Spoken spoken = Speak(request);
    ASSERT_TRUE(spoken.status.ok()) << format << ": " << spoken.status.error_message();
    ASSERT_TRUE(spoken.completed);
    EXPECT_EQ(spoken.completed->size_bytes(), static_cast<int64_t>(spoken.sound.size()));
    EXPECT_FALSE(spoken.sound.empty());
  }
}

TEST_F(MediaTest, CutSoundIsAnError) {
  const Spoken spoken = Speak(Say(std::string(1000, 'a'), "tts-1+reset_after=20000"));
  EXPECT_EQ(spoken.status.error_code(), grpc::UNAVAILABLE) << spoken.status.error_message();
  EXPECT_EQ(InfoOf(spoken.status).reason(), "STREAM_TRUNCATED");
  EXPECT_FALSE(spoken.sound.empty());
  EXPECT_FALSE(spoken.completed);
}

TEST_F(MediaTest, ASlowListenerStopsUpstream) {
  constexpr size_t kSize = 64u << 20;
  v1::SpeakRequest request = Say("Hello", "tts-1+big=" + std::to_string(kSize));
  request.mutable_params()->set_response_format("pcm");
  const auto context = NewContext(60s);
  const auto reader = audio_->Speak(context.get(), request);
  v1::SpeakResponse message;
  ASSERT_TRUE(reader->Read(&message));
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway_.upstream().stats().bytes_pending > 0; }));
  EXPECT_LT(gateway_.upstream().stats().bytes_out, kSize / 2);
  size_t received = 0;
  while (reader->Read(&message)) received += message.audio().size();
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_GE(received, kSize);
}

TEST_F(MediaTest, PicturesAreEditedFromSeveralFilesAndAMask) {
  const auto context = NewContext();
  v1::EditImagesResponse response;
  const auto writer = images_->EditImages(context.get(), &response);
  v1::EditImagesRequest message;
  message.mutable_header()->mutable_params()->set_model("gpt-image-1");
  message.mutable_header()->mutable_params()->set_prompt("Blue");
  message.mutable_header()->set_uploads(2);
  writer->Write(message);
  std::vector<std::string> hashes;
  const auto upload = [&](const std::string& name, size_t size, bool mask) {
    const std::string bytes = Bytes(size);
    hashes.push_back(HashOf(bytes));
    message.mutable_upload()->set_filename(name);
    message.mutable_upload()->set_mime_type("image/png");
    message.mutable_upload()->set_mask(mask);
    writer->Write(message);
    for (size_t at = 0; at < bytes.size(); at += kPart) {
      message.set_data(bytes.substr(at, kPart));
      writer->Write(message);
    }
  };
  upload("one.png", 700'000, false);
  upload("two.png", 3, false);
  upload("mask.png", 100'000, true);
  message.mutable_end();
  writer->Write(message);
  writer->WritesDone();
  const auto status = writer->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.result().images_size(), 1);
  EXPECT_EQ(response.result().images(0).data().substr(1, 3), "PNG");
  for (const std::string& hash : hashes) {
    EXPECT_THAT(response.result().images(0).revised_prompt(), HasSubstr(hash));
  }
  EXPECT_GT(response.result().usage().input_tokens(), 0);
}

TEST_F(MediaTest, EditedPicturesComeInPartsWithTheirPreviews) {
  const auto context = NewContext();
  const auto stream = images_->StreamEditImages(context.get());
  v1::StreamEditImagesRequest message;
  message.mutable_header()->mutable_params()->set_model("gpt-image-1");
  message.mutable_header()->mutable_params()->set_prompt("Blue");
  message.mutable_header()->mutable_params()->set_partial_images(2);
  stream->Write(message);
  message.mutable_upload()->set_filename("one.png");
  stream->Write(message);
  message.set_data(Bytes(1000));
  stream->Write(message);
  message.mutable_end();
  stream->Write(message);
  stream->WritesDone();
  int previews = 0, pictures = 0;
  bool completed = false;
  for (v1::StreamEditImagesResponse event; stream->Read(&event);) {
    if (event.has_part() && event.part().last()) {
      ++(event.part().has_partial_image_index() ? previews : pictures);
    }
    completed = event.has_completed();
  }
  const auto status = stream->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(previews, 2);
  EXPECT_EQ(pictures, 1);
  EXPECT_TRUE(completed);
}

class SmallForms : public MediaTest {
 protected:
  SmallForms() : MediaTest([](config::Config& config) { config.limits.form_bytes = 300'000; }) {}
};

TEST_F(SmallForms, RefuseWhatIsMoreThanTheyTake) {
  auto status = Transcribe(Header<v1::TranscribeRequest>("whisper-1"), Bytes(300'001));
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "REQUEST_TOO_LARGE");
  EXPECT_EQ(InfoOf(status).metadata().at("limit_bytes"), "300000");
  status = Transcribe(Header<v1::TranscribeRequest>("whisper-1"), Bytes(300'000));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace inferwire::e2e
