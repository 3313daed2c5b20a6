// Where the command keeps what is its user's, as the XDG base directory specification has it.
#pragma once

#include <string>
#include <string_view>

#include "inferwire/client/result.h"

namespace inferwire::cli {

// <base>/inferwire, without a slash at its end; empty where neither the variable nor HOME names an
// absolute path.
std::string ConfigFolder();  // XDG_CONFIG_HOME, ~/.config
std::string DataFolder();    // XDG_DATA_HOME, ~/.local/share
std::string StateFolder();   // XDG_STATE_HOME, ~/.local/state

// Makes a folder and those above it, for its user alone (0700) where they are new.
client::Result<void> MakeFolder(const std::string& path);

// Replaces a file in one step, for its user alone (0600): after a crash it is the old or the new
// one, whole.
client::Result<void> ReplaceFile(const std::string& path, std::string_view text);

}  // namespace inferwire::cli
