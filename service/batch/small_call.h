// One request to an upstream whose answer is taken as a whole. On the worker's thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "openai/exchange.h"
#include "openai/operation.h"

namespace inferwire::batch {

class SmallCall final : private openai::Exchange::Client {
 public:
  // on_end is called once and does not destroy the call.
  SmallCall(const openai::Runtime& runtime, openai::Exchange::Request request,
            std::function<void()> on_end)
      : on_end_(std::move(on_end)), exchange_(runtime, std::move(request), report_, *this) {
    report_.request_id = runtime.random.Id();
  }

  void Start() { exchange_.Start(); }
  // After the end.
  Result<std::string>& answer() { return answer_; }
  const openai::Report& report() const { return report_; }
  openai::Attempt attempt() const { return exchange_.attempt(); }

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
  openai::Report report_;
  std::string body_;
  Result<std::string> answer_{std::string()};
  openai::Exchange exchange_;
};

}  // namespace inferwire::batch
