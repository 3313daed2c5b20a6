// What the shell learns.
#pragma once

namespace inferwire::cli {

enum ExitCode : int {
  kOk = 0,
  kCallFailed = 1,  // many, batch: some items failed; raw: HTTP 400 and above; health: not serving;
                    // moderate --check: flagged
  kUsage = 2,       // the command line or a file it names is wrong; nothing was sent
  kUnreachable = 3,
  kCancelled = 130,  // Ctrl-C; 128 + SIGINT, as shells have it
};

}  // namespace inferwire::cli
