#include "rpc/services.h"

#include <utility>

#include "models/operations.h"
#include "openai/chat.h"
#include "openai/files.h"
#include "openai/raw.h"
#include "rpc/acceptor.h"
#include "rpc/many_call.h"

namespace inferwire::rpc {
namespace {

constexpr std::string_view kChatService = "inferwire.v1.ChatService";
constexpr std::string_view kFilesService = "inferwire.v1.FilesService";
constexpr std::string_view kRawService = "inferwire.v1.RawService";
constexpr std::string_view kModelsService = "inferwire.v1.ModelsService";

Endpoint CompleteEndpoint(Metrics& metrics) {
  return {kChatService,
          "Complete",
          "unary",
          "chat",
          false,
          metrics.Rpc("unary", kChatService, "Complete"),
          metrics.Operation("chat"),
          NewRequest<v1::CompleteRequest>,
          [](const Message& request) -> std::string_view {
            return static_cast<const v1::CompleteRequest&>(request).params().model();
          },
          [](Message& message, const openai::Runtime& runtime, const openai::CallContext& context,
             openai::Operation::Sink& sink) -> Begun {
            if (auto known = CheckOutermost(message); !known) return known.error();
            auto& request = static_cast<v1::CompleteRequest&>(message);
            return openai::NewChatCompletion(*request.mutable_params(), request.options(), runtime,
                                             context, sink);
          }};
}

Endpoint StreamCompleteEndpoint(Metrics& metrics) {
  return {kChatService,
          "StreamComplete",
          "server_stream",
          "chat",
          true,
          metrics.Rpc("server_stream", kChatService, "StreamComplete"),
          metrics.Operation("chat"),
          NewRequest<v1::StreamCompleteRequest>,
          [](const Message& request) -> std::string_view {
            return static_cast<const v1::StreamCompleteRequest&>(request).params().model();
          },
          [](Message& message, const openai::Runtime& runtime, const openai::CallContext& context,
             openai::Operation::Sink& sink) -> Begun {
            if (auto known = CheckOutermost(message); !known) return known.error();
            auto& request = static_cast<v1::StreamCompleteRequest&>(message);
            return openai::NewChatStream(*request.mutable_params(), request.options(),
                                         request.stream(), runtime, context, sink);
          }};
}

// Served by ManyCall, which makes its own operations.
Endpoint CompleteManyEndpoint(Metrics& metrics) {
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
Endpoint RawEndpoint(std::string_view method, std::string_view type, bool streams,
                     Metrics& metrics) {
  return {kRawService,
          method,
          type,
          "raw",
          streams,
          metrics.Rpc(type, kRawService, method),
          metrics.Operation("raw"),
          NewRequest<Request>,
          [](const Message&) -> std::string_view { return ""; },
          [](Message& message, const openai::Runtime& runtime, const openai::CallContext& context,
             openai::Operation::Sink& sink) -> Begun {
            if (auto known = CheckOutermost(message); !known) return known.error();
            auto& request = static_cast<Request&>(message);
            return New(*request.mutable_call(), request.options(), runtime, context, sink);
          }};
}

template <class Request>
Endpoint ModelsEndpoint(std::string_view method,
                        Begun (*begin)(Request&, const openai::Runtime&, const openai::CallContext&,
                                       openai::Operation::Sink&),
                        Metrics& metrics) {
  Endpoint endpoint{
      kModelsService,
      method,
      "unary",
      "models",
      false,
      metrics.Rpc("unary", kModelsService, method),
      metrics.Operation("models"),
      NewRequest<std::remove_const_t<Request>>,
      [](const Message&) -> std::string_view { return ""; },
      [begin](Message& message, const openai::Runtime& runtime, const openai::CallContext& context,
              openai::Operation::Sink& sink) -> Begun {
        return begin(static_cast<Request&>(message), runtime, context, sink);
      }};
  endpoint.answered_here = true;
  return endpoint;
}

template <class Request, auto New>
Endpoint FilesEndpoint(std::string_view method, std::string_view type, bool streams,
                       Metrics& metrics) {
  return {kFilesService,
          method,
          type,
          "files",
          streams,
          metrics.Rpc(type, kFilesService, method),
          metrics.Operation("files"),
          NewRequest<Request>,
          [](const Message&) -> std::string_view { return ""; },
          [](Message& message, const openai::Runtime& runtime, const openai::CallContext& context,
             openai::Operation::Sink& sink) -> Begun {
            if (auto known = CheckOutermost(message); !known) return known.error();
            return New(static_cast<const Request&>(message), runtime, context, sink);
          }};
}

Endpoint UploadFileEndpoint(Metrics& metrics) {
  Endpoint endpoint{kFilesService,
                    "UploadFile",
                    "client_stream",
                    "files",
                    true,
                    metrics.Rpc("client_stream", kFilesService, "UploadFile"),
                    metrics.Operation("files"),
                    NewRequest<v1::UploadFileRequest>,
                    {}};
  endpoint.begin_intake =
      [](const openai::Runtime& runtime, const openai::CallContext& context,
         openai::Intake::Sink& sink) -> Result<std::unique_ptr<openai::Intake>> {
    return openai::NewFileUpload(runtime, context, sink);
  };
  return endpoint;
}

}  // namespace

Services::Services(Metrics& metrics)
    : complete_(CompleteEndpoint(metrics)),
      stream_complete_(StreamCompleteEndpoint(metrics)),
      complete_many_(CompleteManyEndpoint(metrics)),
      invoke_(
          RawEndpoint<v1::InvokeRequest, openai::NewRawCall>("Invoke", "unary", false, metrics)),
      stream_invoke_(RawEndpoint<v1::StreamInvokeRequest, openai::NewRawStream>(
          "StreamInvoke", "server_stream", true, metrics)),
      list_models_(ModelsEndpoint("ListModels", models::NewListModels, metrics)),
      get_model_(ModelsEndpoint("GetModel", models::NewGetModel, metrics)),
      compare_models_(ModelsEndpoint("CompareModels", models::NewCompareModels, metrics)),
      estimate_(ModelsEndpoint("Estimate", models::NewEstimate, metrics)),
      upload_file_(UploadFileEndpoint(metrics)),
      get_file_(FilesEndpoint<v1::GetFileRequest, openai::NewGetFile>("GetFile", "unary", false,
                                                                      metrics)),
      list_files_(FilesEndpoint<v1::ListFilesRequest, openai::NewListFiles>("ListFiles", "unary",
                                                                            false, metrics)),
      delete_file_(FilesEndpoint<v1::DeleteFileRequest, openai::NewDeleteFile>(
          "DeleteFile", "unary", false, metrics)),
      download_file_(FilesEndpoint<v1::DownloadFileRequest, openai::NewFileDownload>(
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

void Services::Accept(Loop& loop) {
  acceptors_.push_back(AcceptSingle<UnaryWire>(loop, complete_, chat_, &Chat::RequestComplete));
  acceptors_.push_back(
      AcceptSingle<WriterWire>(loop, stream_complete_, chat_, &Chat::RequestStreamComplete));
  acceptors_.push_back(AcceptSingle<UnaryWire>(loop, invoke_, raw_, &Raw::RequestInvoke));
  acceptors_.push_back(
      AcceptSingle<WriterWire>(loop, stream_invoke_, raw_, &Raw::RequestStreamInvoke));
  acceptors_.push_back(
      AcceptSingle<UnaryWire>(loop, list_models_, models_, &Models::RequestListModels));
  acceptors_.push_back(
      AcceptSingle<UnaryWire>(loop, get_model_, models_, &Models::RequestGetModel));
  acceptors_.push_back(
      AcceptSingle<UnaryWire>(loop, compare_models_, models_, &Models::RequestCompareModels));
  acceptors_.push_back(AcceptSingle<UnaryWire>(loop, estimate_, models_, &Models::RequestEstimate));
  acceptors_.push_back(std::make_unique<Acceptor<ReaderWriterWire>>(
      loop, complete_many_,
      [this](ReaderWriterWire& wire, Loop& on, Tag& tag) {
        chat_.RequestCompleteMany(&wire.context(), &wire.responder(), &on.queue(), &on.queue(),
                                  &tag);
      },
      &ManyCall::Serve));
  AcceptFiles(loop);
  batches_.Accept(loop, acceptors_);
}

void Services::AcceptFiles(Loop& loop) {
  acceptors_.push_back(AcceptIntake(loop, upload_file_, files_, &Files::RequestUploadFile));
  acceptors_.push_back(AcceptSingle<UnaryWire>(loop, get_file_, files_, &Files::RequestGetFile));
  acceptors_.push_back(
      AcceptSingle<UnaryWire>(loop, list_files_, files_, &Files::RequestListFiles));
  acceptors_.push_back(
      AcceptSingle<UnaryWire>(loop, delete_file_, files_, &Files::RequestDeleteFile));
  acceptors_.push_back(
      AcceptSingle<WriterWire>(loop, download_file_, files_, &Files::RequestDownloadFile));
}

}  // namespace inferwire::rpc
