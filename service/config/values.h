// The texts of a configuration and what they mean. Pure and strict: a text is one value or none.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::config {

// true or false.
std::optional<bool> ParseBool(std::string_view text);
// A whole number and ms, s, m or h.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);
// A whole number and B, KiB, MiB or GiB.
std::optional<size_t> ParseSize(std::string_view text);

// 2027-01-31 or 2027-01-31T12:00:00Z.
std::optional<std::chrono::sys_seconds> ParseMoment(std::string_view text);

// A decimal from 0 to 1.
std::optional<double> ParseRatio(std::string_view text);

// The shortest texts that mean these values.
std::string DurationText(std::chrono::milliseconds value);
std::string SizeText(size_t value);

// host:port or [v6]:port; port 0 lets the system choose.
struct HostPort {
  std::string host;  // without brackets
  int port = 0;
};
std::optional<HostPort> ParseHostPort(std::string_view text);

// Letters, digits, '-', '_' and '.', at most 253 of them.
bool IsHostName(std::string_view text);
// Of either family, without brackets.
bool IsIpAddress(std::string_view text);

// http(s)://host[:port][/path] without user, query or fragment.
struct BaseUrl {
  bool https = true;
  std::string host;
  int port = 443;    // as given, or the scheme's
  std::string text;  // as given, without slashes at the end
};
std::optional<BaseUrl> ParseBaseUrl(std::string_view text);

// http(s)://host:port, of a gRPC server.
struct ServerAddress {
  bool tls = true;
  std::string target;  // host:port
};
std::optional<ServerAddress> ParseEndpoint(std::string_view text);

// A DNS label: 1 to 63 of a-z, 0-9 and '-', not at either end.
bool IsLabel(std::string_view text);
// 1 to 128 bytes of visible ASCII.
bool IsModelName(std::string_view text);
// A header that configuration may set: a token that is none of the names that the gateway sets,
// that steer the connection, or that carry credentials.
bool IsFreeHeaderName(std::string_view name);
// 1 to 1024 bytes, none below 0x20, none 0x7f or above.
bool IsHeaderText(std::string_view value);

// A foreign text as it may stand in a fault: short, printable, one line.
std::string Printable(std::string_view text, size_t max_bytes = 40);

// The known name that was probably meant; empty if none is near.
std::string_view Nearest(std::string_view name, const std::vector<std::string_view>& known);
// The end of a sentence about a name that is none of these: "; did you mean openai?", or nothing.
std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace inferwire::config
