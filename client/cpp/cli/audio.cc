// inferwire speak, transcribe and translate
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "answer_text.h"
#include "output.h"
#include "progress.h"
#include "request.h"
#include "sent_file.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

using client::Result;

Result<v1::SpeakRequest> RequestOf(const SpeakArgs& args) {
  auto text = NeedPrompt(args.text);
  if (!text) return text.error();
  v1::SpeakRequest request;
  v1::SpeechParams& params = *request.mutable_params();
  params.set_model(args.model);
  params.set_input(*std::move(text));
  params.set_voice(args.voice);
  if (!args.instructions.empty()) params.set_instructions(args.instructions);
  if (args.speed) params.set_speed(*args.speed);
  std::string format = args.format;
  if (format.empty() && args.output != "-") {
    format = std::filesystem::path(args.output).extension();
    if (!format.empty()) format.erase(0, 1);
  }
  if (!format.empty()) params.set_response_format(format);
  for (const auto& param : args.params) {
    if (auto added = AddParam(*params.mutable_extra(), param); !added) return added.error();
  }
  return request;
}

// Where sound goes: a file that is there once it is whole, or standard output.
class SoundOutput {
 public:
  explicit SoundOutput(const std::string& output) : output_(output), partial_(output + ".part") {}
  ~SoundOutput() {
    std::error_code error;
    if (file_.is_open()) std::filesystem::remove(partial_, error);
  }

  Result<void> Open() {
    if (output_ == "-") {
      if (isatty(STDOUT_FILENO) == 1) return UsageError("sound is not printed to a terminal");
      return {};
    }
    file_.open(partial_, std::ios::binary | std::ios::trunc);
    return file_ ? Result<void>() : UsageError("cannot write " + output_);
  }
  bool Write(std::string_view bytes) {
    if (output_ == "-") return good_ = Print(bytes);
    file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return good_ = file_.good();
  }
  bool good() const { return good_; }
  bool Close() {
    if (output_ == "-") return good_;
    file_.close();
    std::error_code error;
    if (file_.good()) std::filesystem::rename(partial_, output_, error);
    return file_.good() && !error;
  }

 private:
  const std::string output_, partial_;
  std::ofstream file_;
  bool good_ = true;
};

template <class Params>
Result<void> FillCommon(const HearArgs& args, Params& params) {
  params.set_model(args.model);
  if (!args.prompt.empty()) params.set_prompt(args.prompt);
  if (!args.format.empty()) params.set_response_format(args.format);
  for (const auto& param : args.params) {
    if (auto added = AddParam(*params.mutable_extra(), param); !added) return added;
  }
  return {};
}

Result<void> FillTranscription(const HearArgs& args, v1::TranscriptionParams& params) {
  if (!args.language.empty()) params.set_language(args.language);
  return FillCommon(args, params);
}

template <class Header>
void NameFile(const SentFile& file, Header& header) {
  header.mutable_file()->set_filename(file.name());
  if (file.size()) header.mutable_file()->set_size_bytes(*file.size());
}

template <class Response>
ExitCode Show(const GlobalArgs& global, const Response& response) {
  std::string text = response.formatted();
  if (text.empty()) {
    text = response.transcription().text();
    if (global.json || !response.transcription().segments().empty()) {
      text = OpenAiJson(response.transcription(), global.json ? &response.gateway() : nullptr);
    }
  }
  if (!text.ends_with('\n')) text += '\n';
  if (!Print(text)) return kCallFailed;
  PrintUsage(global, response.gateway().model(), response.transcription().usage(),
             response.gateway());
  return kOk;
}

// The text as it is understood; with --json every event.
ExitCode HearStream(Session& session, const HearArgs& args, SentFile& file,
                    const client::OnSent& on_sent, Progress& progress) {
  v1::StreamTranscribeHeader header;
  if (auto good = FillTranscription(args, *header.mutable_params()); !good) {
    return Report(session.global, good.error());
  }
  NameFile(file, header);
  AnswerText text(session.global, AnswerText::Form::kPlain);
  bool written = true;
  const auto take = [&](const v1::TranscriptionEvent& event) {
    progress.Finish();
    if (session.global.json) {
      written = Print(OpenAiJson(event) + "\n");
    } else {
      written = text.Add(event.delta());
    }
    return written;
  };
  const auto heard =
      session.client.StreamTranscribe(header, file.Source(), take, on_sent, session.Arm());
  session.interrupts.Disarm();
  progress.Finish();
  const bool said = !text.empty();
  written = text.End() && written;
  if (!written) {
    std::cerr << "inferwire: standard output cannot be written; the call was cancelled\n";
    return kCallFailed;
  }
  if (!heard) return Report(session.global, heard.error());
  // A model that does not stream gives its text at the end only.
  if (!session.global.json && !said && !text.Print(heard->text())) return kCallFailed;
  PrintUsage(session.global, heard->gateway().model(), heard->usage(), heard->gateway());
  return kOk;
}

}  // namespace

ExitCode Run(Session& session, const SpeakArgs& args) {
  auto request = RequestOf(args);
  if (!request) return Report(session.global, request.error());
  SoundOutput output(args.output);
  if (auto opened = output.Open(); !opened) return Report(session.global, opened.error());
  Progress progress;
  std::int64_t here = 0;
  const auto take = [&](std::string_view bytes) {
    here += static_cast<std::int64_t>(bytes.size());
    if (args.output != "-") progress.Show(here, 0, SizeText(here) + " here");
    return output.Write(bytes);
  };
  const auto spoken = session.client.Speak(*request, take, session.Arm());
  session.interrupts.Disarm();
  progress.Finish();
  if (!output.good()) {
    std::cerr << "inferwire: the sound could not be written\n";
    return kCallFailed;
  }
  if (!spoken) return Report(session.global, spoken.error());
  if (!output.Close()) {
    std::cerr << "inferwire: cannot write " << args.output << '\n';
    return kCallFailed;
  }
  if (session.global.json && !Print(GatewayJson(*spoken) + "\n")) return kCallFailed;
  PrintUsage(session.global, spoken->gateway().model(), spoken->usage(), spoken->gateway());
  return kOk;
}

ExitCode Run(Session& session, const HearArgs& args) {
  auto file = SentFile::Open(args.file, args.name);
  if (!file) return Report(session.global, file.error());
  const std::int64_t total = file->size().value_or(0);
  Progress progress;
  const auto on_sent = [&](std::int64_t sent) {
    progress.Show(sent, total, SentText(sent, total));
  };
  const auto end = [&](const auto& response) {
    session.interrupts.Disarm();
    progress.Finish();
    if (!response) return Report(session.global, response.error());
    return Show(session.global, *response);
  };
  if (args.translate) {
    v1::TranslateAudioHeader header;
    if (auto good = FillCommon(args, *header.mutable_params()); !good) {
      return Report(session.global, good.error());
    }
    NameFile(*file, header);
    return end(session.client.TranslateAudio(header, file->Source(), on_sent, session.Arm()));
  }
  if (args.stream) return HearStream(session, args, *file, on_sent, progress);
  v1::TranscribeHeader header;
  if (auto good = FillTranscription(args, *header.mutable_params()); !good) {
    return Report(session.global, good.error());
  }
  NameFile(*file, header);
  return end(session.client.Transcribe(header, file->Source(), on_sent, session.Arm()));
}

}  // namespace inferwire::cli
