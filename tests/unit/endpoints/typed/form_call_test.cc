// Forms: what upstream is sent while the caller sends, what is refused, and the answers.
#include <gmock/gmock.h>

#include "form_fixture.h"
#include "inferwire/v1/audio_service.pb.h"
#include "inferwire/v1/images_service.pb.h"

namespace inferwire::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TranscribeForm : public FormTest {
 protected:
  using Request = v1::TranscribeRequest;
  using Response = v1::TranscribeResponse;

  static Request Header() {
    Request message;
    v1::TranscribeHeader& header = *message.mutable_header();
    header.mutable_params()->set_model("whisper-1");
    header.mutable_file()->set_filename("a.mp3");
    return message;
  }
  void BeginWith(Request header = Header()) {
    Begin("Transcribe");
    call->Take(header);
  }
  std::string Refused(Request header) {
    BeginWith(std::move(header));
    EXPECT_TRUE(ended);
    EXPECT_EQ(transfers(), 0u);
    return field();
  }
};

TEST_F(TranscribeForm, BecomesTheBodyWhileItArrives) {
  Request header = Header();
  v1::TranscriptionParams& params = *header.mutable_header()->mutable_params();
  params.set_language("en");
  params.set_temperature(0.5);
  params.add_timestamp_granularities("word");
  params.add_timestamp_granularities("segment");
  (*params.mutable_extra())["chunking_strategy"] = R"({"type":"server_vad"})";
  header.mutable_header()->mutable_file()->set_mime_type("audio/mpeg");
  BeginWith(header);
  ASSERT_EQ(transfers(), 1u);
  EXPECT_EQ(transfer().request.url, "http://upstream/v1/audio/transcriptions");
  EXPECT_FALSE(transfer().request.source_bytes) << "nobody said how long it is";
  std::string body = Upstream();
  const auto has = [&](const std::string& name, const std::string& value) {
    EXPECT_THAT(body, HasSubstr("form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n--"));
  };
  has("model", "whisper-1");
  has("language", "en");
  has("temperature", "0.5");
  has("timestamp_granularities[]", "word");
  has("timestamp_granularities[]", "segment");
  has("chunking_strategy[type]", "server_vad");
  EXPECT_TRUE(
      body.ends_with("name=\"file\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\n"));
  Data<Request>("one");
  EXPECT_EQ(Upstream(), "one");
  Data<Request>("two");
  EndForm<Request>();
  EXPECT_TRUE(Upstream().starts_with("two\r\n--"));
  EXPECT_TRUE(body_ended);
  EXPECT_FALSE(ended);
  Answer(R"({"text":"Hi","usage":{"type":"tokens","input_tokens":14,"output_tokens":3,)"
         R"("total_tokens":17,"input_token_details":{"text_tokens":0,"audio_tokens":14}}})");
  ASSERT_TRUE(ended && !error) << error->message;
  EXPECT_EQ(Said<Response>().transcription().text(), "Hi");
  EXPECT_EQ(Said<Response>().transcription().usage().input_tokens(), 14);
  EXPECT_EQ(Said<Response>().transcription().usage().input_details().audio_tokens(), 14);
  EXPECT_EQ(Said<Response>().gateway().attempts(), 1);
  EXPECT_EQ(call->stats().input_tokens, 14);
  EXPECT_EQ(call->stats().operation, "transcription");
}

TEST_F(TranscribeForm, TellsItsLengthWhereThatIsKnown) {
  Request header = Header();
  header.mutable_header()->mutable_file()->set_size_bytes(6);
  BeginWith(header);
  ASSERT_TRUE(transfer().request.source_bytes);
  std::string body = Upstream();
  Data<Request>("onetwo");
  EndForm<Request>();
  body += Upstream();
  EXPECT_EQ(static_cast<int64_t>(body.size()), *transfer().request.source_bytes);
}

TEST_F(TranscribeForm, IsReadNoFasterThanUpstreamTakesIt) {
  BeginWith();
  const std::string part(256 * 1024, 'x');
  int parts = 0;
  for (; call->HasRoom() && parts < 100; ++parts) Data<Request>(part);
  EXPECT_LE(parts, 3);
  Upstream();
  EXPECT_EQ(rooms, 1);
  EXPECT_TRUE(call->HasRoom());
}

TEST_F(TranscribeForm, ThatIsCutReachesNobodyAsAWholeOne) {
  BeginWith();
  Data<Request>("one");
  call->EndOfInput();
  EXPECT_EQ(field(), "end");
  EXPECT_TRUE(transfer().cancelled);
  EXPECT_FALSE(transfer().paused);
  EXPECT_THAT(Upstream(), Not(HasSubstr("--\r\n"))) << "the form's end";
  EXPECT_FALSE(body_ended);
  EXPECT_TRUE(call->stats().maybe_billed.why.empty()) << "nobody works on half a form";
}

TEST_F(TranscribeForm, IsShorterOrLongerThanAnnounced) {
  for (const char* data : {"one", "oneandmore"}) {
    Request header = Header();
    header.mutable_header()->mutable_file()->set_size_bytes(6);
    ended = false;
    BeginWith(header);
    Data<Request>(data);
    if (!ended) EndForm<Request>();
    EXPECT_TRUE(ended);
    EXPECT_THAT(field(), ::testing::AnyOf("data", "header.file.size_bytes"));
    EXPECT_TRUE(transfer().cancelled);
  }
}

TEST_F(TranscribeForm, HasAnOrder) {
  Begin("Transcribe");
  Data<Request>("one");
  EXPECT_EQ(field(), "header");
  ended = false;
  Begin("Transcribe");
  call->EndOfInput();
  EXPECT_EQ(field(), "header");
  ended = false;
  BeginWith();
  call->Take(*std::make_unique<Request>(Header()));
  EXPECT_EQ(field(), "header");
  ended = false;
  BeginWith();
  Request end;
  end.mutable_end();
  call->Take(end);
  Data<Request>("late");
  EXPECT_EQ(field(), "end");
  ended = false;
  BeginWith();
  Request none;
  call->Take(none);
  EXPECT_EQ(field(), "message");
  EXPECT_TRUE(transfer().cancelled);
}

TEST_F(TranscribeForm, NamesItsFaultsByTheCallersFields) {
  Request header = Header();
  header.mutable_header()->mutable_file()->clear_filename();
  EXPECT_EQ(Refused(header), "header.file.filename");
  ended = false;
  header = Header();
  header.mutable_header()->mutable_file()->set_filename("a\r\nb");
  EXPECT_EQ(Refused(header), "header.file.filename");
  ended = false;
  header = Header();
  header.mutable_header()->mutable_file()->set_mime_type("a\nb");
  EXPECT_EQ(Refused(header), "header.file.mime_type");
  ended = false;
  header = Header();
  header.mutable_header()->mutable_params()->clear_model();
  EXPECT_EQ(Refused(header), "header.params.model");
  ended = false;
  header = Header();
  (*header.mutable_header()->mutable_params()->mutable_extra())["stream"] = "true";
  EXPECT_THAT(Refused(header), HasSubstr("header.params.extra"));
  ended = false;
  header = Header();
  header.mutable_header()->mutable_file()->set_size_bytes(
      static_cast<int64_t>(world.answer_limits.form_bytes) + 1);
  Refused(header);
  EXPECT_EQ(reason(), v1::ERROR_REASON_REQUEST_TOO_LARGE);
  EXPECT_EQ(error->metadata.at("limit_bytes"), std::to_string(world.answer_limits.form_bytes));
}

TEST_F(TranscribeForm, UpstreamsComplaintsAreOfTheCallersFieldsToo) {
  for (const auto& [param, path] :
       {std::pair("language", "header.params.language"), std::pair("file", "data")}) {
    ended = false;
    BeginWith();
    Answer(R"({"error":{"message":"no","type":"invalid_request_error","param":")" +
               std::string(param) + R"("}})",
           400);
    EXPECT_EQ(reason(), v1::ERROR_REASON_INVALID_PARAMETER);
    EXPECT_EQ(field(), path);
  }
}

TEST_F(TranscribeForm, AnAnswerBeforeItsEndIsNone) {
  BeginWith();
  Upstream();
  Data<Request>("one");
  Answer(R"({"text":"Hi"})");
  EXPECT_EQ(reason(), v1::ERROR_REASON_UPSTREAM_PROTOCOL);
  EXPECT_TRUE(said.empty());
}

TEST_F(TranscribeForm, IsNotRepeatedOnceItWasRead) {
  BeginWith();
  Upstream();
  http::Outcome outcome;
  outcome.failure = http::Failure::kReset;
  http::FakeTransport::End(transfer(), outcome);
  EXPECT_TRUE(ended);
  EXPECT_EQ(transfers(), 1u);
  EXPECT_EQ(reason(), v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
}

TEST_F(TranscribeForm, IsRepeatedWhileNothingWasRead) {
  BeginWith();
  transfer().sent = false;
  http::Outcome outcome;
  outcome.failure = http::Failure::kConnect;
  outcome.provably_unsent = true;
  http::FakeTransport::End(transfer(), outcome);
  world.Advance(std::chrono::seconds(5));
  ASSERT_EQ(transfers(), 2u);
  Data<Request>("one");
  EndForm<Request>();
  EXPECT_THAT(Upstream(), HasSubstr("\r\none\r\n--"));
  Answer(R"({"text":"Hi"})");
  EXPECT_EQ(Said<Response>().transcription().text(), "Hi");
}

TEST_F(TranscribeForm, IsAnsweredWithTextWhereThatWasAskedFor) {
  const auto ask = [&](const char* format, std::string_view answer, std::string_view type) {
    Request header = Header();
    header.mutable_header()->mutable_params()->set_response_format(format);
    ended = false;
    said.clear();
    BeginWith(header);
    EndForm<Request>();
    Upstream();
    Answer(answer, 200, type);
  };
  ask("srt", "1\n00:00:00,000 --> 00:00:01,000\nHi\n", "text/plain; charset=utf-8");
  EXPECT_EQ(Said<Response>().formatted(), "1\n00:00:00,000 --> 00:00:01,000\nHi\n");
  EXPECT_EQ(Said<Response>().transcription().text(), "");
  ask("text", "Hi\n", "text/plain");
  EXPECT_EQ(Said<Response>().formatted(), "Hi\n");
  EXPECT_EQ(Said<Response>().transcription().text(), "Hi");
  // A server that knows JSON only.
  ask("vtt", R"({"text":"Hi"})", "application/json");
  EXPECT_EQ(Said<Response>().transcription().text(), "Hi");
  EXPECT_EQ(Said<Response>().formatted(), "");
  // What is no answer in either form.
  ask("json", "Hi", "text/plain");
  EXPECT_EQ(reason(), v1::ERROR_REASON_UPSTREAM_PROTOCOL);
  ask("text", R"({"error":{"message":"busy","code":"rate_limit_exceeded"}})", "application/json");
  EXPECT_EQ(reason(), v1::ERROR_REASON_RATE_LIMITED);
  ask("text", "<html>", "text/html");
  EXPECT_EQ(reason(), v1::ERROR_REASON_UPSTREAM_PROTOCOL);
}

TEST_F(TranscribeForm, OnlyChecksWhereThatIsAskedFor) {
  Request header = Header();
  header.mutable_header()->mutable_options()->set_validate_only(true);
  BeginWith(header);
  EXPECT_TRUE(ended && !error);
  EXPECT_EQ(transfers(), 0u);
  EXPECT_EQ(Said<Response>().gateway().upstream(), "fake");
}

TEST_F(TranscribeForm, EndsWithItsCaller) {
  BeginWith();
  Upstream();
  call->Abandon(v1::ERROR_REASON_CANCELLED);
  EXPECT_TRUE(transfer().cancelled);
  call.reset();
}

class StreamedTranscript : public FormTest {
 protected:
  using Request = v1::StreamTranscribeRequest;
  using Response = v1::StreamTranscribeResponse;

  void BeginWhole() {
    Begin("StreamTranscribe");
    Request message;
    message.mutable_header()->mutable_params()->set_model("gpt-4o-transcribe");
    message.mutable_header()->mutable_file()->set_filename("a.mp3");
    call->Take(message);
    EndForm<Request>();
    EXPECT_THAT(Upstream(), HasSubstr("name=\"stream\"\r\n\r\ntrue\r\n"));
    http::FakeTransport::Head(transfer(), 200, "text/event-stream");
  }
  const v1::StreamTranscribeCompleted& Completed() {
    return Said<Response>(said.size() - 1).completed();
  }
};

TEST_F(StreamedTranscript, GivesTheTextAsItIsUnderstood) {
  BeginWhole();
  http::FakeTransport::Body(
      transfer(),
      "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\r\n\r\n"
      "data: {\"type\":\"transcript.text.delta\",\"delta\":\" you\"}\r\n\r\n"
      "data: {\"type\":\"transcript.text.done\",\"text\":\"Hi you\",\"usage\":{\"type\":\"tokens\","
      "\"input_tokens\":5,\"output_tokens\":2,\"total_tokens\":7}}\r\n\r\n");
  http::FakeTransport::End(transfer());
  ASSERT_TRUE(ended && !error);
  ASSERT_EQ(said.size(), 5u);
  EXPECT_TRUE(Said<Response>(0).has_started());
  EXPECT_EQ(Said<Response>(1).transcription_event().delta(), "Hi");
  EXPECT_EQ(Said<Response>(3).transcription_event().text(), "Hi you");
  EXPECT_EQ(Completed().text(), "Hi you");
  EXPECT_EQ(Completed().usage().input_tokens(), 5);
  EXPECT_EQ(call->stats().output_tokens, 2);
}

TEST_F(StreamedTranscript, IsCutWithoutItsLastEvent) {
  BeginWhole();
  http::FakeTransport::Body(transfer(),
                            "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\n\n");
  http::FakeTransport::End(transfer());
  EXPECT_EQ(reason(), v1::ERROR_REASON_STREAM_TRUNCATED);
}

TEST_F(StreamedTranscript, OfAModelThatDoesNotStreamIsOneEvent) {
  BeginWhole();
  http::FakeTransport::Body(transfer(), R"({"text":"Hi","usage":{"type":"duration","seconds":1}})");
  http::FakeTransport::End(transfer());
  ASSERT_TRUE(ended && !error) << error->message;
  EXPECT_EQ(Said<Response>(1).transcription_event().type(), "transcript.text.done");
  EXPECT_EQ(Completed().text(), "Hi");
}

TEST_F(StreamedTranscript, WaitsForASlowReader) {
  BeginWhole();
  full = true;
  EXPECT_FALSE(http::FakeTransport::Body(
      transfer(), "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\n\n"));
  EXPECT_TRUE(said.empty());
}

class EditForm : public FormTest {
 protected:
  using Request = v1::EditImagesRequest;
  using Response = v1::EditImagesResponse;

  void BeginWith(const v1::EditImagesHeader& header) {
    Begin("EditImages");
    Request message;
    *message.mutable_header() = header;
    call->Take(message);
  }
  static v1::EditImagesHeader Header(int uploads) {
    v1::EditImagesHeader header;
    header.mutable_params()->set_model("gpt-image-1");
    header.mutable_params()->set_prompt("Blue");
    if (uploads > 1) header.set_uploads(uploads);
    return header;
  }
  void Upload(const std::string& name, bool mask = false) {
    Request message;
    message.mutable_upload()->set_filename(name);
    message.mutable_upload()->set_mime_type("image/png");
    message.mutable_upload()->set_mask(mask);
    call->Take(message);
  }
};

TEST_F(EditForm, SendsEachImageAndTheMaskInItsPart) {
  BeginWith(Header(2));
  EXPECT_EQ(transfer().request.url, "http://upstream/v1/images/edits");
  Upload("1.png");
  Data<Request>("one");
  Upload("2.png");
  Data<Request>("two");
  Upload("m.png", /*mask=*/true);
  Data<Request>("three");
  EndForm<Request>();
  const std::string body = Upstream();
  EXPECT_THAT(body, HasSubstr("name=\"prompt\"\r\n\r\nBlue\r\n"));
  EXPECT_THAT(body, HasSubstr("name=\"image[]\"; filename=\"1.png\"\r\nContent-Type: image/png"
                              "\r\n\r\none\r\n--"));
  EXPECT_THAT(body, HasSubstr("name=\"image[]\"; filename=\"2.png\""));
  EXPECT_THAT(body, HasSubstr("name=\"mask\"; filename=\"m.png\""));
  Answer(R"({"created":1,"data":[{"b64_json":"aGk="}],"usage":{"input_tokens":3,)"
         R"("output_tokens":4,"total_tokens":7}})");
  ASSERT_TRUE(ended && !error);
  EXPECT_EQ(Said<Response>().result().images(0).data(), "hi");
  EXPECT_EQ(call->stats().output_tokens, 4);
}

TEST_F(EditForm, OfOneImageIsCalledSo) {
  BeginWith(Header(1));
  Upload("1.png");
  EXPECT_THAT(Upstream(), HasSubstr("name=\"image\"; filename=\"1.png\""));
}

TEST_F(EditForm, WithoutAPromptAsksForVariations) {
  v1::EditImagesHeader header;
  header.mutable_params()->set_model("dall-e-2");
  BeginWith(header);
  EXPECT_EQ(transfer().request.url, "http://upstream/v1/images/variations");
}

TEST_F(EditForm, HasAsManyImagesAsItsHeaderSays) {
  BeginWith(Header(1));
  Data<Request>("one");
  EXPECT_EQ(field(), "data") << "of no image";
  ended = false;
  BeginWith(Header(1));
  Upload("1.png");
  Upload("2.png");
  EXPECT_EQ(field(), "upload");
  ended = false;
  BeginWith(Header(2));
  Upload("1.png");
  Upload("m.png", true);
  EndForm<Request>();
  EXPECT_EQ(field(), "header.uploads");
  ended = false;
  BeginWith(Header(1));
  Upload("m.png", true);
  Upload("m.png", true);
  EXPECT_EQ(field(), "upload.mask");
  ended = false;
  BeginWith(Header(17));
  EXPECT_EQ(field(), "header.uploads");
  EXPECT_EQ(world.transport.running(), 0u);
}

TEST_F(EditForm, OfNamedImagesIsJson) {
  v1::EditImagesHeader header = Header(1);
  header.mutable_params()->add_images()->set_file_id("file-1");
  BeginWith(header);
  EXPECT_EQ(transfers(), 0u) << "before its end";
  EndForm<Request>();
  ASSERT_EQ(transfers(), 1u);
  EXPECT_EQ(*transfer().request.body,
            R"({"model":"gpt-image-1","prompt":"Blue","images":[{"file_id":"file-1"}]})");
  ended = false;
  BeginWith(header);
  Upload("1.png");
  EXPECT_EQ(field(), "upload");
}

class EditStream : public FormTest {
 protected:
  using Request = v1::StreamEditImagesRequest;
  using Response = v1::StreamEditImagesResponse;

  v1::EditImagesHeader& header() { return *first.mutable_header(); }
  void BeginIt() {
    Begin("StreamEditImages");
    header().mutable_params()->set_model("gpt-image-1");
    header().mutable_params()->set_prompt("Blue");
    call->Take(first);
    Request message;
    message.mutable_upload()->set_filename("1.png");
    call->Take(message);
    Data<Request>("one");
    EndForm<Request>();
  }

  Request first;
};

TEST_F(EditStream, GivesPreviewsAndTheImageAsTheyAreMade) {
  header().mutable_params()->set_partial_images(1);
  BeginIt();
  const std::string body = Upstream();
  EXPECT_THAT(body, HasSubstr("name=\"stream\"\r\n\r\ntrue\r\n"));
  EXPECT_THAT(body, HasSubstr("name=\"partial_images\"\r\n\r\n1\r\n"));
  Answer(
      "event: image_edit.partial_image\ndata: "
      R"({"type":"image_edit.partial_image","b64_json":"aGk=","partial_image_index":0})"
      "\n\nevent: image_edit.completed\ndata: "
      R"({"type":"image_edit.completed","b64_json":"aG8=","usage":{"input_tokens":3,)"
      R"("output_tokens":4,"total_tokens":7}})"
      "\n\n",
      200, "text/event-stream");
  ASSERT_TRUE(ended && !error);
  EXPECT_TRUE(Said<Response>(0).has_started());
  EXPECT_EQ(Said<Response>(1).part().data(), "hi");
  EXPECT_TRUE(Said<Response>(1).part().has_partial_image_index());
  EXPECT_EQ(Said<Response>(2).part().data(), "ho");
  EXPECT_EQ(Said<Response>(3).completed().result().usage().output_tokens(), 4);
}

TEST_F(EditStream, TakesAnAnswerInOnePieceToo) {
  BeginIt();
  EXPECT_THAT(Upstream(), ::testing::Not(HasSubstr("name=\"stream\"")));
  Answer(R"({"created":1,"data":[{"b64_json":"aGk="}]})");
  ASSERT_TRUE(ended && !error);
  EXPECT_EQ(Said<Response>(1).part().data(), "hi");
  EXPECT_TRUE(Said<Response>(2).has_completed());
}

TEST_F(EditStream, ACutStreamIsAnError) {
  header().mutable_params()->set_partial_images(1);
  BeginIt();
  Upstream();
  Answer(
      "data: "
      R"({"type":"image_edit.partial_image","b64_json":"aGk=","partial_image_index":0})"
      "\n\n",
      200, "text/event-stream");
  EXPECT_EQ(reason(), v1::ERROR_REASON_STREAM_TRUNCATED);
}

TEST_F(EditForm, HasNoHeartbeats) {
  v1::EditImagesHeader header = Header(1);
  header.mutable_heartbeat_interval()->set_seconds(5);
  BeginWith(header);
  EXPECT_EQ(field(), "header.heartbeat_interval");
}

}  // namespace
}  // namespace inferwire::rpc
