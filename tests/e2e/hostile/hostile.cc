#include "hostile/hostile.h"

#include <map>

#include "codec/utf8.h"

namespace inferwire::e2e::hostile {
namespace {

void TakeDetails(const google::rpc::Status& details, Heard& heard) {
  google::rpc::RetryInfo retry;
  for (const auto& any : details.details()) {
    any.UnpackTo(&heard.info);
    if (any.UnpackTo(&retry)) {
      heard.retry_after_seconds =
          static_cast<double>(retry.retry_delay().seconds()) + retry.retry_delay().nanos() / 1e9;
    }
  }
  heard.result.reason = heard.info.reason();
}

void TakeStatus(const grpc::Status& status, const grpc::ClientContext& context, Heard& heard) {
  heard.result.code = status.error_code();
  heard.message = status.error_message();
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  TakeDetails(details, heard);
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto pushback = trailers.find("grpc-retry-pushback-ms");
  if (pushback != trailers.end())
    heard.pushback_ms = {pushback->second.data(), pushback->second.size()};
}

void TakeError(const google::rpc::Status& error, Heard& heard) {
  heard.result.code = static_cast<grpc::StatusCode>(error.code());
  heard.message = error.message();
  TakeDetails(error, heard);
}

void TakeCompletion(const v1::ChatCompletion& completion, Heard& heard) {
  heard.completion = completion;
  heard.text.clear();
  for (const auto& choice : completion.choices()) heard.text += choice.message().content();
}

v1::HttpCall RawCall(const char* path) {
  v1::HttpCall call;
  call.set_method("POST");
  call.set_path(path);
  call.set_body("{}");
  return call;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Expected& expected) {
  return out << expected.code << ' ' << expected.reason;
}

HostileGateway::HostileGateway()
    : gateway_([this](config::Config& config) {
        config.upstreams[0].base_url = upstream_.base_url();
        config.upstreams[0].max_retries = 0;
        config.log.calls = false;
      }),
      caller_(gateway_.NewChannel()) {}

Caller::Caller(const std::shared_ptr<grpc::Channel>& channel)
    : chat_(v1::ChatService::NewStub(channel)), raw_(v1::RawService::NewStub(channel)) {}

Heard Caller::Complete() {
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  const auto context = NewContext();
  Heard heard;
  TakeStatus(chat_->Complete(context.get(), request, &response), *context, heard);
  TakeCompletion(response.completion(), heard);
  return heard;
}

Heard Caller::Stream() {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  request.mutable_stream()->set_accumulate(true);
  const auto context = NewContext();
  const auto reader = chat_->StreamComplete(context.get(), request);
  const StreamResult result = ReadAll(*reader);
  Heard heard;
  TakeStatus(result.status, *context, heard);
  heard.text = result.text;
  if (!result.events.empty()) heard.completion = result.events.back().completed().completion();
  return heard;
}

Heard Caller::Many(bool stream_chunks) {
  const auto context = NewContext();
  const auto stream = chat_->CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config()->set_stream_chunks(stream_chunks);
  stream->Write(message);
  message.mutable_item()->set_item_id("only");
  *message.mutable_item()->mutable_params() = Prompt("hi");
  stream->Write(message);
  stream->WritesDone();
  Heard heard;
  std::string chunks;
  for (v1::CompleteManyResponse event; stream->Read(&event);) {
    for (const auto& choice : event.chunk().chunk().choices()) chunks += choice.delta().content();
    if (event.result().has_error()) TakeError(event.result().error(), heard);
    if (event.result().has_completion()) TakeCompletion(event.result().completion(), heard);
  }
  if (stream_chunks) heard.text = chunks;
  const grpc::Status status = stream->Finish();
  EXPECT_TRUE(status.ok()) << "an item's failure is not the stream's: " << status.error_message();
  return heard;
}

Heard Caller::Invoke() {
  v1::InvokeRequest request;
  *request.mutable_call() = RawCall("/embeddings");
  v1::InvokeResponse response;
  const auto context = NewContext();
  Heard heard;
  TakeStatus(raw_->Invoke(context.get(), request, &response), *context, heard);
  heard.http_status = response.http_status();
  heard.text = response.body();
  return heard;
}

Heard Caller::StreamInvoke() {
  v1::StreamInvokeRequest request;
  *request.mutable_call() = RawCall("/responses");
  const auto context = NewContext();
  const auto reader = raw_->StreamInvoke(context.get(), request);
  Heard heard;
  for (v1::StreamInvokeResponse message; reader->Read(&message);) {
    if (message.has_started()) heard.http_status = message.started().http_status();
    heard.text += message.has_event() ? message.event().data() : message.body_part();
  }
  TakeStatus(reader->Finish(), *context, heard);
  return heard;
}

void CheckError(const Heard& heard) {
  EXPECT_EQ(heard.info.domain(), "inferwire") << heard.message;
  EXPECT_FALSE(heard.message.empty());
  EXPECT_TRUE(codec::IsUtf8(heard.message));
  for (const char* name : {"upstream", "phase", "attempts", "safe_to_retry", "origin"}) {
    EXPECT_TRUE(heard.info.metadata().contains(name)) << name << ": " << heard.message;
  }
  for (const auto& [name, value] : heard.info.metadata()) {
    EXPECT_TRUE(codec::IsUtf8(value)) << name;
    if (name == "phase" && value == "after_output") {
      EXPECT_EQ(heard.info.metadata().at("safe_to_retry"), "false") << "it was paid for";
    }
  }
}

void Check(const Heard& heard, const Case& expected) {
  SCOPED_TRACE(expected.name);
  EXPECT_EQ(heard.result, expected.expected) << heard.message;
  EXPECT_EQ(heard.text, expected.text);
  EXPECT_TRUE(codec::IsUtf8(heard.text));
  if (heard.result.code != grpc::OK) CheckError(heard);
}

}  // namespace inferwire::e2e::hostile
