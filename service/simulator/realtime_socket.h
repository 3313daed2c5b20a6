// The simulator's WebSocket: GET /v1/realtime with an upgrade. All on the simulator's thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>

#include "simulator/answer.h"
#include "simulator/options.h"
#include "simulator/request_log.h"
#include "simulator/rules.h"
#include "simulator/stats.h"

namespace inferwire::simulator {

struct RealtimeShared {
  const Options& options;
  Rulebook& rules;
  StatsBoard& stats;
  RequestLog& log;
};

// Whether the request asks for a session.
bool AsksForRealtime(const Recorded& request);

struct RealtimeAsked {
  std::string model;  // without its suffix
  Behavior behavior;
  std::optional<Answer> refusal;  // instead of a session
};
RealtimeAsked AskRealtime(const Recorded& request, const RealtimeShared& shared);

// Upgrades and serves the connection, whose request has been read; what was read behind it is
// early. What the client says is in the log as requests with the method WS.
void ServeRealtime(boost::asio::ip::tcp::socket socket, const Recorded& request,
                   RealtimeAsked asked, const RealtimeShared& shared);

}  // namespace inferwire::simulator
