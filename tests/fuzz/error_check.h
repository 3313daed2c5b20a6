// What every Error must be, whatever caused it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace inferwire::fuzz {

std::vector<std::string> TextsOf(const Error& error);

// A code and reason that exist, and texts that protobuf and one line of a log can hold.
void CheckError(const Error& error);

// Also within the bounds of what arrives in gRPC's trailers (openai/error_details.h).
void CheckBounds(const Error& error);

}  // namespace inferwire::fuzz
