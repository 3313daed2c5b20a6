// One running call's context: deadline, cancellation and credentials. Private.
#pragma once

#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "inferwire/client/options.h"

namespace inferwire::client {

// What every call of a client has in common.
struct CallDefaults {
  std::chrono::milliseconds timeout;
  std::chrono::milliseconds read_timeout;
  std::string authorization;  // empty: none
};

// Lives as long as its call. Cancel() may come from any thread.
class Call {
 public:
  Call(const CallDefaults& defaults, std::chrono::milliseconds timeout, std::stop_token stop) {
    context_.set_deadline(std::chrono::system_clock::now() + timeout);
    if (!defaults.authorization.empty()) {
      context_.AddMetadata("authorization", defaults.authorization);
    }
    // A stop that was requested before the call starts cancels it when it does.
    on_stop_.emplace(std::move(stop), Canceller{&context_});
  }
  Call(const CallDefaults& defaults, const CallOptions& options)
      : Call(defaults, options.timeout.value_or(defaults.timeout), options.cancellation) {}

  grpc::ClientContext& context() { return context_; }
  void Cancel() { context_.TryCancel(); }

 private:
  struct Canceller {
    grpc::ClientContext* context;
    void operator()() const { context->TryCancel(); }
  };

  grpc::ClientContext context_;
  std::optional<std::stop_callback<Canceller>> on_stop_;
};

}  // namespace inferwire::client
