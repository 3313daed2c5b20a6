// The command line of `inferwire` as plain structs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exit_code.h"
#include "settings.h"
#include "typed_args.h"
#include "verb_info.h"

namespace inferwire::cli {

// For every verb. What has a setting begins with its value.
struct GlobalArgs {
  std::string server;
  std::string ca, cert, key;  // PEM files; any of them switches TLS on
  std::string token_file;     // before api_key
  std::string api_key;
  double timeout_seconds = 0;  // 0: the library's default
  std::string color = "auto";  // auto, always or never
  bool history = true;
  bool json = false;
  bool verbose = false;
};

struct ModelArgs {
  std::string model;
  std::string system;
  std::string schema_file;
  std::vector<std::string> tool_files;
  std::vector<std::string> images;
  std::optional<int> max_tokens, n;
  std::optional<double> temperature;
  std::optional<long long> seed;
  std::vector<std::string> stop;
  std::vector<std::string> params;  // name=json
};

struct CompleteArgs {
  std::vector<std::string> prompt;  // words; empty: standard input
  ModelArgs model;
  std::optional<bool> stream;
};

struct ChatArgs {
  ModelArgs model;
  bool model_given = false;
  std::string name;  // of a chat that is kept; empty: a new one
  bool go_on = false, no_history = false;
};

// Of chats that were kept.
struct ChatsArgs {
  enum class Verb { kList, kShow, kDelete };
  Verb verb = Verb::kList;
  std::vector<std::string> names{};  // one, but of delete
  int limit = 20;                    // of the list; 0: all
};

struct ManyArgs {
  std::string file;
  std::string model;
  int max_in_flight = 0;
  std::string output;  // empty: standard output
  bool resume = false;
};

struct RawArgs {
  std::string method, path, data;
  std::vector<std::string> query;  // name=value
  bool stream = false;
};

struct FilesUploadArgs {
  std::string file, name, purpose = "batch", upstream;
  long long expires_after = 0;  // seconds; 0: the upstream's default
};

struct FilesListArgs {
  std::string purpose, upstream;
  int limit = 100;  // 0: all
};

struct FilesShowArgs {
  std::string id, upstream;
};

struct FilesDownloadArgs {
  std::string id, output, upstream;  // output empty: standard output
  bool resume = false;
};

struct FilesDeleteArgs {
  std::vector<std::string> ids;
  std::string upstream;
};

struct BatchCreateArgs {
  std::string file;
  std::string model;
  std::string request_id, upstream, output;  // output "-": standard output
  std::vector<std::string> metadata;         // name=value
  bool wait = false;
};

struct BatchWatchArgs {
  std::string id;
};

struct BatchResultsArgs {
  std::string id, output;
  bool resume = false, follow = false;
};

struct BatchListArgs {
  int limit = 20;  // 0: all
};

struct BatchShowArgs {
  std::string id;
};

struct BatchCancelArgs {
  std::string id;
};

struct BatchDeleteArgs {
  std::vector<std::string> ids;
};

struct HealthArgs {
  std::string service;
};

struct ModelsArgs {
  enum class Verb { kList, kShow, kCompare, kEstimate, kRetiring };
  Verb verb = Verb::kList;
  std::string filter, order_by;
  std::vector<std::string> models;
  int64_t requests = 0, input_tokens = 0, cached_tokens = 0, output_tokens = 0;
  int batch_percent = 0;
  int within_days = 36'500;  // of retiring
  // Of estimate.
  CompleteArgs request;
  bool batch = false;
  int64_t deadline_seconds = 0;  // 0: whenever
};

struct RoutesListArgs {
  std::string name;
};

struct RoutesExplainArgs {
  CompleteArgs request{.prompt = {"Hi"}, .model = {}, .stream = {}};
  std::string upstream;
  std::vector<std::string> require_tags, exclude;
  bool no_fallback = false;
  bool hedge = false;
};

struct RoutesAdminArgs {
  enum class Verb { kDrain, kUndrain, kReset };
  Verb verb = Verb::kDrain;
  std::string upstream{}, model{}, endpoint{}, key{};
  int64_t ttl_seconds = 0;  // 0: the server's default
};

struct LimitsArgs {
  std::string tenant, team, key;  // empty: the caller's own
};

struct UsageArgs {
  enum class Form { kTable, kCsv, kFocus };
  std::vector<std::string> by;
  std::string bucket = "day";
  int64_t last_seconds = 30 * 86'400;
  std::string zone;
  std::string tenant, team, key, user, model, upstream;  // only theirs; empty: all
  Form form = Form::kTable;
};

struct KeysMakeArgs {
  std::string tenant, team, expires, id, pepper_file;
  std::vector<std::string> roles;
};

// For the verbs of administrators.
struct AdminArgs {
  std::string admin;
};

struct KeysAdminArgs : AdminArgs {
  enum class Verb { kCreate, kList, kShow, kRotate, kRevoke };
  Verb verb = Verb::kList;
  std::string id;
  std::string tenant, team;
  std::string description, expires, request_id;  // of create
  std::vector<std::string> roles, models, operations;
  std::optional<int64_t> rpm, tpm, max_output_tokens;
  bool revoked = false;         // of list
  int64_t overlap_seconds = 0;  // of rotate; 0: the server's default
  std::string hint, reason;     // of revoke
  bool cut_calls = false;
};

struct TenantsArgs : AdminArgs {
  enum class Verb { kList, kShow, kPut, kDisable, kEnable, kBoost };
  Verb verb = Verb::kList;
  std::string id, file, reason;
  std::string meter;  // of boost
  int64_t amount = 0, seconds = 0;
};

struct AuditArgs : AdminArgs {
  std::string tenant, team, key_id;
  int64_t since_seconds = 0;  // 0: from the beginning
  bool follow = false, verify = false;
};

struct CatalogueImportArgs {
  std::string list, file, output, revision, day;  // day: YYYY-MM-DD; empty: today
};

struct VersionArgs {};

struct ConfigArgs {};

// A text that was made from the command line's own declaration.
struct PrintTextArgs {
  std::string text;
};

struct Arguments {
  Settings settings;
  GlobalArgs global;
  std::variant<VersionArgs, CompleteArgs, ChatArgs, ManyArgs, RawArgs, ModelsArgs, HealthArgs,
               FilesUploadArgs, FilesListArgs, FilesShowArgs, FilesDownloadArgs, FilesDeleteArgs,
               BatchCreateArgs, BatchWatchArgs, BatchResultsArgs, BatchListArgs, BatchShowArgs,
               BatchCancelArgs, BatchDeleteArgs, RoutesListArgs, RoutesExplainArgs, RoutesAdminArgs,
               LimitsArgs, UsageArgs, KeysMakeArgs, KeysAdminArgs, TenantsArgs, AuditArgs,
               RespondArgs, RespondStoredArgs, EmbedArgs, ModerateArgs, ImageArgs, ImageEditArgs,
               SpeakArgs, HearArgs, ContinueArgs, FinetuneArgs, ConversationArgs, RealtimeArgs,
               CatalogueImportArgs, ThreadRunArgs, ChatsArgs, ConfigArgs, PrintTextArgs>
      verb;
};

// Prints help and complaints itself; the exit code is then all that is left to do.
std::variant<Arguments, ExitCode> ParseArguments(int argc, char** argv);

// The same declarations as they are without settings, for what is written about them.
VerbInfo DescribeCommand();

}  // namespace inferwire::cli
