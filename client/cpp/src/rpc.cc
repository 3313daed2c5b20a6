// Any unary RPC by its name.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/rpc_method.h>

#include <memory>
#include <optional>
#include <string>

#include "client_state.h"

namespace inferwire::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageLite;
using google::protobuf::MethodDescriptor;

constexpr std::string_view kPackage = "inferwire.v1.";

Error InvalidCall(const std::string& message) {
  return ClientError(grpc::StatusCode::INVALID_ARGUMENT, kInvalidOptions, message);
}

// ResponsesService/GetResponse, with or without the package and the slash in front.
const MethodDescriptor* Find(std::string_view method) {
  if (method.starts_with('/')) method.remove_prefix(1);
  std::string name(method);
  if (const auto slash = name.find('/'); slash != std::string::npos) name[slash] = '.';
  if (!name.starts_with(kPackage)) name.insert(0, kPackage);
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
}

std::optional<Error> Check(const MethodDescriptor* found, std::string_view method,
                           const Message& request, const Message& response) {
  const std::string name(method);
  if (found == nullptr) return InvalidCall("there is no RPC " + name);
  if (found->client_streaming() || found->server_streaming()) {
    return InvalidCall(name + " is a stream: it has a function of its own");
  }
  if (request.GetDescriptor() != found->input_type()) {
    return InvalidCall(name + " takes " + found->input_type()->full_name() + ", not " +
                       request.GetDescriptor()->full_name());
  }
  if (response.GetDescriptor() != found->output_type()) {
    return InvalidCall(name + " gives " + found->output_type()->full_name() + ", not " +
                       response.GetDescriptor()->full_name());
  }
  return std::nullopt;
}

// Those of the gateway's: whoever has them makes a model work.
const FieldDescriptor* OptionsOf(const MethodDescriptor& method) {
  const FieldDescriptor* const field = method.input_type()->FindFieldByName("options");
  const bool is = field != nullptr && field->message_type() == v1::CallOptions::descriptor();
  return is ? field : nullptr;
}

std::unique_ptr<Message> WithKey(const Message& request, const FieldDescriptor& field,
                                 const std::string& key) {
  std::unique_ptr<Message> with(request.New());
  with->CopyFrom(request);
  auto* const options = with->GetReflection()->MutableMessage(with.get(), &field);
  static_cast<v1::CallOptions*>(options)->set_idempotency_key(key);
  return with;
}

}  // namespace

Result<void> Client::CallRpc(std::string_view method, const Message& request, Message& response,
                             const CallOptions& options) {
  const MethodDescriptor* const found = Find(method);
  if (auto error = Check(found, method, request, response)) return *std::move(error);
  const FieldDescriptor* const field = OptionsOf(*found);
  std::unique_ptr<Message> with_key;
  if (!options.idempotency_key.empty()) {
    if (field == nullptr) return InvalidCall(std::string(method) + " takes no idempotency_key");
    with_key = WithKey(request, *field, options.idempotency_key);
  }
  const auto usual = field ? state_->defaults.timeout : state_->defaults.read_timeout;
  Call call(state_->defaults, options.timeout.value_or(usual), options.cancellation);
  const std::string path = "/" + found->service()->full_name() + "/" + found->name();
  // As generated stubs do it; those of ten services would only be larger.
  const grpc::internal::RpcMethod rpc(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
  return ToResult(
      grpc::internal::BlockingUnaryCall<MessageLite, MessageLite, MessageLite, MessageLite>(
          state_->channel.get(), rpc, &call.context(), with_key ? *with_key : request, &response));
}

}  // namespace inferwire::client
