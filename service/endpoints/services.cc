#include "endpoints/services.h"

#include <utility>

#include "endpoints/chat/chat.h"
#include "endpoints/chat/many_call.h"
#include "endpoints/files/files.h"
#include "endpoints/models/operations.h"
#include "endpoints/raw/raw.h"
#include "rpc/acceptor.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kChatService = "inferwire.v1.ChatService";
constexpr std::string_view kFilesService = "inferwire.v1.FilesService";
constexpr std::string_view kRawService = "inferwire.v1.RawService";
constexpr std::string_view kModelsService = "inferwire.v1.ModelsService";

rpc::Endpoint CompleteEndpoint(telemetry::Metrics& metrics) {
  return {kChatService,
          "Complete",
          "unary",
          "chat",
          false,
          metrics.Rpc("unary", kChatService, "Complete"),
          metrics.Operation("chat"),
          rpc::NewRequest<v1::CompleteRequest>,
          [](const rpc::Message& request) -> std::string_view {
            return static_cast<const v1::CompleteRequest&>(request).params().model();
          },
          [](rpc::Message& message, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Sink& sink) -> Begun {
            if (auto known = rpc::CheckOutermost(message); !known) return known.error();
            auto& request = static_cast<v1::CompleteRequest&>(message);
            return NewChatCompletion(*request.mutable_params(), request.options(), runtime, context,
                                     sink);
          }};
}

rpc::Endpoint StreamCompleteEndpoint(telemetry::Metrics& metrics) {
  return {kChatService,
          "StreamComplete",
          "server_stream",
          "chat",
          true,
          metrics.Rpc("server_stream", kChatService, "StreamComplete"),
          metrics.Operation("chat"),
          rpc::NewRequest<v1::StreamCompleteRequest>,
          [](const rpc::Message& request) -> std::string_view {
            return static_cast<const v1::StreamCompleteRequest&>(request).params().model();
          },
          [](rpc::Message& message, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Sink& sink) -> Begun {
            if (auto known = rpc::CheckOutermost(message); !known) return known.error();
            auto& request = static_cast<v1::StreamCompleteRequest&>(message);
            return NewChatStream(*request.mutable_params(), request.options(), request.stream(),
                                 runtime, context, sink);
          }};
}

// Served by ManyCall, which makes its own operations.
rpc::Endpoint CompleteManyEndpoint(telemetry::Metrics& metrics) {
  return {kChatService,
          "CompleteMany",
          "bidi_stream",
          "chat",
          true,
          metrics.Rpc("bidi_stream", kChatService, "CompleteMany"),
          metrics.Operation("chat"),
          {},
          {},
          {}};
}

template <class Request, auto New>
rpc::Endpoint RawEndpoint(std::string_view method, std::string_view type, bool streams,
                          telemetry::Metrics& metrics) {
  return {kRawService,
          method,
          type,
          "raw",
          streams,
          metrics.Rpc(type, kRawService, method),
          metrics.Operation("raw"),
          rpc::NewRequest<Request>,
          [](const rpc::Message&) -> std::string_view { return ""; },
          [](rpc::Message& message, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Sink& sink) -> Begun {
            if (auto known = rpc::CheckOutermost(message); !known) return known.error();
            auto& request = static_cast<Request&>(message);
            return New(*request.mutable_call(), request.options(), runtime, context, sink);
          }};
}

template <class Request>
rpc::Endpoint ModelsEndpoint(std::string_view method,
                             rpc::Begun (*begin)(Request&, const upstream::Runtime&,
                                                 const gateway::CallContext&,
                                                 gateway::Operation::Sink&),
                             telemetry::Metrics& metrics) {
  rpc::Endpoint endpoint{
      kModelsService,
      method,
      "unary",
      "models",
      false,
      metrics.Rpc("unary", kModelsService, method),
      metrics.Operation("models"),
      rpc::NewRequest<std::remove_const_t<Request>>,
      [](const rpc::Message&) -> std::string_view { return ""; },
      [begin](rpc::Message& message, const upstream::Runtime& runtime,
              const gateway::CallContext& context, gateway::Operation::Sink& sink) -> Begun {
        return begin(static_cast<Request&>(message), runtime, context, sink);
      }};
  endpoint.answered_here = true;
  return endpoint;
}

template <class Request, auto New>
rpc::Endpoint FilesEndpoint(std::string_view method, std::string_view type, bool streams,
                            telemetry::Metrics& metrics) {
  return {kFilesService,
          method,
          type,
          "files",
          streams,
          metrics.Rpc(type, kFilesService, method),
          metrics.Operation("files"),
          rpc::NewRequest<Request>,
          [](const rpc::Message&) -> std::string_view { return ""; },
          [](rpc::Message& message, const upstream::Runtime& runtime,
             const gateway::CallContext& context, gateway::Operation::Sink& sink) -> Begun {
            if (auto known = rpc::CheckOutermost(message); !known) return known.error();
            return New(static_cast<const Request&>(message), runtime, context, sink);
          }};
}

rpc::Endpoint UploadFileEndpoint(telemetry::Metrics& metrics) {
  rpc::Endpoint endpoint{kFilesService,
                         "UploadFile",
                         "client_stream",
                         "files",
                         true,
                         metrics.Rpc("client_stream", kFilesService, "UploadFile"),
                         metrics.Operation("files"),
                         rpc::NewRequest<v1::UploadFileRequest>,
                         {}};
  endpoint.begin_client_stream =
      [](const upstream::Runtime& runtime, const gateway::CallContext& context,
         gateway::ClientStream::Sink& sink) -> Result<std::unique_ptr<gateway::ClientStream>> {
    return NewFileUpload(runtime, context, sink);
  };
  return endpoint;
}

}  // namespace

Services::Services(telemetry::Metrics& metrics)
    : complete_(CompleteEndpoint(metrics)),
      stream_complete_(StreamCompleteEndpoint(metrics)),
      complete_many_(CompleteManyEndpoint(metrics)),
      invoke_(RawEndpoint<v1::InvokeRequest, NewRawCall>("Invoke", "unary", false, metrics)),
      stream_invoke_(RawEndpoint<v1::StreamInvokeRequest, NewRawStream>(
          "StreamInvoke", "server_stream", true, metrics)),
      list_models_(ModelsEndpoint("ListModels", NewListModels, metrics)),
      get_model_(ModelsEndpoint("GetModel", NewGetModel, metrics)),
      compare_models_(ModelsEndpoint("CompareModels", NewCompareModels, metrics)),
      estimate_(ModelsEndpoint("Estimate", NewEstimate, metrics)),
      upload_file_(UploadFileEndpoint(metrics)),
      get_file_(FilesEndpoint<v1::GetFileRequest, NewGetFile>("GetFile", "unary", false, metrics)),
      list_files_(
          FilesEndpoint<v1::ListFilesRequest, NewListFiles>("ListFiles", "unary", false, metrics)),
      delete_file_(FilesEndpoint<v1::DeleteFileRequest, NewDeleteFile>("DeleteFile", "unary", false,
                                                                       metrics)),
      download_file_(FilesEndpoint<v1::DownloadFileRequest, NewFileDownload>(
          "DownloadFile", "server_stream", true, metrics)),
      batches_(metrics) {}

Services::~Services() = default;

std::vector<std::string> Services::Names() {
  return {std::string(kChatService), std::string(kFilesService), std::string(kRawService),
          std::string(kModelsService), std::string(BatchService::kName)};
}

void Services::Register(grpc::ServerBuilder& builder) {
  builder.RegisterService(&chat_);
  builder.RegisterService(&raw_);
  builder.RegisterService(&models_);
  builder.RegisterService(&files_);
  batches_.Register(builder);
}

void Services::Accept(rpc::Loop& loop) {
  acceptors_.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, complete_, chat_, &Chat::RequestComplete));
  acceptors_.push_back(rpc::AcceptSingle<rpc::WriterWire>(loop, stream_complete_, chat_,
                                                          &Chat::RequestStreamComplete));
  acceptors_.push_back(rpc::AcceptSingle<rpc::UnaryWire>(loop, invoke_, raw_, &Raw::RequestInvoke));
  acceptors_.push_back(
      rpc::AcceptSingle<rpc::WriterWire>(loop, stream_invoke_, raw_, &Raw::RequestStreamInvoke));
  acceptors_.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, list_models_, models_, &Models::RequestListModels));
  acceptors_.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, get_model_, models_, &Models::RequestGetModel));
  acceptors_.push_back(rpc::AcceptSingle<rpc::UnaryWire>(loop, compare_models_, models_,
                                                         &Models::RequestCompareModels));
  acceptors_.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, estimate_, models_, &Models::RequestEstimate));
  acceptors_.push_back(std::make_unique<rpc::Acceptor<rpc::ReaderWriterWire>>(
      loop, complete_many_,
      [this](rpc::ReaderWriterWire& wire, rpc::Loop& on, rpc::Tag& tag) {
        chat_.RequestCompleteMany(&wire.context(), &wire.responder(), &on.queue(), &on.queue(),
                                  &tag);
      },
      &ManyCall::Serve));
  AcceptFiles(loop);
  batches_.Accept(loop, acceptors_);
}

void Services::AcceptFiles(rpc::Loop& loop) {
  acceptors_.push_back(
      rpc::AcceptClientStream(loop, upload_file_, files_, &Files::RequestUploadFile));
  acceptors_.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, get_file_, files_, &Files::RequestGetFile));
  acceptors_.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, list_files_, files_, &Files::RequestListFiles));
  acceptors_.push_back(
      rpc::AcceptSingle<rpc::UnaryWire>(loop, delete_file_, files_, &Files::RequestDeleteFile));
  acceptors_.push_back(rpc::AcceptSingle<rpc::WriterWire>(loop, download_file_, files_,
                                                          &Files::RequestDownloadFile));
}

}  // namespace inferwire::endpoints
