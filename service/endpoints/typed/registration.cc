#include "endpoints/typed/registration.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "endpoints/typed/embed_stream.h"
#include "endpoints/typed/form_call.h"
#include "endpoints/typed/image_stream.h"
#include "endpoints/typed/own_job.h"
#include "endpoints/typed/realtime_secret.h"
#include "endpoints/typed/response_stream.h"
#include "endpoints/typed/run_stream.h"
#include "endpoints/typed/speech_stream.h"
#include "endpoints/typed/text_stream.h"
#include "endpoints/typed/typed_call.h"
#include "endpoints/typed/typed_method.h"
#include "endpoints/typed/typed_plan.h"
#include "endpoints/typed/watch.h"
#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/audio_service.pb.h"
#include "inferwire/v1/chat_service.pb.h"
#include "inferwire/v1/conversations_service.pb.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/moderations_service.pb.h"
#include "inferwire/v1/realtime_service.pb.h"
#include "inferwire/v1/responses_service.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::MethodDescriptor;
using rpc::Message;

// A message of each file with such services.
constexpr const google::protobuf::Descriptor* (*kFiles[])() = {
    &v1::GetChatCompletionRequest::descriptor,
    &v1::CreateResponseRequest::descriptor,
    &v1::CreateConversationRequest::descriptor,
    &v1::EmbedRequest::descriptor,
    &v1::ModerateRequest::descriptor,
    &v1::CompleteTextRequest::descriptor,
    &v1::GenerateImagesRequest::descriptor,
    &v1::CreateFineTuningJobRequest::descriptor,
    &v1::CreateAssistantRequest::descriptor,
    &v1::SpeakRequest::descriptor,
    &v1::CreateRealtimeSecretRequest::descriptor};

// Its answer is a way past the gateway: only for callers who may go on, and kept by nobody.
bool HandsOutAccess(const TypedMethod& method) {
  return method.rpc().input_type() == v1::CreateRealtimeSecretRequest::descriptor();
}

v1::CallOptions& MutableOptions(Message& request) {
  const auto* const field = request.GetDescriptor()->FindFieldByName("options");
  return static_cast<v1::CallOptions&>(*request.GetReflection()->MutableMessage(&request, field));
}

// Of those with options only.
void TakeOptions(const TypedMethod& method, rpc::BeginSingle& begin) {
  begin.options = [](const Message& request) -> const v1::CallOptions& {
    const auto* const field = request.GetDescriptor()->FindFieldByName("options");
    return static_cast<const v1::CallOptions&>(request.GetReflection()->GetMessage(request, field));
  };
  if (HandsOutAccess(method)) return;
  begin.fingerprint = [](Message& request) {
    return rpc::FingerprintOf(request, MutableOptions(request));
  };
  begin.answer = method.rpc().output_type();
}

// Every method of those files that says which request serves it; as long as the process, as the
// descriptors are.
const std::vector<std::unique_ptr<const TypedMethod>>& Methods() {
  static const auto kMethods = [] {
    std::vector<std::unique_ptr<const TypedMethod>> methods;
    for (const auto descriptor : kFiles) {
      const google::protobuf::FileDescriptor& file = *descriptor()->file();
      for (int i = 0; i < file.service_count(); ++i) {
        for (int k = 0; k < file.service(i)->method_count(); ++k) {
          const MethodDescriptor& rpc = *file.service(i)->method(k);
          if (TypedMethod::OptionOf(rpc)) {
            methods.push_back(std::make_unique<const TypedMethod>(rpc));
          }
        }
      }
    }
    return methods;
  }();
  return kMethods;
}

const TypedMethod& MethodNamed(std::string_view name) {
  return **std::ranges::find_if(
      Methods(), [name](const auto& method) { return method->rpc().name() == name; });
}

// What is more than one request and its answer has an operation of its own.
rpc::Begun NewOperation(const TypedMethod& method, Message& request,
                        const upstream::Runtime& runtime, const gateway::CallContext& context,
                        gateway::Operation::Observer& observer) {
  if (request.GetDescriptor() == v1::StreamResponseRequest::descriptor()) {
    static const TypedMethod& get = MethodNamed("GetResponse");
    return NewResponseStream(method, get, static_cast<v1::StreamResponseRequest&>(request), runtime,
                             context, observer);
  }
  if (request.GetDescriptor() == v1::StreamCompleteTextRequest::descriptor()) {
    return NewTextStream(method, static_cast<v1::StreamCompleteTextRequest&>(request), runtime,
                         context, observer);
  }
  if (request.GetDescriptor() == v1::StreamEmbedRequest::descriptor()) {
    return NewEmbedStream(method, static_cast<v1::StreamEmbedRequest&>(request), runtime, context,
                          observer);
  }
  if (request.GetDescriptor() == v1::StreamGenerateImagesRequest::descriptor()) {
    return NewImageStream(method, static_cast<v1::StreamGenerateImagesRequest&>(request), runtime,
                          context, observer);
  }
  if (request.GetDescriptor() == v1::SpeakRequest::descriptor()) {
    return NewSpeechStream(method, static_cast<v1::SpeakRequest&>(request), runtime, context,
                           observer);
  }
  if (request.GetDescriptor() == v1::CreateRealtimeSecretRequest::descriptor()) {
    return NewRealtimeSecret(method, static_cast<v1::CreateRealtimeSecretRequest&>(request),
                             runtime, context, observer);
  }
  static const TypedMethod& jobs = MethodNamed("ListFineTuningJobs");
  if (request.GetDescriptor() == v1::CreateFineTuningJobRequest::descriptor()) {
    return NewFineTuningJob(method, jobs, static_cast<v1::CreateFineTuningJobRequest&>(request),
                            runtime, context, observer);
  }
  if (request.GetDescriptor() == v1::DeleteFineTunedModelRequest::descriptor()) {
    return NewModelRemoval(method, jobs, static_cast<v1::DeleteFineTunedModelRequest&>(request),
                           runtime, context, observer);
  }
  return NewTypedCall(method, request, runtime, context, observer);
}

rpc::NewMessage MakerOf(const TypedMethod& method) {
  const Message* const prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(
          method.rpc().input_type());
  return [prototype](google::protobuf::Arena* arena) { return prototype->New(arena); };
}

// It is admitted by its header.
rpc::BeginClientStream BeginForm(const TypedMethod& method) {
  rpc::BeginClientStream begin;
  begin.new_request = MakerOf(method);
  begin.model = [&method](const Message& first) { return ModelOfForm(method, first); };
  begin.options = [&method](const Message& first) { return &OptionsOfForm(method, first); };
  begin.operation = [&method](const upstream::Runtime& runtime, const gateway::CallContext& context,
                              gateway::ClientStream::Observer& observer) {
    return NewFormCall(method, runtime, context, observer);
  };
  return begin;
}

rpc::BeginSingle BeginTyped(const TypedMethod& method) {
  rpc::BeginSingle begin;
  begin.new_request = MakerOf(method);
  if (method.options()) TakeOptions(method, begin);
  if (method.goes_by_model()) {
    begin.model = [&method](const Message& request) { return ModelOf(method, request); };
    begin.output = [&method](const Message& request) { return OutputOf(method, request); };
  }
  begin.operation = [&method](Message& request, const upstream::Runtime& runtime,
                              const gateway::CallContext& context,
                              gateway::Operation::Observer& observer) -> rpc::Begun {
    if (auto known = rpc::CheckOutermost(request); !known) return known.error();
    return NewOperation(method, request, runtime, context, observer);
  };
  return begin;
}

rpc::Kind KindOf(const TypedMethod& method) {
  if (method.form()) return method.streams() ? rpc::Kind::kBidiStream : rpc::Kind::kClientStream;
  return method.streams() ? rpc::Kind::kServerStream : rpc::Kind::kUnary;
}

rpc::EndpointSpec SpecOf(const TypedMethod& method) {
  rpc::EndpointSpec spec;
  spec.service = method.rpc().service()->full_name();
  spec.method = method.rpc().name();
  spec.kind = KindOf(method);
  spec.operation = method.operation();
  if (method.form()) {
    spec.begin_client_stream = BeginForm(method);
  } else {
    spec.begin = BeginTyped(method);
  }
  // What reads, changes or removes something that is stored there uses nothing that has a price.
  spec.booked = method.goes_by_model();
  spec.unmetered = !method.goes_by_model() && !HandsOutAccess(method);
  spec.seldom = true;
  return spec;
}

}  // namespace

std::vector<rpc::EndpointSpec> TypedEndpoints() {
  std::vector<rpc::EndpointSpec> specs;
  for (const auto& method : Methods()) specs.push_back(SpecOf(*method));
  specs.push_back(StreamRunEndpoint(MethodNamed));
  for (rpc::EndpointSpec& spec : WatchEndpoints(MethodNamed)) specs.push_back(std::move(spec));
  return specs;
}

}  // namespace inferwire::endpoints
