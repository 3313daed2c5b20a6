// An operation whose answer is there already.
#pragma once

#include <memory>
#include <utility>

#include "endpoints/shared/one_answer.h"

namespace inferwire::endpoints {

template <class Response>
class KnownAnswer final : public OneAnswer {
 public:
  KnownAnswer(Response response, const gateway::CallContext& context,
              gateway::Operation::Observer& observer)
      : OneAnswer(context, observer), response_(std::move(response)) {}

  void Start() override { Answer(response_); }

 private:
  Response response_;
};

template <class Response>
std::unique_ptr<gateway::Operation> NewKnownAnswer(Response response,
                                                   const gateway::CallContext& context,
                                                   gateway::Operation::Observer& observer) {
  return std::make_unique<KnownAnswer<Response>>(std::move(response), context, observer);
}

}  // namespace inferwire::endpoints
