// The command line of `inferwire finetune`, `inferwire conversation` and `inferwire thread`.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// What the parser writes into while it runs.
class TuneArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  void AddFinetune(CLI::App& app, Arguments& all);
  void AddCreate(CLI::App& finetune, Arguments& all);
  void AddConversation(CLI::App& app, Arguments& all);
  void AddThread(CLI::App& app, Arguments& all);

  FinetuneArgs create_{.verb = FinetuneArgs::Verb::kCreate};
  FinetuneArgs list_{.verb = FinetuneArgs::Verb::kList};
  FinetuneArgs show_{.verb = FinetuneArgs::Verb::kShow};
  FinetuneArgs watch_{.verb = FinetuneArgs::Verb::kWatch};
  FinetuneArgs cancel_{.verb = FinetuneArgs::Verb::kCancel};
  FinetuneArgs pause_{.verb = FinetuneArgs::Verb::kPause};
  FinetuneArgs resume_{.verb = FinetuneArgs::Verb::kResume};
  FinetuneArgs events_{.verb = FinetuneArgs::Verb::kEvents};
  FinetuneArgs checkpoints_{.verb = FinetuneArgs::Verb::kCheckpoints};
  FinetuneArgs delete_model_{.verb = FinetuneArgs::Verb::kDeleteModel};
  ThreadRunArgs run_;
  ConversationArgs begin_{.verb = ConversationArgs::Verb::kCreate};
  ConversationArgs conversation_{.verb = ConversationArgs::Verb::kShow};
  ConversationArgs items_{.verb = ConversationArgs::Verb::kItems};
  ConversationArgs delete_{.verb = ConversationArgs::Verb::kDelete};
};

}  // namespace inferwire::cli
