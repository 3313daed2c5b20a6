// A session with a model that listens and speaks.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "inferwire/client/result.h"
#include "inferwire/v1/realtime_service.pb.h"

namespace inferwire::client {

inline constexpr std::string_view kDefaultRealtimeModel = "gpt-realtime";

// What an event adds to what the model writes, or to the transcript of what it says; empty for all
// other events. What it says is server_event().audio().
std::string_view TextOf(const v1::ConnectResponse& event);

// One thread reads with Next, and any may send. Destroying a session that has not ended cancels it.
//
//   auto session = client.Realtime("gpt-realtime");
//   session.Say("Hello");
//   for (v1::ConnectResponse event; session.Next(event);) {
//     if (event.server_event().type() == "response.done") session.End();
//   }
//   if (!session.status().ok()) ...
class RealtimeSession {
 public:
  class Impl;
  explicit RealtimeSession(std::unique_ptr<Impl> impl);
  RealtimeSession(RealtimeSession&&) noexcept;
  RealtimeSession& operator=(RealtimeSession&&) noexcept;
  ~RealtimeSession();

  // False: the session is over, and status() says why. Each waits while the network is behind.
  bool Send(const v1::RealtimeClientEvent& event);
  bool SendAudio(std::string_view audio);
  // An event as JSON text, verbatim.
  bool SendJson(std::string_view event);
  // The user's words, and the wish for an answer.
  bool Say(std::string_view text);
  // Nothing more is sent. What the model is saying still comes.
  void End();

  // Blocks until there is a next event: of the upstream (server_event, raw_json), or going_away.
  // False: the session is over.
  bool Next(v1::ConnectResponse& event);
  // After Next has said false: whether the session came to its proper end.
  Result<void> status() const;
  // From any thread; Next then says false.
  void Cancel();

  // Once the upstream has taken the session.
  const std::optional<v1::UpstreamStarted>& started() const;
  // Usage and cost of the whole session, after its proper end.
  const std::optional<v1::RealtimeCompleted>& completed() const;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace inferwire::client
