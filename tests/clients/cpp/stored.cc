#include "stored.h"

#include "report.h"
#include "rpc.h"
#include "task.h"

namespace inferwire::clients {
namespace {

json SeenAnswer(const v1::BatchResult& result) {
  if (result.has_chat_completion()) return SeenCompletion(result.chat_completion());
  const auto& reflection = *result.GetReflection();
  const auto* const kind = reflection.GetOneofFieldDescriptor(
      result, result.GetDescriptor()->FindOneofByName("outcome"));
  if (kind == nullptr || kind->message_type() == nullptr) return {{"answer", result.raw_json()}};
  return {{"kind", std::string(kind->name())},
          {"answer", ToJson(reflection.GetMessage(result, kind))}};
}

// To the end, or until enough has been read.
void ReadResults(client::BatchResultStream& stream, const json& task, json& seen,
                 std::int64_t& offset) {
  for (const v1::BatchResult& result : stream) {
    offset = result.next_offset();
    seen["results"][result.custom_id()].push_back(
        result.has_error() ? SeenError(client::FromRpcStatus(result.error())) : SeenAnswer(result));
    const int count = seen["results_seen"].get<int>() + 1;
    seen["results_seen"] = count;
    if (count == task.value("leave_after", 0)) return;
  }
  if (!stream.status()) seen["error"] = SeenError(stream.status().error());
}

bool IsListed(client::Client& client, const std::string& batch_id) {
  v1::ListBatchesRequest request;
  do {
    const auto page = client.ListBatches(request);
    if (!page) return false;
    for (const auto& batch : page->batches()) {
      if (batch.batch_id() == batch_id) return true;
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return false;
}

std::vector<v1::BatchItem> ItemsOf(const json& task) {
  std::vector<v1::BatchItem> items;
  for (const auto& item : task.at("items")) Parse({{"item", item}}, "item", items.emplace_back());
  return items;
}

template <class Outcome>
json ErrorOrNull(const Outcome& outcome) {
  return outcome ? json(nullptr) : SeenError(outcome.error());
}

}  // namespace

json DeleteBatch(client::Client& client, const json& task) {
  const auto created = client.CreateBatch({}, ItemsOf(task));
  if (!created) return {{"error", SeenError(created.error())}};
  const std::string& id = created->batch().batch_id();
  json seen = {{"running", ErrorOrNull(client.DeleteBatch(id))}};
  if (const auto cancelled = client.CancelBatch(id); !cancelled) {
    return {{"error", SeenError(cancelled.error())}};
  }
  const auto ended = client.WatchBatch(id);
  if (!ended) return {{"error", SeenError(ended.error())}};
  seen["state"] = v1::Batch::State_Name(ended->state());
  seen["deleted"] = ErrorOrNull(client.DeleteBatch(id));
  seen["get"] = ErrorOrNull(client.GetBatch(id));
  seen["again"] = ErrorOrNull(client.DeleteBatch(id));
  seen["listed"] = IsListed(client, id);
  return seen;
}

json Batch(client::Client& client, const json& task) {
  v1::BatchHeader header;
  Parse(task, "header", header);
  const auto created = client.CreateBatch(header, ItemsOf(task));
  if (!created) return {{"error", SeenError(created.error())}};
  json seen = {{"total", created->batch().counts().total()},
               {"existed", created->existed()},
               {"results", json::object()},
               {"results_seen", 0}};
  const std::string& id = created->batch().batch_id();
  const auto ended = client.WatchBatch(id);
  if (!ended) return {{"error", SeenError(ended.error())}};
  seen["state"] = v1::Batch::State_Name(ended->state());
  seen["ended"] = client::IsFinal(ended->state());
  std::int64_t offset = 0;
  for (int loop = 0; loop < 2; ++loop) {  // the second one goes on where the first one was left
    client::ResultsOptions options;
    options.offset = offset;
    auto stream = client.BatchResults(id, options);
    ReadResults(stream, task, seen, offset);
  }
  const auto now = client.GetBatch(id);
  if (!now) return {{"error", SeenError(now.error())}};
  seen["succeeded"] = now->counts().succeeded();
  seen["failed"] = now->counts().failed();
  seen["listed"] = IsListed(client, id);
  return seen;
}

json Models(client::Client& client, const json& task) {
  v1::ListModelsRequest request;
  request.set_filter(task.value("filter", ""));
  request.set_order_by(task.value("order_by", ""));
  json ids = json::array();
  do {
    const auto page = client.ListModels(request);
    if (!page) return {{"error", SeenError(page.error())}};
    for (const auto& model : page->models()) ids.push_back(model.model_id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return {{"ids", ids}};
}

json Model(client::Client& client, const json& task) {
  v1::GetModelRequest request;
  request.set_model_id(task.at("model_id").get<std::string>());
  const auto response = client.GetModel(request);
  if (!response) return {{"error", SeenError(response.error())}};
  return {{"model_id", response->model().model_id()},
          {"snapshot_id", response->snapshot_id()},
          {"priced", response->model().priced()}};
}

json Compare(client::Client& client, const json& task) {
  v1::CompareModelsRequest request;
  for (const auto& id : task.at("model_ids")) request.add_model_ids(id.get<std::string>());
  Parse(task, "workload", *request.mutable_workload());
  const auto response = client.CompareModels(request);
  if (!response) return {{"error", SeenError(response.error())}};
  json ids = json::array(), costs = json::array();
  for (const auto& model : response->models()) ids.push_back(model.model_id());
  for (const auto& cost : response->workload_costs()) costs.push_back(cost.monthly_microusd());
  return {{"ids", ids}, {"costs", costs}};
}

json Estimate(client::Client& client, const json& task) {
  v1::EstimateRequest request;
  *request.mutable_params() = Params(task);
  const auto response = client.Estimate(request);
  if (!response) return {{"error", SeenError(response.error())}};
  json problems = json::array();
  for (const auto& problem : response->problems()) problems.push_back(problem.reason());
  return {{"input_tokens", response->input_tokens()},
          {"fits", response->fits_context_window()},
          {"problems", problems}};
}

}  // namespace inferwire::clients
