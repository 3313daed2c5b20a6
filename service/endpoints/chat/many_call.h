// Many requests on one stream, answered in any order (CompleteMany). The caller is read only while
// fewer items run than allowed and it takes our answers.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/hash_set.h"
#include "base/timers.h"
#include "endpoints/chat/many_item.h"
#include "inferwire/v1/chat_service.pb.h"
#include "rpc/call.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

class ManyCall final : public rpc::Call, private ManyItem::Observer {
 public:
  static void Serve(std::shared_ptr<const rpc::CallServices> services,
                    const rpc::Endpoint& endpoint, std::unique_ptr<rpc::Wire> wire);

  rpc::CallSize Size() const override;

 private:
  ManyCall(std::shared_ptr<const rpc::CallServices> services, const rpc::Endpoint& endpoint,
           std::unique_ptr<rpc::Wire> wire);

  Result<void> Start() override { return Admit({}); }
  Result<void> Begin() override;
  const gateway::CallStats& stats() const override { return stats_; }
  void Abandon(const Error& why) override;
  void Drop() override {}  // nothing is left of what was abandoned
  void Resume() override;
  void TendOperations() override;

  bool Wanted() override;
  void Take(grpc::ByteBuffer& bytes) override;
  void EndOfInput() override;
  Result<void> TakeMessage(v1::CompleteManyRequest& message);
  Result<void> TakeConfig(const v1::CompleteManyConfig& config);
  void TakeItem(v1::CompleteManyItem& item);
  void TakeCancel(const v1::CompleteManyCancel& cancel);
  Result<void> CheckId(const std::string& id);

  bool Full() override { return AnswersFull(); }
  void OnChunk(ManyItem& item, v1::ChatCompletionChunk& chunk) override;
  void OnResult(ManyItem& item, v1::CompleteManyResult& result) override;
  void Count(const ManyItem& item, const v1::CompleteManyResult& result);
  void CountStats(const gateway::CallStats& stats);
  void CountCost(const v1::GatewayInfo& gateway);

  void FinishIfComplete();
  // The caller sent what it may not.
  void Refuse(Error error);

  Timer cleanup_timer_;  // ended items cannot be destroyed from within their own events
  std::optional<v1::CompleteManyConfig> config_;
  size_t max_in_flight_ = 1;
  std::unordered_map<std::string, std::unique_ptr<ManyItem>> running_;
  std::vector<std::unique_ptr<ManyItem>> ended_;
  HashSet seen_ids_;  // a million of the ids themselves would be too much
  v1::CompleteManySummary summary_;
  v1::Cost cost_;  // summed over the items
  gateway::CallStats stats_;
};

}  // namespace inferwire::endpoints
