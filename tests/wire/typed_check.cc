#include "wire/typed_check.h"

#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "codec/base64.h"
#include "codec/encode.h"
#include "inferwire/v1/responses_service.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"
#include "wire/common_check.h"
#include "wire/difference.h"
#include "wire/expected_error.h"
#include "wire/sse_reading.h"
#include "wire/typed_rpc.h"

namespace inferwire::wire {
namespace {

using google::protobuf::Message;
using Wrong = std::optional<std::string>;

constexpr std::chrono::seconds kDeadline(20);

grpc::ByteBuffer BytesOf(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

std::string TextOf(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!bytes.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

// One call of any RPC with one request.
class Call {
 public:
  Call(const TypedRpc& rpc, const std::shared_ptr<grpc::Channel>& channel) : stub_(channel) {
    context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
    stream_ = stub_.PrepareCall(&context_, rpc.path(), &queue_);
    stream_->StartCall(this);
    if (!Next()) return;
    stream_->WriteLast(BytesOf(*rpc.request), {}, this);
    Next();
    for (grpc::ByteBuffer bytes; stream_->Read(&bytes, this), Next();) {
      messages_.push_back(TextOf(bytes));
    }
  }

  const std::vector<std::string>& messages() const { return messages_; }
  grpc::Status Finish() {
    grpc::Status status;
    stream_->Finish(&status, this);
    Next();
    return status;
  }
  const grpc::ClientContext& context() const { return context_; }

 private:
  bool Next() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  std::vector<std::string> messages_;
};

void Rename(JsonTree& object, std::string_view from, std::string_view to) {
  if (!object.Has(from) || object.Has(to)) return;
  object.Set(to, object.At(from));
  object.Remove(from);
}

// Not carried: under which of OpenAI's two names a count came.
void UseOneNameForUsage(JsonTree& json) {
  for (auto& [name, value] : json.members()) {
    if (name == "usage" && value.is_object()) {
      Rename(value, "input_tokens", "prompt_tokens");
      Rename(value, "output_tokens", "completion_tokens");
      for (const char* details : {"input_tokens_details", "input_token_details"}) {
        Rename(value, details, "prompt_tokens_details");
      }
      for (const char* details : {"output_tokens_details", "output_token_details"}) {
        Rename(value, details, "completion_tokens_details");
      }
    } else if (value.is_object()) {
      UseOneNameForUsage(value);
    }
  }
}

// Not carried: digits of an embedding beyond a float, and the form in which it came.
void ReadFloats(JsonTree& json) {
  for (auto& [name, value] : json.members()) {
    if (name != "data" || !value.is_array()) continue;
    for (JsonTree& element : value.items()) {
      if (!element.is_object() || !element.Has("embedding")) continue;
      const JsonTree& embedding = element.At("embedding");
      size_t count = embedding.items().size();
      if (embedding.is_string()) {
        const auto bytes = codec::DecodeBase64(embedding.text());
        count = bytes ? bytes->size() / sizeof(float) : 0;
      }
      element.Set("embedding", JsonTree::String(std::to_string(count) + " floats"));
    }
  }
}

// What a list says of its pages is next_page_token; output_text the gateway fills in.
bool IsOwn(std::string_view path) {
  // Whose account it is the caller does not learn.
  if (path == "organization_id" || path == "data.organization_id") return true;
  return path == "first_id" || path == "last_id" || path == "has_more" || path == "output_text" ||
         path == "response.output_text";
}

// "x" is sent as ["x"].
void UseLists(JsonTree& body) {
  for (auto& [name, value] : body.members()) {
    if ((name != "input" && name != "prompt" && name != "stop") || !value.is_string()) continue;
    JsonTree list = JsonTree::Array();
    list.items().push_back(value);
    value = std::move(list);
  }
}

Wrong Compare(JsonTree recorded, const Message& message, const std::string& what) {
  std::string json;
  if (const auto encoded = codec::AppendJson(message, json); !encoded) {
    return what + " cannot be written: " + encoded.error().message;
  }
  auto came = JsonTree::Parse(json);
  if (!came) return what + " is no JSON";
  for (JsonTree* tree : {&recorded, &*came}) {
    UseOneNameForUsage(*tree);
    ReadFloats(*tree);
  }
  if (const auto different = FirstDifference(recorded, *came, IsOwn)) {
    return what + ": " + different->path + ": " + different->text;
  }
  return std::nullopt;
}

class TypedCheck {
 public:
  TypedCheck(const Recording& recording, const TypedRpc& rpc, const Gateways::Gateway& gateway,
             ReplayUpstream& upstream)
      : recording_(recording), rpc_(rpc), gateway_(gateway), upstream_(upstream) {}

  Wrong Run() {
    Call call(rpc_, gateway_.channel);
    const grpc::Status status = call.Finish();
    std::string delivered = Delivered(status, call.context());
    for (const std::string& message : call.messages()) delivered += message;
    if (auto wrong = CheckSecrets(delivered, recording_)) return wrong;
    if (auto wrong =
            rpc_.streams() ? Stream(call.messages(), status) : Unary(call.messages(), status)) {
      return wrong;
    }
    return CheckSent(status);
  }

 private:
  Wrong Unary(const std::vector<std::string>& messages, const grpc::Status& status) {
    if (recording_.status / 100 != 2) {
      ExpectedError expected = ErrorOfAnswer(recording_);
      // What the path names is a thing, and that is what was not found.
      const bool names_one = rpc_.call->path().find('{') != std::string::npos;
      if (expected.reason == "UPSTREAM_NOT_FOUND" && names_one) {
        expected.reason = "RESOURCE_NOT_FOUND";
      }
      return CheckStatus(status, expected, recording_);
    }
    const auto recorded = JsonTree::Parse(recording_.body);
    if (!status.ok()) return "failed: " + status.error_message();
    if (messages.size() != 1) return std::to_string(messages.size()) + " answers";
    const auto response = rpc_.NewResponse();
    response->ParseFromString(messages.front());
    if (rpc_.call->answer().empty()) return std::nullopt;
    if (!recorded) return "the recorded answer is no JSON";
    if (rpc_.call->answer() == "*") return Compare(*recorded, *response, "answer");
    const auto* const field = response->GetDescriptor()->FindFieldByName(rpc_.call->answer());
    return Compare(*recorded, response->GetReflection()->GetMessage(*response, field), "answer");
  }

  Wrong Stream(const std::vector<std::string>& messages, const grpc::Status& status) {
    if (recording_.status / 100 != 2) {
      return CheckStatus(status, ErrorOfAnswer(recording_), recording_);
    }
    std::vector<JsonTree> recorded;
    bool ends = false;
    for (const SseEvent& event : ReadEvents(recording_.body)) {
      const std::string_view data = Trim(event.data);
      ends = ends || data == "[DONE]";
      if (data.empty() || data == "[DONE]") continue;
      auto json = JsonTree::Parse(data);
      if (!json) break;
      const std::string& type = json->At("type").text();
      if (type == "error" || (type.empty() && !ErrorIn(*json).is_null())) break;
      ends = ends || type == "response.completed" || type == "response.incomplete";
      if (type != "keepalive") recorded.push_back(*std::move(json));
    }
    std::vector<std::unique_ptr<Message>> events;
    bool completed = false;
    for (const std::string& bytes : messages) {
      auto message = rpc_.NewResponse();
      message->ParseFromString(bytes);
      Take(*message, events, completed);
    }
    if (events.size() != recorded.size()) {
      return std::to_string(events.size()) + " events, recorded " +
             std::to_string(recorded.size()) + " (" + status.error_message() + ")";
    }
    std::string item_id, response_id;
    for (size_t i = 0; i < events.size(); ++i) {
      LeaveOutKnown(recorded[i], "item_id", item_id);
      LeaveOutKnown(recorded[i], "response_id", response_id);
      if (auto wrong = Compare(recorded[i], *events[i], "event " + std::to_string(i))) return wrong;
    }
    if (ends != status.ok()) return "status " + status.error_message();
    if (status.ok() && !completed) return "the stream does not end with completed";
    return std::nullopt;
  }

  static void Take(const Message& message, std::vector<std::unique_ptr<Message>>& events,
                   bool& completed) {
    const auto take = [&](const Message& event) {
      events.emplace_back(event.New());
      events.back()->CopyFrom(event);
    };
    if (const auto* response = dynamic_cast<const v1::StreamResponseResponse*>(&message)) {
      if (response->has_response_event()) take(response->response_event());
      completed = response->has_completed();
    } else if (const auto* text = dynamic_cast<const v1::StreamCompleteTextResponse*>(&message)) {
      if (text->has_chunk()) take(text->chunk());
      completed = text->has_completed();
    }
  }

  // Not sent again: an id that is the same as in the event before.
  static void LeaveOutKnown(JsonTree& event, std::string_view name, std::string& known) {
    if (!event.Has(name)) return;
    const std::string id = event.At(name).text();
    if (id == known) event.Remove(name);
    known = id;
  }

  Wrong CheckSent(const grpc::Status& status) const {
    const auto requests = upstream_.requests();
    // What upstream refuses as invalid, the gateway may have refused before.
    if (requests.empty() && !status.ok()) return std::nullopt;
    if (requests.size() != 1) return std::to_string(requests.size()) + " requests upstream";
    const auto& sent = requests[0];
    if (sent.method != recording_.method) return "request: method " + sent.method;
    if (rpc_.call->body().empty()) return std::nullopt;
    auto body = JsonTree::Parse(sent.body);
    if (!body) return "request: no JSON";
    JsonTree recorded = *recording_.request_json;
    for (JsonTree* tree : {&*body, &recorded}) {
      UseLists(*tree);
      for (const char* own : {"stream", "stream_options", "encoding_format"}) tree->Remove(own);
    }
    if (const auto different = FirstDifference(recorded, *body)) {
      return "request: " + different->path + ": " + different->text;
    }
    return std::nullopt;
  }

  const Recording& recording_;
  const TypedRpc& rpc_;
  const Gateways::Gateway& gateway_;
  ReplayUpstream& upstream_;
};

}  // namespace

std::optional<Verdict> CheckTyped(const std::shared_ptr<const Recording>& recording,
                                  Gateways& gateways) {
  const auto rpc = TypedRpcOf(*recording);
  if (!rpc) return std::nullopt;
  gateways.upstream().Play(recording);
  const auto wrong =
      TypedCheck(*recording, *rpc, gateways.For(recording->provider), gateways.upstream()).Run();
  return wrong ? Verdict::Failed("typed: " + *wrong) : Verdict::Passed();
}

}  // namespace inferwire::wire
