// What every verb gets.
#pragma once

#include "arguments.h"
#include "exit_code.h"
#include "inferwire/client.h"
#include "inferwire/client/admin.h"
#include "interrupts.h"

namespace inferwire::cli {

template <class Client>
struct SessionOf {
  const GlobalArgs& global;
  Client& client;
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

using Session = SessionOf<client::Client>;
using AdminSession = SessionOf<client::AdminClient>;

ExitCode Run(Session& session, const CompleteArgs& args);
ExitCode Run(Session& session, const ChatArgs& args);
ExitCode Run(Session& session, const ManyArgs& args);
ExitCode Run(Session& session, const RawArgs& args);
ExitCode Run(Session& session, const ModelsArgs& args);
ExitCode Run(Session& session, const RoutesListArgs& args);
ExitCode Run(Session& session, const RoutesExplainArgs& args);
ExitCode Run(Session& session, const RoutesAdminArgs& args);
ExitCode Run(Session& session, const LimitsArgs& args);
ExitCode Run(Session& session, const UsageArgs& args);
ExitCode Run(Session& session, const HealthArgs& args);
ExitCode Run(Session& session, const FilesUploadArgs& args);
ExitCode Run(Session& session, const FilesListArgs& args);
ExitCode Run(Session& session, const FilesShowArgs& args);
ExitCode Run(Session& session, const FilesDownloadArgs& args);
ExitCode Run(Session& session, const FilesDeleteArgs& args);
ExitCode Run(Session& session, const BatchCreateArgs& args);
ExitCode Run(Session& session, const BatchWatchArgs& args);
ExitCode Run(Session& session, const BatchResultsArgs& args);
ExitCode Run(Session& session, const BatchListArgs& args);
ExitCode Run(Session& session, const BatchShowArgs& args);
ExitCode Run(Session& session, const BatchCancelArgs& args);
ExitCode Run(Session& session, const BatchDeleteArgs& args);
ExitCode Run(Session& session, const RespondArgs& args);
ExitCode Run(Session& session, const RespondStoredArgs& args);
ExitCode Run(Session& session, const EmbedArgs& args);
ExitCode Run(Session& session, const ModerateArgs& args);
ExitCode Run(Session& session, const ImageArgs& args);
ExitCode Run(Session& session, const ImageEditArgs& args);
ExitCode Run(Session& session, const SpeakArgs& args);
ExitCode Run(Session& session, const HearArgs& args);
ExitCode Run(Session& session, const ContinueArgs& args);
ExitCode Run(Session& session, const FinetuneArgs& args);
ExitCode Run(Session& session, const ConversationArgs& args);
ExitCode Run(Session& session, const RealtimeArgs& args);
ExitCode Run(Session& session, const ThreadRunArgs& args);
ExitCode Run(const GlobalArgs& global, const KeysMakeArgs& args);
ExitCode Run(const GlobalArgs& global, const CatalogueImportArgs& args);
ExitCode Run(const GlobalArgs& global, const ChatsArgs& args);
ExitCode Run(AdminSession& session, const KeysAdminArgs& args);
ExitCode Run(AdminSession& session, const TenantsArgs& args);
ExitCode Run(AdminSession& session, const AuditArgs& args);
ExitCode PrintVersion(const GlobalArgs& global);
ExitCode PrintSettings(const GlobalArgs& global, const Settings& settings);

}  // namespace inferwire::cli
