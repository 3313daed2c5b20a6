#include "request.h"

#include <sys/stat.h>
#include <unistd.h>

#include "codec/decode.h"
#include "codec/json_gate.h"
#include "output.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

using client::Result;

// The first character tells a list from an object; the codec finds everything else.
char FirstOf(std::string_view json) {
  const auto at = json.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : json[at];
}

Result<void> AddSchema(v1::ChatCompletionParams& params, const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return text.error();
  const auto members = Members(*text);
  if (!members) return UsageError(path + ": " + members.error().message);
  if (members->contains("schema") && members->contains("name")) {
    v1::ChatCompletionParams wrapped;
    const auto read = codec::FromJson(
        R"({"response_format":{"type":"json_schema","json_schema":)" + *text + "}}", wrapped);
    if (!read) return UsageError(path + ": " + read.error().message);
    params.MergeFrom(wrapped);
    return {};
  }
  auto& schema = *params.mutable_response_format()->mutable_json_schema();
  schema.set_name("answer");
  schema.set_strict(true);
  schema.set_schema_json(*text);
  return {};
}

Result<void> AddTools(v1::ChatCompletionParams& params, const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return text.error();
  std::string list = *text;
  if (FirstOf(list) != '[') {
    const auto members = Members(list);
    if (!members) return UsageError(path + ": " + members.error().message);
    // A bare function, as most tutorials show it.
    const bool bare = members->contains("name") && !members->contains("function");
    list = bare ? R"([{"type":"function","function":)" + list + "}]" : "[" + list + "]";
  }
  v1::ChatCompletionParams tools;
  const auto read = codec::FromJson(R"({"tools":)" + list + "}", tools);
  if (!read) return UsageError(path + ": " + read.error().message);
  params.MergeFrom(tools);
  return {};
}

std::string MediaType(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG")) return "image/png";
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(8).starts_with("WEBP")) return "image/webp";
  return "";
}

Result<void> SetImage(v1::ImageUrl& image, const std::string& source) {
  if (source.starts_with("http://") || source.starts_with("https://") ||
      source.starts_with("data:")) {
    image.set_url(source);
    return {};
  }
  auto bytes = ReadFile(source);
  if (!bytes) return bytes.error();
  const std::string type = MediaType(*bytes);
  if (type.empty()) return UsageError(source + ": is no PNG, JPEG, GIF or WebP image");
  image.set_mime_type(type);
  image.set_data(*std::move(bytes));
  return {};
}

// Whether somebody gave standard input to read: a pipe or a file, not a terminal or /dev/null.
bool InputIsGiven() {
  struct stat input {};
  if (fstat(STDIN_FILENO, &input) != 0) return false;
  return S_ISFIFO(input.st_mode) || S_ISREG(input.st_mode) || S_ISSOCK(input.st_mode);
}

}  // namespace

Result<std::map<std::string, std::string>> Members(const std::string& json) {
  // A message without typed members keeps all of them in extra.
  v1::InputTokenDetails bag;
  if (const auto read = codec::FromJson(json, bag); !read) return UsageError(read.error().message);
  return std::map<std::string, std::string>(bag.extra().begin(), bag.extra().end());
}

Result<void> AddParam(google::protobuf::Map<std::string, std::string>& extra,
                      const std::string& param) {
  const auto equals = param.find('=');
  if (equals == std::string::npos || equals == 0) {
    return UsageError("--param " + param + ": must be name=json");
  }
  if (auto good = CheckText(param, "--param"); !good) return good.error();
  const std::string value = param.substr(equals + 1);
  // reasoning_effort=low should not need quotes inside quotes.
  extra[param.substr(0, equals)] = codec::CheckJson(value) ? value : Quoted(value);
  return {};
}

Result<void> AddMetadata(google::protobuf::Map<std::string, std::string>& metadata,
                         const std::vector<std::string>& pairs) {
  for (const std::string& pair : pairs) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos) {
      return UsageError("--metadata " + pair + ": must be name=value");
    }
    if (auto good = CheckText(pair, "--metadata"); !good) return good;
    metadata[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return {};
}

Result<std::string> ReadPrompt(const std::vector<std::string>& given) {
  std::string words;
  for (const auto& word : given) words += (words.empty() ? "" : " ") + word;
  if (words == "-") words.clear();
  if (auto good = CheckText(words, "the prompt"); !good) return good.error();
  const bool asked_for = given.size() == 1 && given.front() == "-";
  if (words.empty() && given.empty() && isatty(STDIN_FILENO) == 1) {
    return UsageError("no prompt: give one as an argument or on standard input (see --help)");
  }
  std::string input;
  if (given.empty() || asked_for || InputIsGiven()) {
    auto text = ReadPipedText();
    if (!text) return text.error();
    input = *std::move(text);
  }
  if (IsBlank(input)) return words;
  return IsBlank(words) ? input : words + "\n\n" + input;
}

Result<std::string> NeedPrompt(const std::vector<std::string>& words) {
  auto prompt = ReadPrompt(words);
  if (prompt && IsBlank(*prompt)) return UsageError("the prompt is empty: nothing was sent");
  return prompt;
}

Result<v1::ChatCompletionParams> BuildParams(const ModelArgs& args) {
  v1::ChatCompletionParams params;
  params.set_model(args.model);
  for (const auto& [text, name] : {std::pair(&args.system, "--system"), {&args.model, "--model"}}) {
    if (auto good = CheckText(*text, name); !good) return good.error();
  }
  for (const auto& stop : args.stop) {
    if (auto good = CheckText(stop, "--stop"); !good) return good.error();
  }
  if (!args.system.empty()) {
    auto& message = *params.add_messages();
    message.set_role(v1::ROLE_SYSTEM);
    message.set_content(args.system);
  }
  if (args.max_tokens) params.set_max_completion_tokens(*args.max_tokens);
  if (args.temperature) params.set_temperature(*args.temperature);
  if (args.seed) params.set_seed(*args.seed);
  if (args.n) params.set_n(*args.n);
  for (const auto& stop : args.stop) params.add_stop(stop);
  if (!args.schema_file.empty()) {
    if (auto added = AddSchema(params, args.schema_file); !added) return added.error();
  }
  for (const auto& file : args.tool_files) {
    if (auto added = AddTools(params, file); !added) return added.error();
  }
  for (const auto& param : args.params) {
    if (auto added = AddParam(*params.mutable_extra(), param); !added) return added.error();
  }
  return params;
}

Result<void> AddUserMessage(v1::ChatCompletionParams& params, std::string_view text,
                            const std::vector<std::string>& images) {
  auto& message = *params.add_messages();
  message.set_role(v1::ROLE_USER);
  if (images.empty()) {
    message.set_content(std::string(text));
    return {};
  }
  for (const auto& image : images) {
    auto set = SetImage(*message.add_content_parts()->mutable_image_url(), image);
    if (!set) return set;
  }
  if (!text.empty()) message.add_content_parts()->set_text(std::string(text));
  return {};
}

client::Result<v1::ChatCompletionParams> BuildRequest(const CompleteArgs& args) {
  auto params = BuildParams(args.model);
  if (!params) return params.error();
  const auto prompt = ReadPrompt(args.prompt);
  if (!prompt) return prompt.error();
  if (IsBlank(*prompt) && args.model.images.empty()) {
    return UsageError("the prompt is empty: nothing was sent");
  }
  if (auto added = AddUserMessage(*params, *prompt, args.model.images); !added) {
    return added.error();
  }
  return params;
}

}  // namespace inferwire::cli
