// Definitions of tools and schemas of answers as a model is shown them: functions in a notation
// like TypeScript's, a schema as shorter JSON. The provider does not publish either; this was
// fitted to recorded usage, README.md has its error. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace inferwire::tokens {

// A schema that is longer, deeper than this or no JSON is shown as it came.
inline constexpr size_t kMostSchemaBytes = 64u << 10;
inline constexpr int kMostSchemaDepth = 32;
// The same holds for what comes after so much, so that the thread has other things to do in
// between.
inline constexpr size_t kMostReadBytes = 256u << 10;

// Of one request.
class ToolNotation {
 public:
  void AddFunction(std::string_view name, std::string_view description,
                   std::string_view parameters_json);
  // format_json: of chat or of responses.
  void AddCustom(std::string_view name, std::string_view description, std::string_view format_json);
  bool empty() const { return functions_.empty(); }
  std::string Text() const;
  // Of what the model is told besides.
  int64_t unseen_tokens() const { return unseen_tokens_; }

 private:
  void AddComment(std::string_view text);

  std::string functions_;
  size_t read_bytes_ = 0;
  int64_t unseen_tokens_ = 0;
};

// whole: with the lists of what is required, which models that reason are not shown.
std::string SchemaNotation(std::string_view name, std::string_view schema_json, bool whole);

}  // namespace inferwire::tokens
