// The command pointed at a gateway for the services besides chat.
#pragma once

#include "client/cli_fixture.h"
#include "client/fake_typed.h"

namespace inferwire::testing_support {

class CliTypedTest : public CliTest {
 protected:
  Finished Run(std::vector<std::string> args, const std::string& input = "") const {
    args.insert(args.begin(), {"--server", typed_.target()});
    return Command(std::move(args), input).Wait();
  }

  // Answers with NOT_FOUND.
  template <class Request, class Response>
  void Lose(const std::string& method) {
    typed_.On<Request, Response>(method, [](const auto&, auto&) {
      return ToStatus(RpcStatus({.code = grpc::StatusCode::NOT_FOUND,
                                 .reason = "RESOURCE_NOT_FOUND",
                                 .message = "not found"}));
    });
  }

  FakeTyped typed_;
};

}  // namespace inferwire::testing_support
