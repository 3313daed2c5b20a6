// inferwire realtime
#include <unistd.h>

#include <iostream>
#include <optional>
#include <stop_token>
#include <string>

#include "output.h"
#include "request.h"
#include "session.h"
#include "text_file.h"
#include "wav.h"

namespace inferwire::cli {
namespace {

using client::Result;

constexpr size_t kAudioAtOnce = 48'000;  // a second

v1::RealtimeClientEvent Event(const char* type) {
  v1::RealtimeClientEvent event;
  event.set_type(type);
  return event;
}

Result<v1::RealtimeStart> StartOf(const RealtimeArgs& args) {
  for (const std::string* const text : {&args.model, &args.instructions, &args.voice}) {
    if (auto good = CheckText(*text, "an option"); !good) return good.error();
  }
  v1::RealtimeStart start;
  start.set_model(args.model);
  v1::RealtimeSession& session = *start.mutable_session();
  session.add_output_modalities(args.output.empty() ? "text" : "audio");
  if (!args.instructions.empty()) session.set_instructions(args.instructions);
  if (!args.voice.empty()) session.mutable_audio()->mutable_output()->set_voice(args.voice);
  // The end of the file, or of the line, is the end of a turn.
  if (!args.input.empty()) {
    (*session.mutable_audio()->mutable_input()->mutable_extra())["turn_detection"] = "null";
  }
  return start;
}

class Talk {
 public:
  Talk(Session& session, client::RealtimeSession live, WavFile& speech)
      : session_(session), live_(std::move(live)), speech_(speech) {}

  ExitCode Say(const std::string& text) { return live_.Say(text) ? Hear() : OverNow(); }

  ExitCode Speak(std::string_view samples) {
    for (; !samples.empty(); samples.remove_prefix(std::min(samples.size(), kAudioAtOnce))) {
      if (!live_.SendAudio(samples.substr(0, kAudioAtOnce))) return OverNow();
    }
    const bool sent =
        live_.Send(Event("input_audio_buffer.commit")) && live_.Send(Event("response.create"));
    return sent ? Hear() : OverNow();
  }

  // The session's proper end.
  ExitCode End() {
    live_.End();
    for (v1::ConnectResponse event; live_.Next(event);) Show(event);
    if (auto status = live_.status(); !status) return Report(session_.global, status.error());
    PrintUsage(session_.global, live_.completed()->gateway().model(), live_.completed()->usage(),
               live_.completed()->gateway());
    return kOk;
  }

 private:
  // Until the answer is over. Ctrl-C cancels it.
  ExitCode Hear() {
    const std::stop_token stop = session_.interrupts.Arm();
    const std::stop_callback cancel(stop, [this] { live_.Send(Event("response.cancel")); });
    bool over = true;
    for (v1::ConnectResponse event; live_.Next(event);) {
      if (!Show(event)) return Unwritable();
      const v1::RealtimeServerEvent& read = event.server_event();
      if (read.type() == "error") Complain(read.error());
      over = read.type() != "response.done" && read.type() != "error";
      if (!over) break;
    }
    session_.interrupts.Disarm();
    if (!session_.global.json && wrote_) Print("\n");
    wrote_ = false;
    return over ? OverNow() : kOk;
  }

  bool Show(const v1::ConnectResponse& event) {
    if (event.has_going_away()) {
      std::cerr << "inferwire: the session will be ended: " << event.going_away().reason() << '\n';
    }
    const std::string& audio = event.server_event().audio();
    if (!audio.empty() && speech_.is_open() && !speech_.Append(audio)) return false;
    if (session_.global.json) {
      return !event.has_server_event() || Print(OpenAiJson(event.server_event()) + "\n");
    }
    const std::string_view text = client::TextOf(event);
    wrote_ = wrote_ || !text.empty();
    return text.empty() || Print(text);
  }

  void Complain(const v1::RealtimeError& error) const {
    if (!session_.global.json) std::cerr << "inferwire: " << error.message() << '\n';
  }

  ExitCode Unwritable() {
    session_.interrupts.Disarm();
    std::cerr << "inferwire: the answer cannot be written; the session was cancelled\n";
    return kCallFailed;
  }

  ExitCode OverNow() {
    for (v1::ConnectResponse rest; live_.Next(rest);) {
    }
    const auto status = live_.status();
    return Report(session_.global, status ? UsageError("the session has ended") : status.error());
  }

  Session& session_;
  client::RealtimeSession live_;
  WavFile& speech_;
  bool wrote_ = false;
};

// Each line is a turn.
ExitCode TakeTurns(Session& session, Talk& talk) {
  const bool interactive = isatty(STDIN_FILENO) == 1;
  if (interactive) {
    session.interrupts.WhenIdle([] { std::cerr << "\n(Ctrl-D leaves)\n> "; });
    std::cerr << "Ctrl-D leaves; Ctrl-C cancels an answer\n> ";
  }
  TextLines lines(std::cin);
  while (true) {
    const auto line = lines.Next();
    if (!line) {
      return Report(session.global, UsageError("standard input: " + line.error().message));
    }
    if (!*line) return kOk;
    if (!IsBlank(**line)) {
      if (const ExitCode code = talk.Say(**line); code != kOk) return code;
    }
    if (interactive) std::cerr << "> ";
  }
}

}  // namespace

ExitCode Run(Session& session, const RealtimeArgs& args) {
  auto start = StartOf(args);
  if (!start) return Report(session.global, start.error());
  std::string samples;
  if (!args.input.empty()) {
    const auto file = ReadFile(args.input);
    if (!file) return Report(session.global, file.error());
    auto speech = SpeechOf(*file, args.input);
    if (!speech) return Report(session.global, speech.error());
    samples = *std::move(speech);
  }
  WavFile speech;
  if (auto good = speech.Open(args.output); !good) return Report(session.global, good.error());
  client::CallOptions options;
  if (session.global.timeout_seconds > 0) {
    options.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::duration<double>(session.global.timeout_seconds));
  }
  Talk talk(session, session.client.Realtime(*start, options), speech);
  ExitCode code = samples.empty() ? kOk : talk.Speak(samples);
  if (code == kOk && !args.text.empty()) code = talk.Say(args.text);
  if (code == kOk && args.text.empty() && args.input.empty()) code = TakeTurns(session, talk);
  if (code == kOk) code = talk.End();
  if (!speech.Close()) {
    return Report(session.global, UsageError("cannot write " + args.output));
  }
  return code;
}

}  // namespace inferwire::cli
