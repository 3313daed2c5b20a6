// The texts of gRPC over HTTP/2: timeouts, messages of a status, binary metadata. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace inferwire::rpc::http2 {

// Of the header grpc-timeout, e.g. "1500m": at most eight digits and a unit. Nothing: it is none.
std::optional<Duration> ParseTimeout(std::string_view text);

// For the trailer grpc-message: every byte that is not printable ASCII, and '%', as %XX.
std::string PercentEncode(std::string_view text);

// Metadata with such a name is any bytes, which travel as base64.
inline bool IsBinary(std::string_view name) { return name.ends_with("-bin"); }
// Encoded without padding; decoded with and without.
std::string Base64Encode(std::string_view bytes);
std::optional<std::string> Base64Decode(std::string_view text);
// Of a header that may hold several values, joined with commas.
std::optional<std::string> Base64DecodeList(std::string_view text);

}  // namespace inferwire::rpc::http2
