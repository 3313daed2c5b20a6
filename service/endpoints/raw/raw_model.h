// Which model a raw call is for, without touching its body: what the gateway's lists of models and
// its prices are held against. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

// An endpoint whose answers have a model and mostly a usage.
struct RawEndpoint {
  std::string_view name;       // e.g. chat/completions
  bool always_reports = true;  // a good answer says what it used
  bool writes = false;         // its answer is text, as long as the request allows
};

// By the end of the path, however it is spelled; null for any other one.
const RawEndpoint* FindRawEndpoint(std::string_view method, std::string_view path);

struct RawCallText {
  std::string_view path, content_type, body;
  std::string_view method = "POST";
};

// Whether the caller may use what the model is sent as; empty: it may use all that there are.
using ModelAllowed = std::function<Result<void>(const upstream::Destination&)>;

// Where the call goes: upstream, with the model if it names one. Where the upstream's models are
// listed or the catalogue is strict, a call of a known endpoint is refused that names no model or
// none that is allowed, or that names it so that servers could read another one. A caller that may
// not use all of them has to name one wherever something is made.
Result<upstream::Destination> RouteRaw(const upstream::Router& router,
                                       const upstream::Upstream& upstream,
                                       const RawEndpoint* endpoint, const RawCallText& call,
                                       const ModelAllowed& allowed = {});

}  // namespace inferwire::endpoints
