#include "call.h"

#include <chrono>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "report.h"
#include "rpc.h"
#include "stored.h"
#include "talk.h"
#include "task.h"
#include "upload.h"

namespace inferwire::clients {
namespace {

using client::Client;
using client::Event;

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

json Complete(Client& client, const json& task) {
  const auto response = client.Complete(UnaryRequest(task), Options(task));
  if (!response) return {{"error", SeenError(response.error())}};
  json seen = SeenCompletion(response->completion());
  seen["gateway"] = SeenGateway(response->gateway());
  return seen;
}

json CompleteText(Client& client, const json& task) {
  const auto text =
      client.Complete(task.at("prompt").get<std::string>(), task.at("model").get<std::string>());
  if (!text) return {{"error", SeenError(text.error())}};
  return SeenText(*text);
}

void Pause(const json& task) {
  std::cout << json{{"paused", task.at("name")}}.dump() << std::endl;
  std::string go;
  std::getline(std::cin, go);
}

void OnEvent(const Event& event, json& seen) {
  switch (event.message.event_case()) {
    case v1::StreamCompleteResponse::kStarted:
      seen["events"]["started"] = seen["events"].value("started", 0) + 1;
      break;
    case v1::StreamCompleteResponse::kChunk:
      seen["events"]["chunk"] = seen["events"].value("chunk", 0) + 1;
      break;
    case v1::StreamCompleteResponse::kCompleted:
      seen["events"]["completed"] = seen["events"].value("completed", 0) + 1;
      break;
    default:
      break;
  }
  for (const auto& choice : event.message.chunk().choices()) {
    if (choice.finish_reason() == v1::FINISH_REASON_UNSPECIFIED) continue;
    seen["finish"] = v1::FinishReason_Name(choice.finish_reason());
  }
  if (!event.message.has_completed()) return;
  const auto& done = event.message.completed();
  seen["usage"] = SeenUsage(done.usage());
  seen["gateway"] = SeenGateway(done.gateway());
  if (done.has_completion()) seen["accumulated"] = SeenCompletion(done.completion());
}

json Stream(Client& client, const json& task) {
  json seen = {{"events", json::object()}, {"left", false}};
  std::string text;
  int pieces = 0;
  auto stream = client.Stream(StreamRequest(task), Options(task));
  for (const Event& event : stream) {
    OnEvent(event, seen);
    text += event.text();
    if (event.text().empty()) continue;
    if (++pieces == task.value("pause_after", 0)) Pause(task);
    if (pieces == task.value("leave_after", 0)) {
      seen["left"] = true;
      break;
    }
  }
  if (seen["left"] == false && !stream.status()) seen["error"] = SeenError(stream.status().error());
  seen.update(SeenText(text));
  return seen;
}

json Many(Client& client, const json& task) {
  json seen = {{"results", json::object()}, {"chunks", 0}};
  int highest = 0, results = 0;
  client::ManyOptions options;
  options.max_in_flight = task.value("max_in_flight", 0);
  options.stream_chunks = task.value("stream_chunks", false);
  options.timeout = Options(task).timeout;
  Parse(task, "options", options.default_options);
  std::stop_source stop;  // C++ has no loop to leave: this is how a caller ends a fan-out
  options.cancellation = stop.get_token();
  std::vector<v1::CompleteManyItem> items;
  for (const auto& item : task.at("items")) {
    auto& message = items.emplace_back();
    Parse({{"item", item}}, "item", message);
  }
  auto many = client.CompleteMany(options);
  const auto outcome = many.Run(
      items,
      {.on_result =
           [&](const v1::CompleteManyResult& result) {
             if (++results == task.value("leave_after", 0)) stop.request_stop();
             seen["results"][result.item_id()].push_back(
                 result.has_error() ? SeenError(client::FromRpcStatus(result.error()))
                                    : SeenCompletion(result.completion()));
             for (const auto& id : task.value("cancel_after_first_result", json::array())) {
               many.CancelItem(id);
             }
           },
       .on_chunk =
           [&](const v1::CompleteManyChunk&) { seen["chunks"] = seen["chunks"].get<int>() + 1; },
       .on_progress =
           [&](const client::ManyProgress& progress) {
             highest = std::max(highest, static_cast<int>(progress.in_flight));
             seen["progress"] = SeenProgress(progress);
           }});
  seen["highest_in_flight"] = highest;
  seen["results_seen"] = results;
  if (outcome.status) {
    const auto& summary = outcome.summary;
    seen["summary"] = {{"succeeded", summary.succeeded()},
                       {"failed", summary.failed()},
                       {"cancelled", summary.cancelled()},
                       {"total_tokens", summary.usage().total_tokens()}};
  } else if (!stop.stop_requested()) {
    seen["error"] = SeenError(outcome.status.error());
    seen["error"]["unfinished"] = outcome.unfinished;
  }
  return seen;
}

json Health(Client& client, const json& task) {
  constexpr const char* kNames[] = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
  const auto health = client.CheckHealth(task.value("service", ""));
  if (!health) return {{"error", SeenError(health.error())}};
  return {{"status", kNames[static_cast<int>(*health)]}};
}

json Invoke(Client& client, const json& task) {
  v1::InvokeRequest request;
  Parse(task, "http", *request.mutable_call());
  const auto response = client.Invoke(request);
  if (!response) return {{"error", SeenError(response.error())}};
  return {{"http_status", response->http_status()}, {"body", response->body()}};
}

json BenchUnary(Client& client, const json& task) {
  const auto begin = std::chrono::steady_clock::now();
  int count = 0;
  for (; SecondsSince(begin) < task.at("seconds").get<double>(); ++count) {
    if (!client.Complete(UnaryRequest(task))) throw std::runtime_error("a call failed");
  }
  return {{"count", count}, {"seconds", SecondsSince(begin)}};
}

json BenchStream(Client& client, const json& task) {
  const auto begin = std::chrono::steady_clock::now();
  int count = 0;
  auto stream = client.Stream(StreamRequest(task));
  for (const Event& event : stream) count += event.text().empty() ? 0 : 1;
  return {{"count", count}, {"seconds", SecondsSince(begin)}};
}

}  // namespace

json Run(Client& client, const std::string& call, const json& task) {
  if (call == "complete") return Complete(client, task);
  if (call == "complete_text") return CompleteText(client, task);
  if (call == "stream") return Stream(client, task);
  if (call == "many") return Many(client, task);
  if (call == "batch") return Batch(client, task);
  if (call == "delete_batch") return DeleteBatch(client, task);
  if (call == "models") return Models(client, task);
  if (call == "model") return Model(client, task);
  if (call == "compare") return Compare(client, task);
  if (call == "estimate") return Estimate(client, task);
  if (call == "health") return Health(client, task);
  if (call == "invoke") return Invoke(client, task);
  if (call == "rpc") return Rpc(client, task);
  if (call == "rpc_stream") return RpcStream(client, task);
  if (call == "rpc_upload") return Upload(client, task);
  if (call == "session") return Talk(client, task);
  if (call == "bench_unary") return BenchUnary(client, task);
  if (call == "bench_stream") return BenchStream(client, task);
  throw std::runtime_error("unknown call " + call);
}

}  // namespace inferwire::clients
