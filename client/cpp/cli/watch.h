// What takes longer than a call may: watched until it has ended, by one call after the other.
#pragma once

#include <functional>
#include <string>

#include "session.h"

namespace inferwire::cli {

// Each call begins with how it is now, so that nothing is missed between two of them. A deadline
// that the command was given ends it; the client's own only ends the call. on_message gives false
// to stop.
template <class Response, class Request>
client::Result<void> Watch(Session& session, const std::string& method, const Request& request,
                           const std::function<bool(const Response&)>& on_message) {
  while (true) {
    auto watched = session.client.StreamRpc<Response>(method, request, on_message, session.Arm());
    session.interrupts.Disarm();
    const bool again = !watched && watched.error().code == grpc::StatusCode::DEADLINE_EXCEEDED &&
                       session.global.timeout_seconds <= 0;
    if (!again) return watched;
  }
}

}  // namespace inferwire::cli
