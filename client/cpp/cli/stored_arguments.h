// The command lines of `inferwire files` and `inferwire batch`.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// What the parser writes into while it runs.
class StoredArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  void AddFiles(CLI::App& app, Arguments& all);
  void AddBatch(CLI::App& app, Arguments& all);

  FilesUploadArgs upload_;
  FilesListArgs list_;
  FilesShowArgs show_;
  FilesDownloadArgs download_;
  FilesDeleteArgs delete_;
  BatchCreateArgs create_;
  BatchWatchArgs watch_;
  BatchResultsArgs results_;
  BatchListArgs batches_;
  BatchShowArgs batch_;
  BatchCancelArgs cancel_;
  BatchDeleteArgs delete_batch_;
};

}  // namespace inferwire::cli
