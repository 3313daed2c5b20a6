// Scripts that complete the command's lines in a shell.
#pragma once

#include <string>

#include "verb_info.h"

namespace inferwire::cli {

std::string BashCompletion(const VerbInfo& command);
std::string ZshCompletion(const VerbInfo& command);
std::string FishCompletion(const VerbInfo& command);

}  // namespace inferwire::cli
