// Any unary RPC, and any that answers with a stream, by its name.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <optional>
#include <string>

#include "client_state.h"
#include "stream_source.h"

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
                           const Message& request, const Message& response, bool streams) {
  const std::string name(method);
  if (found == nullptr) return InvalidCall("there is no RPC " + name);
  if (found->client_streaming()) {
    return InvalidCall(name + " is sent a stream: it has a function of its own");
  }
  if (found->server_streaming() != streams) {
    return InvalidCall(name + (streams ? " answers once: it goes by CallRpc"
                                       : " answers with a stream: it goes by StreamRpc"));
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

// What a call by name needs beside its messages.
struct Prepared {
  std::string path;
  std::unique_ptr<Message> with_key;  // null: the request as it is
  bool has_options = false;
};

Result<Prepared> Prepare(std::string_view method, const Message& request, const Message& response,
                         bool streams, const CallOptions& options) {
  const MethodDescriptor* const found = Find(method);
  if (auto error = Check(found, method, request, response, streams)) return *std::move(error);
  const FieldDescriptor* const field = OptionsOf(*found);
  Prepared prepared;
  prepared.path = "/" + found->service()->full_name() + "/" + found->name();
  prepared.has_options = field != nullptr;
  if (options.idempotency_key.empty()) return prepared;
  if (field == nullptr) return InvalidCall(std::string(method) + " takes no idempotency_key");
  prepared.with_key = WithKey(request, *field, options.idempotency_key);
  return prepared;
}

}  // namespace

Result<void> Client::CallRpc(std::string_view method, const Message& request, Message& response,
                             const CallOptions& options) {
  auto prepared = Prepare(method, request, response, /*streams=*/false, options);
  if (!prepared) return prepared.error();
  const auto usual =
      prepared->has_options ? state_->defaults.timeout : state_->defaults.read_timeout;
  Call call(state_->defaults, options.timeout.value_or(usual), options.cancellation);
  // As generated stubs do it; those of ten services would only be larger.
  const grpc::internal::RpcMethod rpc(prepared->path.c_str(),
                                      grpc::internal::RpcMethod::NORMAL_RPC);
  const Message& sent = prepared->with_key ? *prepared->with_key : request;
  return ToResult(
      grpc::internal::BlockingUnaryCall<MessageLite, MessageLite, MessageLite, MessageLite>(
          state_->channel.get(), rpc, &call.context(), sent, &response));
}

Result<void> Client::StreamRpc(std::string_view method, const Message& request, Message& message,
                               const std::function<bool()>& on_message,
                               const CallOptions& options) {
  auto prepared = Prepare(method, request, message, /*streams=*/true, options);
  if (!prepared) return prepared.error();
  Call call(state_->defaults, options);
  const grpc::internal::RpcMethod rpc(prepared->path.c_str(),
                                      grpc::internal::RpcMethod::SERVER_STREAMING);
  const MessageLite& sent = prepared->with_key ? *prepared->with_key : request;
  const std::unique_ptr<grpc::ClientReader<MessageLite>> reader(
      grpc::internal::ClientReaderFactory<MessageLite>::Create(state_->channel.get(), rpc,
                                                               &call.context(), sent));
  // Streams of answers end with `completed`; others may end with any message.
  const FieldDescriptor* const completed = message.GetDescriptor()->FindFieldByName("completed");
  bool left = false, complete = completed == nullptr;
  while (reader->Read(&message)) {
    complete = complete || message.GetReflection()->HasField(message, completed);
    if (left || on_message()) continue;
    left = true;
    call.Cancel();
  }
  auto ended = ToResult(reader->Finish());
  if (left) return {};
  if (ended && !complete) return Truncated();
  return ended;
}

}  // namespace inferwire::client
