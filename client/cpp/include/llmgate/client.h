// The C++ client of llmgate.
//
//   auto client = llmgate::client::Client::Connect({.target = "127.0.0.1:50051"});
//   auto answer = client->Complete("Say hello");
//   if (answer) std::cout << *answer; else std::cerr << Describe(answer.error());
//
// Every call has a deadline, can be cancelled from another thread, and returns its error as a
// value.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "llmgate/client/error.h"
#include "llmgate/client/many.h"
#include "llmgate/client/options.h"
#include "llmgate/client/result.h"
#include "llmgate/client/stream.h"
#include "llmgate/v1/chat_service.pb.h"
#include "llmgate/v1/models_service.pb.h"
#include "llmgate/v1/raw_service.pb.h"

namespace llmgate::client {

inline constexpr std::string_view kDefaultModel = "gpt-4.1-mini";

enum class Health { kUnknown, kServing, kNotServing, kServiceUnknown };

// A request with one user message: the start of most calls.
v1::ChatCompletionParams Ask(std::string_view prompt, std::string_view model = kDefaultModel);

// A connection to one gateway. Thread-safe: share one client, and keep it for the process's life.
// Calls that are still running do not need it to stay alive.
class Client {
 public:
  // Checks the options; the network is touched by the first call.
  static Result<Client> Connect(const ClientOptions& options = {});
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  Result<v1::CompleteResponse> Complete(const v1::CompleteRequest& request,
                                        const CallOptions& options = {});
  // The text of the first choice; what the model refused with, if it refused.
  Result<std::string> Complete(std::string_view prompt, std::string_view model = kDefaultModel,
                               const CallOptions& options = {});

  EventStream Stream(const v1::StreamCompleteRequest& request, const CallOptions& options = {});
  EventStream Stream(std::string_view prompt, std::string_view model = kDefaultModel,
                     const CallOptions& options = {});
  StreamCall Stream(const v1::StreamCompleteRequest& request, StreamHandlers handlers,
                    const CallOptions& options = {});

  ManyCall CompleteMany(const ManyOptions& options = {});

  // Any path that the server allows. An HTTP error status is a value here, not an Error.
  Result<v1::InvokeResponse> Invoke(const v1::InvokeRequest& request,
                                    const CallOptions& options = {});
  RawStream StreamInvoke(const v1::StreamInvokeRequest& request, const CallOptions& options = {});

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

  // grpc.health.v1; "" asks for the server as a whole.
  Result<Health> CheckHealth(std::string_view service = "", const CallOptions& options = {});

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace llmgate::client
