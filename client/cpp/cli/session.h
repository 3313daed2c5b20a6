// What every verb gets.
#pragma once

#include "arguments.h"
#include "exit_code.h"
#include "interrupts.h"
#include "llmgate/client.h"

namespace llmgate::cli {

struct Session {
  const GlobalArgs& global;
  client::Client& client;
  Interrupts& interrupts;

  // One call's options. Its end is interrupts.Disarm().
  client::CallOptions Arm() const {
    client::CallOptions options{.cancellation = interrupts.Arm()};
    if (global.timeout_seconds > 0) {
      options.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::duration<double>(global.timeout_seconds));
    }
    return options;
  }
};

ExitCode Run(Session& session, const CompleteArgs& args);
ExitCode Run(Session& session, const ChatArgs& args);
ExitCode Run(Session& session, const ManyArgs& args);
ExitCode Run(Session& session, const RawArgs& args);
ExitCode Run(Session& session, const ModelsArgs& args);
ExitCode Run(Session& session, const HealthArgs& args);
ExitCode PrintVersion(const GlobalArgs& global);

}  // namespace llmgate::cli
