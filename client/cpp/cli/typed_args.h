// The command lines of the verbs for typed services besides chat as plain structs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferwire::cli {

struct RespondArgs {
  std::string text;  // empty: standard input
  std::string model;
  std::string instructions, previous, conversation, effort;
  std::vector<std::string> tools;  // types of hosted tools, and files
  std::optional<int> max_tokens;
  std::vector<std::string> params;  // name=json
  bool background = false;
  std::optional<bool> stream;
};

// Of responses that are at the upstream.
struct RespondStoredArgs {
  enum class Verb { kGet, kWatch, kResume, kCancel, kDelete };
  Verb verb = Verb::kGet;
  std::vector<std::string> ids{};  // one, but of delete
  std::string upstream{};
  std::optional<int64_t> after{};  // of resume
};

struct EmbedArgs {
  std::vector<std::string> texts;
  std::string input, output;  // output empty: standard output
  std::string model = "text-embedding-3-small";
  std::optional<int> dimensions;
};

struct ModerateArgs {
  std::vector<std::string> text;  // words; empty: standard input
  std::string model;              // empty: the upstream's default
  bool check = false;
};

struct ImageArgs {
  std::vector<std::string> prompt;  // words; empty: standard input
  std::string output;
  std::string model = "gpt-image-1";
  std::string size, quality;
  std::optional<int> n, previews;
  std::vector<std::string> params;  // name=json
};

struct ImageEditArgs {
  std::vector<std::string> files;
  std::string mask, prompt;  // without a prompt: variations
  std::string output;
  std::string model = "gpt-image-1";
  std::string size, quality;
  std::optional<int> n;
  std::vector<std::string> params;  // name=json
};

struct SpeakArgs {
  std::vector<std::string> text;  // words; empty: standard input
  std::string output;
  std::string model = "gpt-4o-mini-tts";
  std::string voice = "alloy";
  std::string format, instructions;  // format empty: what the file's name says
  std::optional<double> speed;
  std::vector<std::string> params;  // name=json
};

// Of a recording that becomes text.
struct HearArgs {
  bool translate = false;  // into English
  bool stream = false;     // the text as it is understood
  std::string file{};
  std::string name{};  // of a file that comes by standard input
  std::string model{}, language{}, prompt{}, format{};
  std::vector<std::string> params{};  // name=json
};

struct ContinueArgs {
  std::vector<std::string> prompt;  // words; empty: standard input
  std::string model = "gpt-3.5-turbo-instruct";
  std::string suffix;
  std::optional<int> max_tokens, n;
  std::optional<double> temperature;
  std::optional<long long> seed;
  std::vector<std::string> stop;
  std::vector<std::string> params;  // name=json
  bool echo = false;
  std::optional<bool> stream;
};

struct RealtimeArgs {
  std::string text;   // empty: from standard input
  std::string input;  // a sound file
  std::string output;
  std::string model = "gpt-realtime";
  std::string instructions, voice;
};

struct FinetuneArgs {
  enum class Verb {
    kCreate,
    kList,
    kShow,
    kWatch,
    kCancel,
    kPause,
    kResume,
    kEvents,
    kCheckpoints,
    kDeleteModel
  };
  Verb verb = Verb::kList;
  std::string id{};  // the job's, of delete-model the model's
  std::string upstream{};
  int limit = 20;  // of lists; 0: all
  // Of create.
  std::string training_file{}, validation_file{}, model{}, suffix{}, method{}, request_id{};
  std::string epochs{}, batch_size{}, learning_rate{}, beta{};  // numbers or auto
  std::optional<long long> seed{};
  std::vector<std::string> metadata{};  // name=value
};

struct ThreadRunArgs {
  std::vector<std::string> words;  // of the message; empty: standard input
  std::string assistant, thread;   // thread empty: a new one
  std::string upstream;
};

struct ConversationArgs {
  enum class Verb { kCreate, kShow, kItems, kDelete };
  Verb verb = Verb::kShow;
  std::vector<std::string> ids{};  // one, but of delete
  std::string upstream{};
  std::vector<std::string> messages{}, metadata{};  // of create
  int limit = 20;                                   // of items; 0: all
  bool oldest_first = false;
};

}  // namespace inferwire::cli
