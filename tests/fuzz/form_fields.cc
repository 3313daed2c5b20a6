// The fields of a form say what the JSON object said that they are made of: none is lost, none is
// more than may be, and a form of them has as many parts.
#include "openai/form_fields.h"

#include <string>

#include "codec/json_gate.h"
#include "fuzz/input.h"
#include "fuzz/require.h"
#include "nlohmann/json.hpp"
#include "openai/form_source.h"

namespace inferwire::fuzz {
namespace {

using Json = nlohmann::json;

size_t Values(const Json& json) {
  if (json.is_null()) return 0;
  if (!json.is_structured()) return 1;
  size_t count = 0;
  for (const auto& value : json) count += Values(value);
  return count;
}

std::string Sent(const openai::FormSource::Fields& fields) {
  openai::FormSource source("inferwire-boundary");
  source.SetFields(fields);
  source.Complete();
  std::string sent(static_cast<size_t>(source.overhead()), '\0');
  Require(source.Read(sent.data(), sent.size()) == source.overhead(),
          "a form is as long as it says");
  Require(source.Read(sent.data(), 0) == http::BodySource::kEnd, "and no longer");
  return sent;
}

void Check(std::string_view text) {
  const codec::JsonLimits limits;
  if (!codec::CheckJson(text, limits)) return;
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return;
  const auto fields = openai::FormFields(text);
  if (!fields) return;
  Require(fields->size() <= openai::kMostFormFields, "no more fields than may be");
  // Of two members with one name, the reader of this test keeps the last.
  Require(fields->size() >= Values(json), "no value is lost", text);
  const std::string sent = Sent(*fields);
  Require(sent.ends_with("--inferwire-boundary--\r\n"), "a form has its end");
  for (const auto& [name, value] : *fields) {
    Require(sent.find(value) != std::string::npos, "a value stands there as it is", value);
  }
}

}  // namespace
}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Check(inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
