// One request to an upstream whose answer is taken as a whole. On the worker's thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/operation.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::batch {

class SmallCall final : private upstream::UpstreamCall::Observer {
 public:
  // on_end is called once and does not destroy the call.
  SmallCall(const upstream::Runtime& runtime, upstream::UpstreamCall::Request request,
            std::function<void()> on_end)
      : on_end_(std::move(on_end)), upstream_call_(runtime, std::move(request), stats_, *this) {
    stats_.request_id = runtime.random.Id();
  }

  void Start() { upstream_call_.Start(); }
  // After the end.
  Result<std::string>& answer() { return answer_; }
  const gateway::CallStats& stats() const { return stats_; }
  openai::Attempt attempt() const { return upstream_call_.attempt(); }

 private:
  void OnHead(int, const http::Headers&) override { body_.clear(); }
  bool OnBody(std::string_view bytes) override {
    body_ += bytes;
    return true;
  }
  void OnEnd(std::optional<Error> error) override {
    if (error) {
      answer_ = std::move(*error);
    } else {
      answer_ = std::move(body_);
    }
    on_end_();
  }

  const std::function<void()> on_end_;
  gateway::CallStats stats_;
  std::string body_;
  Result<std::string> answer_{std::string()};
  upstream::UpstreamCall upstream_call_;
};

}  // namespace inferwire::batch
