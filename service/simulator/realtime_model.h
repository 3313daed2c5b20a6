// What a realtime session answers: events in, events out with their time. Knows nothing of sockets.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/behavior.h"
#include "simulator/json.h"
#include "simulator/random.h"
#include "simulator/realtime_audio.h"

namespace inferwire::simulator {

struct RealtimeEvent {
  // Made when it is sent: an hour of speech waits as its places, not as a gigabyte of text.
  struct Sound {
    size_t from = 0, bytes = 0;
  };

  // What is sent.
  std::string Text() const;

  std::string json;                  // with sound, its last member is an empty "delta"
  std::chrono::nanoseconds after{};  // the moment of what it answers
  bool of_response = false;          // dropped if the response is cancelled before
  Sound sound;
};

class RealtimeModel {
 public:
  using Events = std::vector<RealtimeEvent>;

  // now: seconds since 1970.
  RealtimeModel(std::string model, const Behavior& behavior, uint64_t seed, int64_t now);

  // session.created.
  Events Begin();
  // An event of the client's.
  Events Take(std::string_view text);
  // The response that is being given was cancelled by what Take read last: its events that were not
  // sent yet are void. True once.
  bool TakeCancelled() { return std::exchange(cancelled_, false); }
  // The response is over: its last event was sent.
  void ResponseSent() { response_.clear(); }
  Events Expired();

 private:
  Json NewEvent(std::string_view type);
  std::string NewId(std::string_view prefix);
  void Say(Json event, std::chrono::nanoseconds after = {}, RealtimeEvent::Sound sound = {});
  void Fail(const Json& event, std::string_view code, const std::string& message);
  void Update(const Json& event);
  void CreateItem(const Json& event);
  void AddItem(Json item);
  void Append(const Json& event);
  void Listen(std::string_view audio);
  void Commit();
  void Respond(const Json& wish);
  void Cancel();
  void GiveText(const std::string& text, bool audio);
  void GiveCall(const Json& tool);
  void Part(const Json& part, RealtimeEvent::Sound sound = {});
  void Finish(Json item, int64_t output_tokens, bool audio);
  const Json* ToolToCall(const Json& wish) const;
  std::chrono::nanoseconds Due(int64_t token) const;
  std::string LastText() const;

  const Behavior behavior_;
  Random random_;
  Json session_;
  std::vector<Json> items_;
  std::string audio_;  // the input buffer
  VoiceDetector voice_;
  int64_t input_tokens_ = 0, ids_ = 0;
  std::string response_, item_;  // ids of what is being given; empty: nothing
  bool in_response_ = false, cancelled_ = false;
  std::chrono::nanoseconds last_{};  // of the response in hand
  Events out_;
};

}  // namespace inferwire::simulator
