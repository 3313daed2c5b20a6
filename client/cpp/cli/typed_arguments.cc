#include "typed_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kEmbedFooter[] = R"(Examples:
  inferwire embed "red wine" "white wine"
  inferwire embed --input texts.jsonl -o vectors.jsonl --dimensions 256

One text per line of FILE ("-": standard input), in one of two forms:
  "red wine"
  {"custom_id": "a", "input": "red wine"}
Without an id a text is called line-N. Results come in the same order, one line each:
{"custom_id", "embedding"}. A file of any length is read and written part by part. With --json a
line is a whole answer of the upstream's.)";

constexpr char kModerateFooter[] = R"(Examples:
  inferwire moderate "some text"
  inferwire moderate --check <comment.txt || echo "held back"

Exit code with --check: 0 if nothing was flagged, 1 if something was, or the call failed.)";

constexpr char kImageFooter[] = R"(Examples:
  inferwire image "a lighthouse in fog" -o lighthouse.png
  inferwire image "a cat" -o cat.webp --size 1024x1024 --quality high --n 3      cat-1.webp, ...
  inferwire image "a cat" -o cat.png --previews 2      cat-preview-1.png, ... before cat.png

"inferwire image edit" changes pictures. Prints the names of the files. The picture goes to standard output with "-o -", but never to a
terminal. What the upstream gives as a URL is printed, and not fetched.)";

constexpr char kImageEditFooter[] = R"(Examples:
  inferwire image edit cat.png --prompt "a black cat" -o black.png
  inferwire image edit room.png lamp.png --mask corner.png --prompt "the lamp here" -o out.png

Without --prompt one picture becomes variations of itself, where the model has them.)";

constexpr char kSpeakFooter[] = R"(Examples:
  inferwire speak "Hello" -o hello.mp3
  inferwire speak --voice nova --format pcm -o - <letter.txt | aplay -f S16_LE -r 24000

Sound is written as it is made. What was cut leaves no file.)";

constexpr char kHearFooter[] = R"(Examples:
  inferwire transcribe talk.mp3
  inferwire transcribe talk.mp3 --stream
  inferwire transcribe talk.mp3 --model whisper-1 --format srt >talk.srt
  inferwire translate - --name rede.m4a <rede.m4a

The recording is sent while it is read. The upstream goes by the ending of its name.)";

constexpr char kContinueFooter[] = R"(Examples:
  inferwire continue "Once upon a time"
  inferwire continue --model base --suffix "}" --stop ";" "int main() {"

The API before chats: the text goes on. Most models have inferwire complete instead.)";

CLI::App& AddVerb(CLI::App& app, const std::string& name, const std::string& what,
                  const std::string& examples) {
  auto& verb = *app.add_subcommand(name, what);
  verb.footer(
      examples +
      "\n\ninferwire --help shows the options that every verb takes: --server, --json, ...");
  return verb;
}

template <class Args>
void Select(CLI::App& verb, Arguments& all, const Args& args) {
  verb.callback([&all, &args] { all.verb = args; });
}

void AddTexts(CLI::App& verb, const std::string& name, std::vector<std::string>& to,
              const std::string& what) {
  verb.add_option(name, to, what)->take_all()->allow_extra_args(false);
}

}  // namespace

void TypedArguments::AddTo(CLI::App& app, Arguments& all) {
  AddContinue(app, all);
  AddEmbed(app, all);
  AddModerate(app, all);
  AddImage(app, all);
  AddSpeak(app, all);
  AddHear(app, all, transcribe_);
  AddHear(app, all, translate_);
}

void TypedArguments::AddEmbed(CLI::App& app, Arguments& all) {
  auto& verb = AddVerb(app, "embed", "Turn texts into vectors", kEmbedFooter);
  auto* const texts = verb.add_option("text", embed_.texts, "texts, each with a vector of its own");
  verb.add_option("--input", embed_.input, "JSON Lines; \"-\": standard input")
      ->type_name("FILE")
      ->excludes(texts);
  verb.add_option("-o,--output", embed_.output, "file to write; unset or \"-\": standard output")
      ->type_name("FILE")
      ->transform([](const std::string& file) { return file == "-" ? std::string() : file; });
  verb.add_option("-m,--model", embed_.model, "model name")->capture_default_str();
  verb.add_option("--dimensions", embed_.dimensions, "numbers in a vector, where the model allows")
      ->check(CLI::PositiveNumber);
  Select(verb, all, embed_);
}

void TypedArguments::AddModerate(CLI::App& app, Arguments& all) {
  auto& verb = AddVerb(app, "moderate", "Ask whether a text may be shown", kModerateFooter);
  verb.add_option("text", moderate_.text, "the text; what is piped in follows it");
  verb.add_option("-m,--model", moderate_.model, "model name; unset: the upstream's default");
  verb.add_flag("--check", moderate_.check, "exit code 1 if the text is flagged");
  Select(verb, all, moderate_);
}

void TypedArguments::AddImage(CLI::App& app, Arguments& all) {
  auto& verb = AddVerb(app, "image", "Make pictures", kImageFooter);
  verb.require_subcommand(0, 1);
  verb.add_option("prompt", image_.prompt, "what is to be seen; what is piped in follows it");
  verb.add_option("-o,--output", image_.output,
                  "file to write, .png, .jpg or .webp; several are numbered")
      ->type_name("FILE");
  verb.add_option("-m,--model", image_.model, "model name")->capture_default_str();
  verb.add_option("-n,--n", image_.n, "number of pictures")->check(CLI::PositiveNumber);
  verb.add_option("--previews", image_.previews, "previews to write while it is made, 0 to 3")
      ->check(CLI::Range(0, 3));
  verb.add_option("--size", image_.size, "1024x1024, 1536x1024, auto, ...");
  verb.add_option("--quality", image_.quality, "low, medium, high, auto, ...");
  AddTexts(verb, "--param", image_.params, "name=json: any other member of the request");
  AddImageEdit(verb, all);
  verb.final_callback([&, image = &verb] {
    if (!image->get_subcommands().empty()) return;
    if (image_.output.empty()) throw CLI::RequiredError("--output");
    all.verb = image_;
  });
}

void TypedArguments::AddImageEdit(CLI::App& image, Arguments& all) {
  auto& args = image_edit_;
  auto& verb = AddVerb(image, "edit", "Change pictures", kImageEditFooter);
  verb.add_option("file", args.files, "the pictures, .png, .jpg or .webp")
      ->type_name("FILE")
      ->required();
  verb.add_option("--prompt", args.prompt, "what is to be seen");
  verb.add_option("--mask", args.mask, "picture that says where the first one is to be changed")
      ->type_name("FILE");
  verb.add_option("-o,--output", args.output, "file to write; several are numbered")
      ->type_name("FILE")
      ->required();
  verb.add_option("-m,--model", args.model, "model name")->capture_default_str();
  verb.add_option("-n,--n", args.n, "number of pictures")->check(CLI::PositiveNumber);
  verb.add_option("--size", args.size, "1024x1024, 1536x1024, auto, ...");
  verb.add_option("--quality", args.quality, "low, medium, high, auto, ...");
  AddTexts(verb, "--param", args.params, "name=json: any other member of the request");
  Select(verb, all, args);
}

void TypedArguments::AddSpeak(CLI::App& app, Arguments& all) {
  auto& args = speak_;
  auto& verb = AddVerb(app, "speak", "Turn a text into speech", kSpeakFooter);
  verb.add_option("text", args.text, "the text; what is piped in follows it");
  verb.add_option("-o,--output", args.output, "file to write; \"-\": standard output")
      ->type_name("FILE")
      ->required();
  verb.add_option("-m,--model", args.model, "model name")->capture_default_str();
  verb.add_option("--voice", args.voice, "who speaks")->capture_default_str();
  verb.add_option("--format", args.format,
                  "mp3, opus, aac, flac, wav, pcm; unset: the file's ending");
  verb.add_option("--instructions", args.instructions, "how it is to be spoken");
  verb.add_option("--speed", args.speed, "0.25 to 4");
  AddTexts(verb, "--param", args.params, "name=json: any other member of the request");
  Select(verb, all, args);
}

void TypedArguments::AddHear(CLI::App& app, Arguments& all, HearArgs& args) {
  auto& verb = args.translate
                   ? AddVerb(app, "translate", "Turn speech into English text", kHearFooter)
                   : AddVerb(app, "transcribe", "Turn speech into text", kHearFooter);
  verb.add_option("file", args.file, "the recording; \"-\": standard input")
      ->type_name("FILE")
      ->required();
  verb.add_option("--name", args.name, "what the upstream calls it; unset: the file's name");
  verb.add_option("-m,--model", args.model, "model name")->capture_default_str();
  if (!args.translate) {
    verb.add_option("--language", args.language, "that is spoken: en, de, ...");
    verb.add_flag("--stream", args.stream,
                  "print the text as it is understood, where the model can");
  }
  verb.add_option("--prompt", args.prompt, "names and words that it may contain");
  verb.add_option("--format", args.format, "json, text, srt, vtt, verbose_json, ...");
  AddTexts(verb, "--param", args.params, "name=json: any other field of the request");
  Select(verb, all, args);
}

void TypedArguments::AddContinue(CLI::App& app, Arguments& all) {
  auto& args = continue_;
  auto& verb = AddVerb(app, "continue", "Let a text go on (legacy completions)", kContinueFooter);
  verb.add_option("prompt", args.prompt, "the text; what is piped in follows it");
  verb.add_option("-m,--model", args.model, "model name")->capture_default_str();
  verb.add_option("--suffix", args.suffix, "what comes after the text that is asked for");
  verb.add_flag("--echo", args.echo, "the prompt in front of the answer");
  verb.add_option("--max-tokens", args.max_tokens, "most tokens to generate")
      ->check(CLI::PositiveNumber);
  verb.add_option("--temperature", args.temperature, "0 to 2");
  verb.add_option("--seed", args.seed, "for answers that can be repeated");
  verb.add_option("-n", args.n, "number of answers")->check(CLI::PositiveNumber);
  AddTexts(verb, "--stop", args.stop, "text that ends the answer; may be given again");
  AddTexts(verb, "--param", args.params, "name=json: any other member of the request");
  auto* const stream = verb.add_flag_callback(
      "--stream", [&args] { args.stream = true; },
      "print text as it arrives (the default without --json and -n)");
  verb.add_flag_callback(
          "--no-stream", [&args] { args.stream = false; }, "print the answer when it is complete")
      ->excludes(stream);
  Select(verb, all, args);
}

}  // namespace inferwire::cli
