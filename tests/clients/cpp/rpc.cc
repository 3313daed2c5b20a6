#include "rpc.h"

#include <google/protobuf/util/json_util.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/audio_service.pb.h"
#include "inferwire/v1/conversations_service.pb.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/moderations_service.pb.h"
#include "report.h"
#include "task.h"

namespace inferwire::clients {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

// Files of which nothing is named are left out by the linker, and then nobody finds their RPCs.
void LinkAll() {
  (void)v1::Assistant::descriptor();
  (void)v1::Conversation::descriptor();
  (void)v1::EmbedRequest::descriptor();
  (void)v1::FineTuningJob::descriptor();
  (void)v1::GenerateImagesRequest::descriptor();
  (void)v1::ModerateRequest::descriptor();
  (void)v1::SpeakRequest::descriptor();
}

const google::protobuf::MethodDescriptor& MethodOf(const std::string& method) {
  LinkAll();
  std::string name = "inferwire.v1." + method;
  if (const auto slash = name.find('/'); slash != std::string::npos) name[slash] = '.';
  const auto* const found =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
  if (found == nullptr) throw std::runtime_error("unknown RPC " + method);
  return *found;
}

std::unique_ptr<Message> New(const Descriptor& type) {
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  return std::unique_ptr<Message>(factory->GetPrototype(&type)->New());
}

std::string CaseOf(const Message& message) {
  const auto* const one = message.GetDescriptor()->oneof_decl(0);
  const auto* const field = message.GetReflection()->GetOneofFieldDescriptor(message, one);
  return field == nullptr ? "none" : field->name();
}

std::string Sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) return {};
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

// What is no text of what a stream brings.
class Large {
 public:
  // The text that it brings.
  template <class Event>
  std::string_view Take(const Event& event) {
    return event.text();
  }
  std::string_view Take(const client::EmbedEvent& event) {
    if (event.embedding() == nullptr) return {};
    const auto& values = event.embedding()->values();
    data_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    return {};
  }
  std::string_view Take(const client::ImageEvent& event) {
    if (auto picture = parts_.Take(event)) {
      data_ += picture->data;
      std::string name = std::to_string(picture->index);
      if (picture->preview) name += " preview " + std::to_string(*picture->preview);
      pictures_.push_back(name);
    }
    return {};
  }
  void Report(json& seen) const {
    seen["bytes"] = data_.size();
    seen["sha256"] = Sha256(data_);
    seen["pictures"] = pictures_;
  }

 private:
  client::PictureParts parts_;
  std::string data_;
  std::vector<std::string> pictures_;
};

template <class Stream>
json Collect(Stream stream, const json& task) {
  json types = json::object(), last = nullptr;
  int events = 0, pieces = 0;
  std::string text;
  bool left = false;
  Large large;
  for (const auto& event : stream) {
    const std::string type = CaseOf(event.message);
    types[type] = types.value(type, 0) + 1;
    last = ToJson(event.message);
    ++events;
    const std::string_view added = large.Take(event);
    text += added;
    if (added.empty()) continue;
    left = ++pieces == task.value("leave_after", 0);
    if (left) break;
  }
  json seen = {{"events", events}, {"types", types}, {"text", text}, {"last", last}};
  large.Report(seen);
  if (left) {
    seen["left"] = true;
  } else if (!stream.status()) {
    seen["error"] = SeenError(stream.status().error());
  }
  return seen;
}

}  // namespace

json ToJson(const Message& message) {
  std::string text;
  const auto written = google::protobuf::util::MessageToJsonString(message, &text);
  if (!written.ok()) throw std::runtime_error(written.ToString());
  return json::parse(text);
}

json Rpc(client::Client& client, const json& task) {
  const std::string method = task.at("method");
  const auto& found = MethodOf(method);
  const auto request = New(*found.input_type()), response = New(*found.output_type());
  Parse(task, "request", *request);
  const auto called = client.CallRpc(method, *request, *response, Options(task));
  if (!called) return {{"error", SeenError(called.error())}};
  return {{"response", ToJson(*response)}};
}

json RpcStream(client::Client& client, const json& task) {
  const std::string method = task.at("method");
  if (method == "ResponsesService/StreamResponse") {
    v1::StreamResponseRequest request;
    Parse(task, "request", request);
    return Collect(client.StreamResponse(request, Options(task)), task);
  }
  if (method == "TextCompletionsService/StreamCompleteText") {
    v1::StreamCompleteTextRequest request;
    Parse(task, "request", request);
    return Collect(client.StreamCompleteText(request, Options(task)), task);
  }
  if (method == "EmbeddingsService/StreamEmbed") {
    v1::StreamEmbedRequest request;
    Parse(task, "request", request);
    return Collect(client.StreamEmbed(request, Options(task)), task);
  }
  if (method == "ImagesService/StreamGenerateImages") {
    v1::StreamGenerateImagesRequest request;
    Parse(task, "request", request);
    return Collect(client.StreamImages(request, Options(task)), task);
  }
  if (method == "ChatService/StreamComplete") {
    v1::StreamCompleteRequest request;
    Parse(task, "request", request);
    return Collect(client.Stream(request, Options(task)), task);
  }
  const auto& found = MethodOf(method);
  const auto request = New(*found.input_type()), message = New(*found.output_type());
  Parse(task, "request", *request);
  json types = json::object(), last = nullptr;
  int events = 0;
  const auto streamed = client.StreamRpc(
      method, *request, *message,
      [&] {
        const std::string type = CaseOf(*message);
        types[type] = types.value(type, 0) + 1;
        last = ToJson(*message);
        ++events;
        return true;
      },
      Options(task));
  json seen = {{"events", events}, {"types", types}, {"text", ""}, {"last", last}};
  if (!streamed) seen["error"] = SeenError(streamed.error());
  return seen;
}

}  // namespace inferwire::clients
