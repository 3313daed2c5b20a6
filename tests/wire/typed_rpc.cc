#include "wire/typed_rpc.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "codec/decode.h"
#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/conversations_service.pb.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/moderations_service.pb.h"
#include "inferwire/v1/responses_service.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"

namespace inferwire::wire {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr std::array<std::string_view, 7> kRoots = {"/responses",    "/completions", "/embeddings",
                                                    "/moderations",  "/images/",     "/fine_tuning",
                                                    "/conversations"};

const google::protobuf::FileDescriptor* const* Files(size_t& count) {
  static const google::protobuf::FileDescriptor* const kFiles[] = {
      v1::EmbedRequest::descriptor()->file(),
      v1::ModerateRequest::descriptor()->file(),
      v1::CompleteTextRequest::descriptor()->file(),
      v1::CreateResponseRequest::descriptor()->file(),
      v1::CreateConversationRequest::descriptor()->file(),
      v1::GenerateImagesRequest::descriptor()->file(),
      v1::CreateFineTuningJobRequest::descriptor()->file()};
  count = std::size(kFiles);
  return kFiles;
}

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    parts.emplace_back(part);
    path.remove_prefix(part.size());
  }
  return parts;
}

std::string PathBelowBase(std::string path) {
  path = path.substr(0, path.find('?'));
  for (const std::string_view root : kRoots) {
    const size_t at = path.find(root);
    if (at != std::string::npos) return path.substr(at);
  }
  return path;
}

// Fills the fields that stand in the template. False: it is another path.
bool FillPath(const std::string& pattern, const std::string& path, Message& request) {
  const auto wanted = Split(pattern), given = Split(path);
  if (wanted.size() != given.size()) return false;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].front() != '{') {
      if (wanted[i] != given[i]) return false;
      continue;
    }
    const std::string name = wanted[i].substr(1, wanted[i].size() - 2);
    const FieldDescriptor* const field = request.GetDescriptor()->FindFieldByName(name);
    request.GetReflection()->SetString(&request, field, given[i]);
  }
  return true;
}

// The value of a query's parameter; nothing: it is not there.
std::optional<std::string> Parameter(const std::string& target, std::string_view name) {
  const size_t mark = target.find('?');
  std::string_view query =
      mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name && equals != std::string_view::npos) {
      return std::string(pair.substr(equals + 1));
    }
  }
  return std::nullopt;
}

// A response's stream that is read again.
std::optional<TypedRpc> Resumption(const Recording& recording) {
  const auto path = Split(PathBelowBase(recording.path));
  const bool streams = Parameter(recording.path, "stream") == "true";
  if (recording.method != "GET" || !streams || path.size() != 2 || path[0] != "responses") {
    return std::nullopt;
  }
  auto request = std::make_unique<v1::StreamResponseRequest>();
  request->mutable_resume()->set_response_id(path[1]);
  if (const auto after = Parameter(recording.path, "starting_after")) {
    request->mutable_resume()->set_starting_after(std::stoll(*after));
  }
  static const auto& kMethod = *v1::StreamResponseRequest::descriptor()
                                    ->file()
                                    ->FindServiceByName("ResponsesService")
                                    ->FindMethodByName("StreamResponse");
  static const v1::UpstreamCall kCall;  // no body
  return TypedRpc{&kMethod, &kCall, std::move(request)};
}

// A required model may stand in the path of the recording only, as Azure's deployments do.
bool LacksModel(const v1::UpstreamCall& call, const Message& request) {
  const FieldDescriptor* const body = request.GetDescriptor()->FindFieldByName(call.body());
  const FieldDescriptor* const model =
      body ? body->message_type()->FindFieldByName("model") : nullptr;
  if (!model || model->has_presence()) return false;
  const Message& params = request.GetReflection()->GetMessage(request, body);
  return params.GetReflection()->GetString(params, model).empty();
}

bool FillBody(const v1::UpstreamCall& call, const Recording& recording, Message& request) {
  if (call.body().empty()) return true;
  if (!recording.request_json || !recording.request_json->is_object()) return false;
  JsonTree body = *recording.request_json;
  for (const char* own : {"stream", "stream_options", "encoding_format"}) body.Remove(own);
  const FieldDescriptor* const field = request.GetDescriptor()->FindFieldByName(call.body());
  Message* const params = request.GetReflection()->MutableMessage(&request, field);
  return codec::FromJson(body.Dump(), *params) && !LacksModel(call, request);
}

}  // namespace

std::unique_ptr<Message> TypedRpc::NewResponse() const {
  return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()
                                      ->GetPrototype(method->output_type())
                                      ->New());
}

std::optional<TypedRpc> TypedRpcOf(const Recording& recording) {
  if (auto resumption = Resumption(recording)) return resumption;
  const std::string path = PathBelowBase(recording.path);
  const bool wants_stream =
      recording.request_json && recording.request_json->At("stream").is_true();
  size_t files = 0;
  const auto* const all = Files(files);
  for (size_t f = 0; f < files; ++f) {
    for (int s = 0; s < all[f]->service_count(); ++s) {
      for (int m = 0; m < all[f]->service(s)->method_count(); ++m) {
        const MethodDescriptor& method = *all[f]->service(s)->method(m);
        if (!method.options().HasExtension(v1::upstream)) continue;
        TypedRpc rpc{&method, &method.options().GetExtension(v1::upstream), nullptr};
        if (rpc.call->form()) continue;  // the recordings leave the files out
        if (rpc.call->method() != recording.method || rpc.streams() != wants_stream) continue;
        rpc.request.reset(google::protobuf::MessageFactory::generated_factory()
                              ->GetPrototype(method.input_type())
                              ->New());
        if (!FillPath(rpc.call->path(), path, *rpc.request)) continue;
        if (!FillBody(*rpc.call, recording, *rpc.request)) return std::nullopt;
        return rpc;
      }
    }
  }
  return std::nullopt;
}

}  // namespace inferwire::wire
