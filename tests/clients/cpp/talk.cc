#include "talk.h"

#include <string>

#include "report.h"
#include "rpc.h"
#include "task.h"

namespace inferwire::clients {
namespace {

constexpr int kPiece = 4800;

// What a session that is over says to a sender, its loop says better.
void SendTurn(client::RealtimeSession& session, const json& turns, size_t number) {
  if (number >= turns.size()) return session.End();
  const json& turn = turns[number];
  if (turn.contains("say")) {
    session.Say(turn["say"].get<std::string>());
    return;
  }
  const std::string silence(kPiece, '\0');
  for (int sent = 0; sent < turn["audio_bytes"].get<int>(); sent += kPiece) {
    session.SendAudio(silence);
  }
  session.SendJson(R"({"type":"input_audio_buffer.commit"})");
  session.SendJson(R"({"type":"response.create"})");
}

}  // namespace

json Talk(client::Client& client, const json& task) {
  v1::RealtimeStart start;
  Parse(task, "request", start);
  client::RealtimeSession session = client.Realtime(start, Options(task));
  const json& turns = task.at("turns");
  const int leave_after = task.value("leave_after", 0);
  size_t done = 0, audio = 0;
  int events = 0;
  std::string text;
  SendTurn(session, turns, done);
  bool left = false;
  for (v1::ConnectResponse event; !left && session.Next(event);) {
    text += client::TextOf(event);
    audio += event.server_event().audio().size();
    if (event.server_event().type() == "response.done") SendTurn(session, turns, ++done);
    left = ++events == leave_after;
  }
  json seen = {{"turns", done},
               {"events", events},
               {"text", text},
               {"audio_bytes", audio},
               {"completed", nullptr}};
  if (session.completed()) seen["completed"] = ToJson(*session.completed());
  if (!left && !session.status()) seen["error"] = SeenError(session.status().error());
  return seen;
}

}  // namespace inferwire::clients
