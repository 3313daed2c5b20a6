// inferwire routes: list, explain, drain, undrain, reset.
#include <cctype>
#include <cstdint>
#include <iomanip>
#include <sstream>

#include "output.h"
#include "request.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

std::string Lowered(std::string text) {
  for (char& c : text)
    c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// COOLING_DOWN as "cooling down".
std::string StateText(v1::PlaceState state) {
  return Lowered(v1::PlaceState_Name(state).substr(std::string("PLACE_STATE_").size()));
}

std::string SecondsText(const google::protobuf::Duration& time, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits)
       << static_cast<double>(time.seconds()) + time.nanos() / 1e9 << " s";
  return text.str();
}

// "out, UPSTREAM_TIMEOUT, back in 28 s"
std::string StatusText(const v1::PlaceStatus& status) {
  std::string text = StateText(status.state());
  if (!status.reason().empty()) text += ", " + status.reason();
  if (status.has_back_after()) text += ", back in " + SecondsText(status.back_after(), 0);
  return text;
}

bool IsKey(const v1::PlaceStatus& status) { return !status.place().key().empty(); }
bool IsUp(const v1::PlaceStatus& status) { return status.state() == v1::PLACE_STATE_UP; }

std::string What(const v1::Place& place) {
  if (!place.model().empty()) return "model";
  return place.endpoint().empty() ? "upstream" : place.endpoint();
}

// How the target is: what is wrong with its endpoints, with the model there, and with its keys.
std::string TargetText(const v1::RouteTarget& target) {
  std::string text;
  int keys = 0, good_keys = 0;
  for (const v1::PlaceStatus& status : target.places()) {
    if (IsKey(status)) {
      ++keys;
      good_keys += IsUp(status) ? 1 : 0;
    } else if (!IsUp(status)) {
      text += (text.empty() ? "" : "; ") + What(status.place()) + ' ' + StatusText(status);
    }
  }
  if (text.empty()) text = "up";
  if (good_keys < keys) {
    text += "; " + std::to_string(good_keys) + " of " + std::to_string(keys) + " keys";
  }
  return text;
}

// Of the model there where that is known, else of the endpoint.
const v1::PlaceStatus* MeasuredAt(const v1::RouteTarget& target) {
  const v1::PlaceStatus* found = nullptr;
  for (const v1::PlaceStatus& status : target.places()) {
    if (!IsKey(status)) found = &status;
  }
  return found;
}

// Each failure counts against one of the two: the endpoint, or the model there.
int64_t FailedAt(const v1::RouteTarget& target) {
  int64_t failed = 0;
  for (const v1::PlaceStatus& status : target.places()) failed += status.failed();
  return failed;
}

std::string Name(const v1::RouteTarget& target) {
  return target.upstream() + "/" + (target.model().empty() ? "*" : target.model());
}

std::string Name(const v1::Place& place) {
  if (!place.key().empty()) return place.upstream() + ", key " + place.key();
  if (!place.endpoint().empty()) return place.upstream() + ", " + place.endpoint();
  return place.upstream() + (place.model().empty() ? "" : "/" + place.model());
}

ExitCode PrintPlaces(const google::protobuf::RepeatedPtrField<v1::PlaceStatus>& places) {
  Table table({"place", "state", "in flight", "failed in 10 s"});
  for (const v1::PlaceStatus& status : places) {
    const bool key = IsKey(status);
    table.Add({Name(status.place()), StatusText(status),
               key ? "-" : std::to_string(status.in_flight()),
               key ? "-" : std::to_string(status.failed())});
  }
  return Print(table.Text()) ? kOk : kCallFailed;
}

// "hedge: at most 2 % of calls, after p95"
std::string HedgeText(const v1::Hedge& hedge) {
  return "hedge: at most " + std::to_string(hedge.most()) + " % of calls, after " +
         (hedge.has_after() ? SecondsText(hedge.after(), 3) : "p95");
}

ExitCode PrintRoutes(const v1::ListRoutesResponse& list) {
  Table table(
      {"route", "target", "group", "weight", "state", "in flight", "first byte", "failed in 10 s"});
  for (const v1::Route& route : list.routes()) {
    for (const v1::RouteTarget& target : route.targets()) {
      const v1::PlaceStatus* const at = MeasuredAt(target);
      const bool first = &target == &route.targets(0);
      table.Add(
          {first ? route.name() + " (" + route.strategy() + ")" : "", Name(target),
           std::to_string(target.group()), std::to_string(target.weight()), TargetText(target),
           at ? std::to_string(at->in_flight()) : "-",
           at && at->has_time_to_first_byte() ? SecondsText(at->time_to_first_byte(), 3) : "-",
           std::to_string(FailedAt(target))});
    }
  }
  return Print(table.Text()) ? kOk : kCallFailed;
}

ExitCode PrintExplained(const v1::ExplainRouteResponse& explained) {
  std::string text = "route " + explained.route();
  if (!explained.strategy().empty()) text += " (" + explained.strategy() + ")";
  text += '\n';
  if (explained.has_hedge()) text += HedgeText(explained.hedge()) + '\n';
  Table table({"", "target", "group", "why", "state"});
  for (const v1::Candidate& candidate : explained.candidates()) {
    table.Add({candidate.order() > 0 ? std::to_string(candidate.order()) : "-",
               Name(candidate.target()), std::to_string(candidate.target().group()),
               candidate.why(), TargetText(candidate.target())});
  }
  if (!explained.candidates().empty()) text += table.Text();
  if (!explained.reason().empty()) {
    text += "would fail: " + explained.reason() + ": " + explained.message() + '\n';
  }
  return Print(text) ? kOk : kCallFailed;
}

template <class Response>
ExitCode PrintChanged(const Session& session, const client::Result<Response>& changed) {
  if (!changed) return Report(session.global, changed.error());
  return session.global.json ? PrintJson(*changed) : PrintPlaces(changed->places());
}

}  // namespace

ExitCode Run(Session& session, const RoutesListArgs& args) {
  v1::ListRoutesRequest request;
  request.set_name(args.name);
  const auto list = session.client.ListRoutes(request, session.Arm());
  session.interrupts.Disarm();
  if (!list) return Report(session.global, list.error());
  if (session.global.json) return PrintJson(*list);
  // Without routes, what the upstreams' lists go to.
  return list->routes().empty() ? PrintPlaces(list->places()) : PrintRoutes(*list);
}

ExitCode Run(Session& session, const RoutesExplainArgs& args) {
  auto params = BuildRequest(args.request);
  if (!params) return Report(session.global, params.error());
  v1::ExplainRouteRequest request;
  *request.mutable_params() = *std::move(params);
  v1::RoutePreferences& wish = *request.mutable_options()->mutable_route();
  wish.set_upstream(args.upstream);
  for (const std::string& tag : args.require_tags) wish.add_require_tags(tag);
  for (const std::string& upstream : args.exclude) wish.add_exclude_upstreams(upstream);
  if (args.no_fallback) wish.set_allow_fallback(false);
  wish.set_hedge(args.hedge);
  const auto explained = session.client.ExplainRoute(request, session.Arm());
  session.interrupts.Disarm();
  if (!explained) return Report(session.global, explained.error());
  return session.global.json ? PrintJson(*explained) : PrintExplained(*explained);
}

ExitCode Run(Session& session, const RoutesAdminArgs& args) {
  v1::Place place;
  place.set_upstream(args.upstream);
  place.set_model(args.model);
  place.set_endpoint(args.endpoint);
  place.set_key(args.key);
  client::CallOptions options = session.Arm();
  ExitCode code = kUsage;
  switch (args.verb) {
    case RoutesAdminArgs::Verb::kDrain: {
      v1::DrainRequest request;
      *request.mutable_place() = place;
      if (args.ttl_seconds > 0) request.mutable_ttl()->set_seconds(args.ttl_seconds);
      code = PrintChanged(session, session.client.Drain(request, options));
      break;
    }
    case RoutesAdminArgs::Verb::kUndrain: {
      v1::UndrainRequest request;
      *request.mutable_place() = place;
      code = PrintChanged(session, session.client.Undrain(request, options));
      break;
    }
    case RoutesAdminArgs::Verb::kReset: {
      v1::ResetRequest request;
      *request.mutable_place() = place;
      code = PrintChanged(session, session.client.Reset(request, options));
      break;
    }
  }
  session.interrupts.Disarm();
  return code;
}

}  // namespace inferwire::cli
