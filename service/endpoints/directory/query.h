// One question to the directory, one answer: what all unary RPCs of the administrators are.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "endpoints/directory/directory_backend.h"
#include "endpoints/shared/one_answer.h"
#include "endpoints/shared/store_call.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {

// Asks once; the answer's message is made from what the store gives. after: on the loop, once it
// has succeeded.
template <class Response>
class DirectoryQuery final : public OneAnswer {
 public:
  using Work = std::function<Result<Response>(store::Directory&)>;

  DirectoryQuery(const DirectoryBackend& backend, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Observer& observer,
                 Work work, std::function<void()> after = {})
      : OneAnswer(context, observer),
        work_(std::move(work)),
        after_(std::move(after)),
        calls_(backend.executor, runtime) {}

  void Start() override {
    calls_.template Ask<Response>(std::move(work_), [this](Result<Response> answer) {
      if (!answer) return Fail(std::move(answer.error()));
      if (after_) after_();
      Answer(*answer);
    });
  }

 private:
  Work work_;
  const std::function<void()> after_;
  StoreCallsOf<store::Directory> calls_;
};

template <class Request>
using NewDirectoryOperation = Begun (*)(const Request&, const DirectoryBackend&,
                                        const upstream::Runtime&, const gateway::CallContext&,
                                        gateway::Operation::Observer&);

// For the descriptions of the RPCs.
template <class Request>
rpc::BeginSingle BeginInDirectory(const DirectoryBackend& backend,
                                  NewDirectoryOperation<Request> make) {
  return {.new_request = rpc::NewRequest<Request>,
          .operation = [&backend, make](rpc::Message& message, const upstream::Runtime& runtime,
                                        const gateway::CallContext& context,
                                        gateway::Operation::Observer& observer) -> Begun {
            if (auto known = rpc::CheckOutermost(message); !known) return known.error();
            return make(static_cast<const Request&>(message), backend, runtime, context, observer);
          }};
}

}  // namespace inferwire::endpoints
