// The C++ client of inferwire.
//
//   auto client = inferwire::client::Client::Connect({.target = "127.0.0.1:50051"});
//   auto answer = client->Complete("Say hello");
//   if (answer) std::cout << *answer; else std::cerr << Describe(answer.error());
//
// Every call has a deadline, can be cancelled from another thread, and returns its error as a
// value.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "inferwire/client/answer.h"
#include "inferwire/client/batches.h"
#include "inferwire/client/error.h"
#include "inferwire/client/files.h"
#include "inferwire/client/large_streams.h"
#include "inferwire/client/many.h"
#include "inferwire/client/media.h"
#include "inferwire/client/options.h"
#include "inferwire/client/realtime.h"
#include "inferwire/client/responses.h"
#include "inferwire/client/result.h"
#include "inferwire/client/stream.h"
#include "inferwire/client/text_stream.h"
#include "inferwire/v1/audio_service.pb.h"
#include "inferwire/v1/batches_service.pb.h"
#include "inferwire/v1/chat_service.pb.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/files_service.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/models_service.pb.h"
#include "inferwire/v1/moderations_service.pb.h"
#include "inferwire/v1/raw_service.pb.h"
#include "inferwire/v1/responses_service.pb.h"
#include "inferwire/v1/routes_service.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"
#include "inferwire/v1/usage_service.pb.h"

namespace inferwire::client {

inline constexpr std::string_view kDefaultModel = "gpt-4.1-mini";
inline constexpr std::string_view kDefaultEmbeddingModel = "text-embedding-3-small";
inline constexpr std::string_view kDefaultTextModel = "gpt-3.5-turbo-instruct";
inline constexpr std::string_view kDefaultImageModel = "gpt-image-1";

enum class Health { kUnknown, kServing, kNotServing, kServiceUnknown };

// A request with one user message: the start of most calls.
v1::ChatCompletionParams Ask(std::string_view prompt, std::string_view model = kDefaultModel);
// The same for Respond and StreamResponse.
v1::ResponseParams RespondTo(std::string_view input, std::string_view model = kDefaultModel);

// A connection to one gateway. Thread-safe: share one client, and keep it for the process's life.
// Copies have the same connection; a client that was moved from, too. Calls that are still running
// do not need it to stay alive.
class Client {
 public:
  // Checks the options; the network is touched by the first call.
  static Result<Client> Connect(const ClientOptions& options = {});
  Client(const Client&) noexcept;
  Client& operator=(const Client&) noexcept;
  ~Client();

  // Where the calls go, as gRPC is told.
  const std::string& target() const;

  Result<v1::CompleteResponse> Complete(const v1::CompleteRequest& request,
                                        const CallOptions& options = {});
  // TextOf the answer.
  Result<std::string> Complete(std::string_view prompt, std::string_view model = kDefaultModel,
                               const CallOptions& options = {});

  EventStream Stream(const v1::StreamCompleteRequest& request, const CallOptions& options = {});
  EventStream Stream(std::string_view prompt, std::string_view model = kDefaultModel,
                     const CallOptions& options = {});
  StreamCall Stream(const v1::StreamCompleteRequest& request, StreamHandlers handlers,
                    const CallOptions& options = {});

  ManyCall CompleteMany(const ManyOptions& options = {});

  // A response that failed is an Error. With params.background the answer is the queued response.
  Result<v1::CreateResponseResponse> Respond(const v1::CreateResponseRequest& request,
                                             const CallOptions& options = {});
  // TextOf the response.
  Result<std::string> Respond(std::string_view input, std::string_view model = kDefaultModel,
                              const CallOptions& options = {});
  ResponseStream StreamResponse(const v1::StreamResponseRequest& request,
                                const CallOptions& options = {}, const ResumeOptions& resume = {});
  ResponseStream StreamResponse(std::string_view input, std::string_view model = kDefaultModel,
                                const CallOptions& options = {});
  // The rest of a background response's stream: ResponseStream::resumption() of one that broke.
  ResponseStream StreamResponse(const v1::ResponseResumption& from, const CallOptions& options = {},
                                const ResumeOptions& resume = {});

  Result<v1::EmbedResponse> Embed(const v1::EmbedRequest& request, const CallOptions& options = {});
  // A vector for each text, in their order.
  Result<std::vector<std::vector<float>>> Embed(const std::vector<std::string>& texts,
                                                std::string_view model = kDefaultEmbeddingModel,
                                                const CallOptions& options = {});

  // Each embedding as it arrives, of any number of texts, in upstream's order.
  EmbedStream StreamEmbed(const v1::StreamEmbedRequest& request, const CallOptions& options = {});

  Result<v1::ModerateResponse> Moderate(const v1::ModerateRequest& request,
                                        const CallOptions& options = {});
  // Empty model: the upstream's default one.
  Result<v1::ModerationResult> Moderate(std::string_view text, std::string_view model = {},
                                        const CallOptions& options = {});

  // The API before chats: the prompt's text goes on.
  Result<v1::CompleteTextResponse> CompleteText(const v1::CompleteTextRequest& request,
                                                const CallOptions& options = {});
  Result<std::string> CompleteText(std::string_view prompt,
                                   std::string_view model = kDefaultTextModel,
                                   const CallOptions& options = {});
  TextStream StreamCompleteText(const v1::StreamCompleteTextRequest& request,
                                const CallOptions& options = {});
  TextStream StreamCompleteText(std::string_view prompt, std::string_view model = kDefaultTextModel,
                                const CallOptions& options = {});

  Result<v1::GenerateImagesResponse> GenerateImages(const v1::GenerateImagesRequest& request,
                                                    const CallOptions& options = {});
  Result<v1::ImageResult> GenerateImages(std::string_view prompt,
                                         std::string_view model = kDefaultImageModel,
                                         const CallOptions& options = {});
  // Images, and perhaps a mask, as their sources give them. The header's number of uploads is set
  // here.
  Result<v1::EditImagesResponse> EditImages(v1::EditImagesHeader header,
                                            const std::vector<ImageFile>& files,
                                            const OnSent& on_sent = {},
                                            const CallOptions& options = {});

  // Sound as it is made; take: false ends it. An Error if it was cut.
  Result<v1::SpeakCompleted> Speak(const v1::SpeakRequest& request, const ByteSink& take,
                                   const CallOptions& options = {});
  // A recording goes up as its source gives it.
  Result<v1::TranscribeResponse> Transcribe(const v1::TranscribeHeader& header,
                                            const ByteSource& next, const OnSent& on_sent = {},
                                            const CallOptions& options = {});
  // The same, with the text as it is understood; on_heard: false ends it. An Error if it was cut.
  Result<v1::StreamTranscribeCompleted> StreamTranscribe(const v1::StreamTranscribeHeader& header,
                                                         const ByteSource& next,
                                                         const OnHeard& on_heard,
                                                         const OnSent& on_sent = {},
                                                         const CallOptions& options = {});
  // The same as Transcribe, into English.
  Result<v1::TranslateAudioResponse> TranslateAudio(const v1::TranslateAudioHeader& header,
                                                    const ByteSource& next,
                                                    const OnSent& on_sent = {},
                                                    const CallOptions& options = {});

  // With options.timeout, else two hours, for all of the session.
  RealtimeSession Realtime(const v1::RealtimeStart& start, const CallOptions& options = {});
  RealtimeSession Realtime(std::string_view model = kDefaultRealtimeModel,
                           const CallOptions& options = {});

  // Images of any size; with params.partial_images, previews while they are made.
  ImageStream StreamImages(const v1::StreamGenerateImagesRequest& request,
                           const CallOptions& options = {});

  // Any unary RPC of the gateway's API by its name, with its own messages:
  //   client.CallRpc<v1::GetResponseResponse>("ResponsesService/GetResponse", request)
  // INVALID_ARGUMENT, kInvalidOptions if there is no such RPC, or these are not its messages.
  template <class Response>
  Result<Response> CallRpc(std::string_view method, const google::protobuf::Message& request,
                           const CallOptions& options = {}) {
    Response response;
    if (auto called = CallRpc(method, request, response, options); !called) return called.error();
    return response;
  }
  Result<void> CallRpc(std::string_view method, const google::protobuf::Message& request,
                       google::protobuf::Message& response, const CallOptions& options = {});

  // The same of any RPC that answers a request with a stream. on_message is called with each
  // message, until it gives false, which ends the call:
  //   client.StreamRpc<v1::WatchResponseResponse>("ResponsesService/WatchResponse", request, ...)
  // A stream that breaks ends with its error, and so does one of an answer that lacks its
  // `completed`.
  template <class Response>
  Result<void> StreamRpc(std::string_view method, const google::protobuf::Message& request,
                         const std::function<bool(const Response& message)>& on_message,
                         const CallOptions& options = {}) {
    Response message;
    return StreamRpc(
        method, request, message, [&] { return on_message(message); }, options);
  }
  Result<void> StreamRpc(std::string_view method, const google::protobuf::Message& request,
                         google::protobuf::Message& message,
                         const std::function<bool()>& on_message, const CallOptions& options = {});

  // Any path that the server allows. An HTTP error status is a value here, not an Error.
  Result<v1::InvokeResponse> Invoke(const v1::InvokeRequest& request,
                                    const CallOptions& options = {});
  RawStream StreamInvoke(const v1::StreamInvokeRequest& request, const CallOptions& options = {});

  // The bytes go as the source gives them and the gateway takes them.
  Result<v1::UploadFileResponse> UploadFile(const UploadOptions& upload, const ByteSource& next,
                                            const CallOptions& options = {});
  Result<v1::File> GetFile(const std::string& file_id, const std::string& upstream = {},
                           const CallOptions& options = {});
  Result<v1::ListFilesResponse> ListFiles(const v1::ListFilesRequest& request = {},
                                          const CallOptions& options = {});
  Result<void> DeleteFile(const std::string& file_id, const std::string& upstream = {},
                          const CallOptions& options = {});
  // The file's size, once the last byte was taken. Goes on by itself if the connection breaks.
  Result<std::int64_t> DownloadFile(const std::string& file_id, const ByteSink& take,
                                    const DownloadOptions& download = {},
                                    const CallOptions& options = {});

  // With a request_id in the header, the same items may be sent again after any failure: there
  // will be one batch.
  Result<v1::CreateBatchResponse> CreateBatch(const v1::BatchHeader& header, const BatchItems& next,
                                              const CallOptions& options = {});
  Result<v1::CreateBatchResponse> CreateBatch(const v1::BatchHeader& header,
                                              std::vector<v1::BatchItem> items,
                                              const CallOptions& options = {});
  Result<v1::Batch> GetBatch(const std::string& batch_id, const CallOptions& options = {});
  Result<v1::ListBatchesResponse> ListBatches(const v1::ListBatchesRequest& request = {},
                                              const CallOptions& options = {});
  Result<v1::Batch> CancelBatch(const std::string& batch_id, const CallOptions& options = {});
  // Of a batch that has ended: its items, its results, and its files at the upstream.
  Result<void> DeleteBatch(const std::string& batch_id, const CallOptions& options = {});
  // Returns the batch once it has ended, however that was.
  Result<v1::Batch> WatchBatch(const std::string& batch_id,
                               const std::function<void(const v1::Batch&)>& on_change = {},
                               const PatientOptions& options = {});
  BatchResultStream BatchResults(const std::string& batch_id, const ResultsOptions& options = {});

  // The models that the gateway serves, their prices, limits and abilities. No provider is called.
  Result<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request = {},
                                            const CallOptions& options = {});
  Result<v1::GetModelResponse> GetModel(const v1::GetModelRequest& request,
                                        const CallOptions& options = {});
  Result<v1::CompareModelsResponse> CompareModels(const v1::CompareModelsRequest& request,
                                                  const CallOptions& options = {});
  // What a request would cost and whether it would be refused; sends nothing to the provider.
  Result<v1::EstimateResponse> Estimate(const v1::EstimateRequest& request,
                                        const CallOptions& options = {});

  // Where requests go and why, as the gateway that answers sees it. Nothing is sent to a provider.
  Result<v1::ListRoutesResponse> ListRoutes(const v1::ListRoutesRequest& request = {},
                                            const CallOptions& options = {});
  Result<v1::ExplainRouteResponse> ExplainRoute(const v1::ExplainRouteRequest& request,
                                                const CallOptions& options = {});
  // For operators, where the gateway's configuration allows it (server.route_admin).
  Result<v1::DrainResponse> Drain(const v1::DrainRequest& request, const CallOptions& options = {});
  Result<v1::UndrainResponse> Undrain(const v1::UndrainRequest& request,
                                      const CallOptions& options = {});
  Result<v1::ResetResponse> Reset(const v1::ResetRequest& request, const CallOptions& options = {});

  // Who the gateway takes the caller for, and what is left of its limits.
  Result<v1::GetLimitsResponse> GetLimits(const v1::GetLimitsRequest& request = {},
                                          const CallOptions& options = {});
  // What was used: one page; next_page_token of the answer is for the next one.
  Result<v1::QueryUsageResponse> QueryUsage(const v1::QueryUsageRequest& request,
                                            const CallOptions& options = {});
  // Every row, by the hour. take: false ends it; the resume_token of what it had last is where
  // another export goes on.
  Result<void> ExportUsage(const v1::ExportUsageRequest& request,
                           const std::function<bool(v1::ExportUsageResponse&)>& take,
                           const CallOptions& options = {});

  // grpc.health.v1; "" asks for the server as a whole.
  Result<Health> CheckHealth(std::string_view service = "", const CallOptions& options = {});

 private:
  struct State;
  explicit Client(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace inferwire::client
