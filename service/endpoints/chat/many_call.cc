#include "endpoints/chat/many_call.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "catalogue/price.h"
#include "gateway/gateway_info.h"
#include "openai/error.h"
#include "rpc/request.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kMaxItemId = 128;

void AddTokens(const std::optional<int64_t>& tokens, std::optional<int64_t>& sum) {
  if (tokens) sum = sum.value_or(0) + *tokens;
}

}  // namespace

void ManyCall::Serve(std::shared_ptr<const rpc::CallServices> services,
                     const rpc::Endpoint& endpoint, std::unique_ptr<rpc::Wire> wire) {
  (new ManyCall(std::move(services), endpoint, std::move(wire)))->Run();
}

ManyCall::ManyCall(std::shared_ptr<const rpc::CallServices> services, const rpc::Endpoint& endpoint,
                   std::unique_ptr<rpc::Wire> wire)
    : rpc::Call(std::move(services), endpoint, std::move(wire)),
      cleanup_timer_(services_.runtime.timers, [this] { ended_.clear(); }) {}

Result<void> ManyCall::Begin() {
  CutAt(recorder_.deadline());
  ReadMore();
  return {};
}

bool ManyCall::Wanted() { return running_.size() < max_in_flight_ && !pump_.Full(); }

void ManyCall::EndOfInput() {
  if (config_) return FinishIfComplete();
  Refuse(InvalidField("config", "must be the first message"));
}

void ManyCall::Take(grpc::ByteBuffer& bytes) {
  v1::CompleteManyRequest message;
  auto parsed = rpc::ParseRequest(bytes, services_.limits, message);
  if (!parsed) return Refuse(std::move(parsed.error()));
  if (auto taken = TakeMessage(message); !taken) Refuse(std::move(taken.error()));
}

Result<void> ManyCall::TakeMessage(v1::CompleteManyRequest& message) {
  if (message.has_config()) return TakeConfig(message.config());
  if (!config_) return InvalidField("config", "must be the first message");
  if (message.has_item()) {
    TakeItem(*message.mutable_item());
  } else if (message.has_cancel()) {
    TakeCancel(message.cancel());
  } else {
    return InvalidField("message", "is required: item or cancel");
  }
  return {};
}

Result<void> ManyCall::TakeConfig(const v1::CompleteManyConfig& config) {
  if (config_) return InvalidField("config", "may be sent only once");
  if (config.max_in_flight() < 0) return InvalidField("config.max_in_flight", "is negative");
  if (!config.default_options().idempotency_key().empty()) {
    return NoKeysForItems("config.default_options.idempotency_key");
  }
  config_ = config;
  const int most = services_.limits.many_in_flight;
  const int asked = config.max_in_flight();
  max_in_flight_ = static_cast<size_t>(asked == 0 ? most : std::min(asked, most));
  v1::CompleteManyResponse ready;
  ready.mutable_ready()->set_max_in_flight(static_cast<int32_t>(max_in_flight_));
  pump_.Push(ready);
  return {};
}

Result<void> ManyCall::CheckId(const std::string& id) {
  if (id.empty() || id.size() > kMaxItemId) {
    return InvalidField("item.item_id", "must have 1 to 128 bytes");
  }
  if (seen_ids_.size() >= services_.limits.many_items) {
    Error error = InvalidField("item", "the stream has too many items; open another");
    error.code = Code::kResourceExhausted;
    error.reason = v1::ERROR_REASON_REQUEST_TOO_LARGE;
    return error;
  }
  const bool is_new = seen_ids_.Insert(std::hash<std::string>{}(id));
  recorder_.memory().Set(gateway::CallMemory::kOther, seen_ids_.bytes());
  if (!is_new) {
    Error error = InvalidField("item.item_id", "an item of this stream already has it");
    error.code = Code::kAlreadyExists;
    error.reason = v1::ERROR_REASON_DUPLICATE_ITEM;
    return error;
  }
  return {};
}

void ManyCall::TakeItem(v1::CompleteManyItem& message) {
  const std::string id = message.item_id();
  ManyItem::Observer& observer = *this;
  auto item = std::make_unique<ManyItem>(services_, observer, recorder_.call(), recorder_.context(),
                                         std::move(message));
  ManyItem& started = *item;
  if (auto good = CheckId(id); !good) {
    started.Cancel(std::move(good.error()));
    return;
  }
  running_.emplace(id, std::move(item));
  started.Start(config_->default_options(), config_->stream_chunks(), recorder_.deadline());
}

void ManyCall::TakeCancel(const v1::CompleteManyCancel& cancel) {
  // An item that is over has its result already.
  if (const auto found = running_.find(cancel.item_id()); found != running_.end()) {
    found->second->Cancel(openai::Cancelled({}));
  }
}

void ManyCall::OnChunk(ManyItem& item, v1::ChatCompletionChunk& chunk) {
  v1::CompleteManyResponse message;
  message.mutable_chunk()->set_item_id(item.id());
  message.mutable_chunk()->mutable_chunk()->Swap(&chunk);
  pump_.Push(message);
}

void ManyCall::OnResult(ManyItem& item, v1::CompleteManyResult& result) {
  Count(item, result);
  v1::CompleteManyResponse message;
  message.mutable_result()->Swap(&result);
  pump_.Push(message);
  if (const auto found = running_.find(item.id());
      found != running_.end() && found->second.get() == &item) {
    ended_.push_back(std::move(found->second));
    running_.erase(found);
    cleanup_timer_.Set(services_.runtime.timers.Now());
  }
  ReadMore();
  FinishIfComplete();
}

void ManyCall::CountStats(const gateway::CallStats& stats) {
  AddTokens(stats.input_tokens, stats_.input_tokens);
  AddTokens(stats.output_tokens, stats_.output_tokens);
  gateway::AddMaybeBilled(stats.maybe_billed, stats_.maybe_billed);
  stats_.attempts += stats.attempts;
}

void ManyCall::Count(const ManyItem& item, const v1::CompleteManyResult& result) {
  CountStats(item.stats());
  ++stats_.events;
  if (result.has_completion()) {
    summary_.set_succeeded(summary_.succeeded() + 1);
    CountCost(result.gateway());
  } else if (result.error().code() == static_cast<int>(Code::kCancelled)) {
    summary_.set_cancelled(summary_.cancelled() + 1);
  } else {
    summary_.set_failed(summary_.failed() + 1);
  }
}

void ManyCall::CountCost(const v1::GatewayInfo& gateway) {
  if (!gateway.has_cost()) return;  // nothing was asked: validate_only
  catalogue::AddCost(gateway.cost(), cost_);
  if (!gateway.cost().has_total_picousd()) summary_.set_unpriced(summary_.unpriced() + 1);
}

void ManyCall::Resume() {
  for (auto& [id, item] : running_) item->Resume();
  ReadMore();
}

void ManyCall::FinishIfComplete() {
  if (!input_ended() || !running_.empty() || recorder_.ended()) return;
  if (stats_.input_tokens) summary_.mutable_usage()->set_input_tokens(*stats_.input_tokens);
  if (stats_.output_tokens) summary_.mutable_usage()->set_output_tokens(*stats_.output_tokens);
  if (stats_.input_tokens && stats_.output_tokens) {
    summary_.mutable_usage()->set_total_tokens(*stats_.input_tokens + *stats_.output_tokens);
  }
  v1::CompleteManyResponse message;
  if (cost_.has_total_picousd()) {
    stats_.cost_picousd = cost_.total_picousd();
    *summary_.mutable_cost() = cost_;
  }
  message.mutable_summary()->Swap(&summary_);
  pump_.Push(message);
  // Its items overlap: what the call took is upstream's time, as far as that can be said.
  stats_.upstream_time = recorder_.elapsed();
  Finish(std::nullopt);
}

void ManyCall::Refuse(Error error) {
  Abandon(error);
  Finish(std::move(error));
}

// Their results would come after the end: the caller knows which ids have none.
void ManyCall::Abandon(const Error& why) {
  for (auto& [id, item] : running_) {
    item->Abandon(why);
    CountStats(item->stats());
  }
  running_.clear();
  stats_.upstream_time = recorder_.elapsed();
}

void ManyCall::TendOperations() {
  for (auto& [id, item] : running_) item->Tend();
}

rpc::CallSize ManyCall::Size() const {
  rpc::CallSize size = recorder_.size();
  for (const auto& [id, item] : running_) {
    size.held += item->held();
    size.weight += item->held();
  }
  return size;
}

}  // namespace inferwire::endpoints
