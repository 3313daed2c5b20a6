#include "endpoints/batches/batch_item.h"

#include <utility>

#include "batch/header.h"
#include "batch/line.h"
#include "batch/queue_tokens.h"
#include "batch/typed_body.h"
#include "codec/encode.h"
#include "endpoints/chat/chat.h"
#include "endpoints/shared/caller_access.h"
#include "openai/owned_ids.h"
#include "openai/reserved_members.h"

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

Result<void> IsOf(const std::string& endpoint, const batch::TypedBody& body) {
  if (body.endpoint == endpoint) return {};
  return InvalidField(body.fields.parent,
                      "is of " + std::string(body.endpoint) + ", and the batch of " + endpoint);
}

Result<RoutedItem> ReadChat(v1::BatchItem& message, const std::string& endpoint,
                            const upstream::Runtime& runtime, const gateway::CallContext& context,
                            BatchTargets& targets) {
  const batch::TypedBody& typed = *batch::TypedBodyOf(batch::kChatEndpoint);
  if (auto same = IsOf(endpoint, typed); !same) return same.error();
  const std::string asked = message.chat_completion().model();
  if (auto may = MayUse(asked, runtime, context); !may) return may.error();
  auto plan = PlanChat(*message.mutable_chat_completion(), {}, /*stream=*/false, runtime, context);
  if (!plan) return Under(typed.fields.parent, WithoutParams(std::move(plan.error())));
  RoutedItem read;
  if (plan->request.targets) {
    targets.Settle(*plan, runtime);
    read.route = asked;
  }
  read.item.body = std::move(plan->request.body);
  read.upstream = plan->request.upstream->name();
  read.model = std::move(plan->request.model);
  return read;
}

// The JSON of an item whose message has no checks of its own.
Result<std::string> ToJson(v1::BatchItem& message, const batch::TypedBody& typed,
                           const codec::JsonLimits& limits, const gateway::CallContext& context) {
  codec::EncodeOptions encode;
  encode.reserved = openai::ReservedMembers(typed.operation);
  encode.limits = limits;
  std::string body;
  auto& params = *message.GetReflection()->MutableMessage(&message, &typed.item_field());
  SayOutput(params, context);
  if (auto written = codec::AppendJson(params, body, encode); !written) {
    return Under(typed.fields.parent, std::move(written.error()));
  }
  return body;
}

void AskForBase64(const upstream::Destination& destination, std::string& body) {
  if (destination.upstream->options().dialect->base64_embeddings) {
    body.insert(1, openai::kBase64Vectors);
  }
}

Result<RoutedItem> ReadOther(v1::BatchItem& message, const std::string& endpoint,
                             const upstream::Runtime& runtime, const gateway::CallContext& context,
                             BatchTargets& targets) {
  const batch::TypedBody* const typed = batch::TypedBodyOf(message);
  std::string_view field = "item.raw_json";
  std::string body;
  if (typed) {
    field = typed->fields.parent;
    if (auto same = IsOf(endpoint, *typed); !same) return same.error();
    auto written = ToJson(message, *typed, runtime.limits.json, context);
    if (!written) return written.error();
    body = std::move(*written);
  } else if (message.has_raw_json()) {
    body = std::move(*message.mutable_raw_json());
  } else {
    return InvalidField("item.body", "is required");
  }
  auto facts = batch::CheckBody(body, runtime.limits.json, field);
  if (!facts) return facts.error();
  if (auto may = MayUse(facts->model, runtime, context); !may) return may.error();
  const batch::TypedBody* const known = batch::TypedBodyOf(endpoint);
  const bool writes = !known || OutputFieldOf(*known->fields.type()) != nullptr;
  if (auto within = CheckOutput(body, writes, field, runtime, context); !within) {
    return within.error();
  }
  RoutedItem read;
  auto destination = Find(facts->model, runtime, targets, read.route);
  if (!destination) return destination.error();
  // The targets of a route may differ in it.
  if (message.has_embedding() && read.route.empty()) AskForBase64(*destination, body);
  read.item.body = destination->model == facts->model ? std::move(body)
                                                      : batch::WithModel(body, destination->model);
  read.upstream = destination->upstream->name();
  read.model = std::move(destination->model);
  return read;
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
  auto read = message.has_chat_completion()
                  ? ReadChat(message, endpoint, runtime, context, targets)
                  : ReadOther(message, endpoint, runtime, context, targets);
  if (!read) return read;
  std::string& body = read->item.body;
  if (body.size() > options.max_item_bytes) {
    return InvalidField("item.body", "is larger than the gateway allows",
                        v1::ERROR_REASON_REQUEST_TOO_LARGE);
  }
  read->line_bytes = LineBytes(message.custom_id(), endpoint, body, *read, runtime);
  if (options.owned) {
    auto named = openai::OwnedInJson(body, read->upstream);
    if (!named) return named.error();
    read->uses = std::move(*named);
  }
  read->item.custom_id = std::move(*message.mutable_custom_id());
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
