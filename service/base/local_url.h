// Where what is asked for cannot be changed on its way: over TLS, or without leaving this machine.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace inferwire {

// A name or an address without brackets.
inline bool IsLoopback(std::string_view host) {
  // A name that only begins like an address, 127.example.org, is anybody's.
  const bool is_v4 =
      std::all_of(host.begin(), host.end(), [](char c) { return IsDigit(c) || c == '.'; });
  return host == "localhost" || host == "::1" || (is_v4 && host.starts_with("127."));
}

// https://..., or http://... of a loopback address. Nothing in it that two readers of URLs may
// understand differently: no user, no backslash, nothing but visible ASCII.
inline bool IsHttpsOrLocal(std::string_view url) {
  constexpr std::string_view kHttps = "https://", kHttp = "http://";
  const bool https = url.starts_with(kHttps);
  if (!https && !url.starts_with(kHttp)) return false;
  if (!std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; })) {
    return false;
  }
  url.remove_prefix(https ? kHttps.size() : kHttp.size());
  std::string_view authority = url.substr(0, url.find_first_of("/?#"));
  if (authority.empty() || authority.find_first_of("@\\") != authority.npos) return false;
  if (https) return true;
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    return close != authority.npos && IsLoopback(authority.substr(1, close - 1));
  }
  return IsLoopback(authority.substr(0, authority.rfind(':')));
}

}  // namespace inferwire
