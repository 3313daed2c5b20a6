#include "realtime_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire realtime                                    a line is a turn, until Ctrl-D
  inferwire realtime "Say hello in three languages." -o hello.wav --voice marin
  inferwire realtime --in question.wav -o answer.wav

Prints what the model writes, or the transcript of what it says. With -o it speaks, into a WAV file.
Sound is 24 kHz, 16 bits, one channel; a file that is no WAV is taken for bare samples. Ctrl-C
cancels an answer, and between answers, or a second time, ends the session. With --json a line is an
event of the upstream's.

inferwire --help shows the options that every verb takes: --server, --json, ...)";

}  // namespace

void RealtimeArguments::AddTo(CLI::App& app, Arguments& all) {
  auto& verb = *app.add_subcommand("realtime", "Talk with a model that listens and speaks");
  verb.footer(kFooter);
  verb.add_option("text", realtime_.text,
                  "the only turn; without it and --in: lines of standard input");
  verb.add_option("--in", realtime_.input, "what you say, as a sound file")->type_name("FILE");
  verb.add_option("-o,--out", realtime_.output, "WAV file for what the model says")
      ->type_name("FILE");
  verb.add_option("-m,--model", realtime_.model, "model name")->capture_default_str();
  verb.add_option("--instructions", realtime_.instructions, "how the model is to behave");
  verb.add_option("--voice", realtime_.voice, "alloy, marin, cedar, ...");
  verb.callback([this, &all] { all.verb = realtime_; });
}

}  // namespace inferwire::cli
