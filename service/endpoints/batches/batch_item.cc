#include "endpoints/batches/batch_item.h"

#include <utility>

#include "batch/header.h"
#include "batch/line.h"
#include "batch/queue_tokens.h"
#include "endpoints/chat/chat.h"
#include "endpoints/shared/caller_access.h"
#include "openai/owned_ids.h"

namespace inferwire::endpoints {
namespace {

// The plan's errors are about "params", which the item calls something else.
Error WithoutParams(Error error) {
  constexpr std::string_view kParams = "params.";
  for (auto& field : error.fields) {
    if (field.field.starts_with(kParams)) field.field.erase(0, kParams.size());
  }
  return error;
}

// Where a model's items go. route: set to the name if it is a route's.
Result<upstream::Destination> Find(const std::string& model, const upstream::Runtime& runtime,
                                   BatchTargets& targets, std::string& route) {
  const upstream::Route* const by = runtime.router.RouteOf(model);
  if (!by) return runtime.router.ForModel(model);
  auto destinations = upstream::DestinationsOf(runtime.router, *by, model);
  if (!destinations) return destinations.error();
  route = model;
  upstream::Targets all(*by, std::move(*destinations), {}, {});
  return targets.Pick(all, runtime);
}

// Of an item at its target.
int64_t LineBytes(std::string_view custom_id, std::string_view endpoint, std::string_view body,
                  const RoutedItem& item, const upstream::Runtime& runtime) {
  if (item.route.empty()) {
    return static_cast<int64_t>(batch::LineBytes(custom_id, endpoint, body));
  }
  const openai::Dialect& dialect = *runtime.router.Find(item.upstream)->options().dialect;
  return static_cast<int64_t>(
      batch::LineBytes(custom_id, endpoint, batch::ForTarget(body, item.model, dialect)));
}

}  // namespace

Error Under(std::string_view parent, Error error) {
  for (auto& field : error.fields) field.field = std::string(parent) + "." + field.field;
  if (!error.fields.empty()) {
    error.message = error.fields.front().field + ": " + error.fields.front().description;
  }
  return error;
}

Result<RoutedItem> ReadItem(v1::BatchItem& message, const std::string& endpoint,
                            const batch::Options& options, const upstream::Runtime& runtime,
                            const gateway::CallContext& context, BatchTargets& targets) {
  RoutedItem read;
  std::string body;
  if (message.has_chat_completion()) {
    if (endpoint != batch::kChatEndpoint) {
      return InvalidField("item.chat_completion", "the batch is of another endpoint");
    }
    const std::string asked = message.chat_completion().model();
    if (auto may = MayUse(asked, runtime, context); !may) return may.error();
    auto plan =
        PlanChat(*message.mutable_chat_completion(), {}, /*stream=*/false, runtime, context);
    if (!plan) return Under("item.chat_completion", WithoutParams(std::move(plan.error())));
    if (plan->request.targets) {
      targets.Settle(*plan, runtime);
      read.route = asked;
    }
    body = std::move(plan->request.body);
    read.upstream = plan->request.upstream->name();
    read.model = std::move(plan->request.model);
  } else if (message.has_raw_json()) {
    auto facts = batch::CheckBody(message.raw_json(), runtime.limits.json);
    if (!facts) return Under("item", std::move(facts.error()));
    if (auto may = MayUse(facts->model, runtime, context); !may) return may.error();
    const bool writes = endpoint != "/v1/embeddings" && endpoint != "/v1/moderations";
    if (auto within = CheckOutput(message.raw_json(), writes, "item.raw_json", runtime, context);
        !within) {
      return within.error();
    }
    auto destination = Find(facts->model, runtime, targets, read.route);
    if (!destination) return destination.error();
    body = destination->model == facts->model
               ? std::move(*message.mutable_raw_json())
               : batch::WithModel(message.raw_json(), destination->model);
    read.upstream = destination->upstream->name();
    read.model = std::move(destination->model);
  } else {
    return InvalidField("item.body", "is required");
  }
  if (body.size() > options.max_item_bytes) {
    return InvalidField("item.body", "is larger than the gateway allows",
                        v1::ERROR_REASON_REQUEST_TOO_LARGE);
  }
  read.line_bytes = LineBytes(message.custom_id(), endpoint, body, read, runtime);
  if (options.owned) {
    auto named = openai::OwnedInJson(body, read.upstream);
    if (!named) return named.error();
    read.uses = std::move(*named);
  }
  read.item = {std::move(*message.mutable_custom_id()), std::move(body), /*shard=*/0};
  return read;
}

Result<std::vector<store::NewItem>> Split(std::vector<RoutedItem>& items, int64_t first,
                                          const batch::Options& options,
                                          batch::Splitter& splitter) {
  std::vector<store::NewItem> split;
  split.reserve(items.size());
  for (RoutedItem& each : items) {
    const int64_t tokens =
        options.FactsOf(each.upstream).native ? batch::QueueTokens(each.item.body) : 0;
    auto shard = splitter.Add(each.upstream, each.model, each.line_bytes, tokens, each.route);
    if (!shard) {
      Error error = std::move(shard.error());
      error.metadata["item"] = std::to_string(first + static_cast<int64_t>(split.size()));
      return error;
    }
    each.item.shard = *shard;
    split.push_back(std::move(each.item));
  }
  return split;
}

}  // namespace inferwire::endpoints
