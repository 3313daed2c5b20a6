// What is asked of an upstream, and by what it is bound.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "gateway/memory_budget.h"
#include "http/transport.h"
#include "openai/param_path.h"
#include "routing/failure.h"
#include "telemetry/trace_context.h"
#include "upstream/socket_user.h"
#include "upstream/targets.h"
#include "upstream/upstream.h"

namespace inferwire::upstream {

struct UpstreamRequest {
  const Upstream* upstream = nullptr;
  std::string model;  // as sent; empty if the endpoint has none
  std::string method = "POST";
  std::string path;
  std::string content_type = "application/json";
  std::string_view accept = "application/json";  // a literal
  std::vector<std::string> headers{};            // further ones: "Name: value"
  std::string body;
  // Instead of body: what is not here yet, and never is as a whole. Shared with whoever fills it.
  std::shared_ptr<http::BodySource> source{};
  std::optional<int64_t> source_bytes{};  // as far as that is known
  // Makes the source, of which nothing was read, the body for another target, and says how long it
  // is now. Null: it is the same for all.
  std::function<std::optional<int64_t>(const Destination&)> new_source{};
  Use use = Use::kChat;
  // Every HTTP status is an answer (RawService), not only 2xx.
  bool raw = false;
  // The answer that is wanted is a WebSocket (101); null: none is. It outlives the call.
  SocketUser* socket = nullptr;
  http::WebSocketLimits socket_limits{};
  size_t receive_bytes = http::kReceiveBytes;
  bool long_answer = false;  // see http::Request
  // The largest answer, or stream, that is taken.
  size_t max_bytes = 32u << 20;
  SteadyTime deadline;
  std::optional<Duration> attempt_timeout;
  int max_retries = 0;
  // Of the call; null: it belongs to none.
  const telemetry::TraceContext* trace = nullptr;
  gateway::CallMemory* memory = nullptr;  // null: nobody counts
  bool keeps_answer = false;              // whoever takes it holds all of it
  // What the upstream's complaints are resolved against; null: the caller's request has no typed
  // fields, and they are told as they come.
  const openai::RequestFields* fields = nullptr;

  // The health of the model there; null: it is not followed.
  routing::PlaceState* model_state = nullptr;
  // Of the models that were asked for on the way there: those near their ends.
  std::vector<catalogue::Ending> endings{};

  // A hash of what tells its conversation from others; 0: none. For upstreams whose endpoints are
  // chosen by it.
  uint64_t affinity = 0;

  // --- What is sent again ------------------------------------------------------------------------
  // Up to which proof; unset: only what was never sent.
  std::optional<routing::Resend> resend{};
  // Not even that, nor with another key; and it waits for no place, and goes to none that is out.
  bool only_once = false;
  // The key that what it makes or names belongs to, where nothing may be sent again; empty: the
  // first.
  std::string key{};
  // Tokens that it will cost at most, roughly: what a key's limits are held against.
  int64_t tokens = 0;
  // How often the caller's own library has sent it before (grpc-previous-rpc-attempts).
  int previous_attempts = 0;
  // Where else it may go, with upstream and model above as the first choice; null: nowhere.
  std::unique_ptr<Targets> targets{};
  Targets::Picked first_target{};
  // The caller wants a second attempt if one is late, where the route has `hedge`.
  bool hedge = false;
  // For those: the members of the body that differ from one target to another (with a comma after
  // them), which stand in its first head_bytes behind the brace; and the path there.
  size_t head_bytes = 0;
  std::function<std::string(const Destination&)> new_head{};
  std::function<std::string(const Destination&)> new_path{};
};

}  // namespace inferwire::upstream
