#include "fuzz/json_judge.h"

#include <algorithm>
#include <string>

namespace inferwire::fuzz {
namespace {

using nlohmann::json;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The text with what the judge sees otherwise replaced by what it sees as RFC 8259 does. All up to
// the first fault is changed in place for place, so the text is JSON exactly if it was.
std::string Tame(std::string_view text) {
  std::string tame;
  bool in_string = false;
  size_t digits = 0;
  if (text.starts_with('\xEF')) return "no white space";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') return tame + '\x01';
    if (in_string && c == '\\' && i + 1 < text.size()) {
      const bool surrogate = text[i + 1] == 'u' && i + 3 < text.size() &&
                             (text[i + 2] | 0x20) == 'd' && text[i + 3] >= '8';
      tame += c;
      tame += text[++i];
      // \ud83d -> \u083d
      if (surrogate) tame += '0', ++i;
      continue;
    }
    if (c == '"') in_string = !in_string;
    // Two digits do, in the mantissa as in the exponent.
    digits = !in_string && IsDigit(c) ? digits + 1 : 0;
    if (digits <= 2) tame += c;
  }
  return tame;
}

class Measure final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return Value(); }
  bool boolean(bool) override { return Value(); }
  bool number_integer(number_integer_t) override { return Value(); }
  bool number_unsigned(number_unsigned_t) override { return Value(); }
  bool number_float(number_float_t, const string_t&) override { return Value(); }
  bool string(string_t&) override { return Value(); }
  bool binary(binary_t&) override { return Value(); }
  bool start_object(size_t) override { return Open(); }
  bool key(string_t&) override { return true; }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(); }
  bool end_array() override { return Close(); }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  JsonShape shape;

 private:
  bool Value() {
    ++shape.nodes;
    return true;
  }
  bool Open() {
    shape.depth = std::max(shape.depth, ++open_);
    return Value();
  }
  bool Close() {
    --open_;
    return true;
  }

  size_t open_ = 0;
};

bool IsDefault(const std::string& name, const json& value) {
  if (name == "type" || name == "object") return value.is_string();
  return value.is_null() || value == 0 || value == "";
}

bool MayVanish(const std::string& name, const json& value) {
  const bool empty = (value.is_array() || value.is_object()) && value.empty();
  return value.is_null() || empty || name == "obfuscation";
}

bool SameNumber(const json& a, const json& b) {
  return a == b || a.get<double>() == b.get<double>();
}

}  // namespace

std::optional<JsonShape> ShapeOf(std::string_view text) {
  Measure measure;
  const std::string tame = Tame(text);
  if (!json::sax_parse(tame, &measure)) return std::nullopt;
  return measure.shape;
}

std::optional<json> Tree(std::string_view text) {
  json tree = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (tree.is_discarded()) return std::nullopt;
  return tree;
}

bool Carries(const json& written, const json& read) {
  if (read.is_object() && written.is_object()) {
    for (const auto& [name, value] : read.items()) {
      const auto member = written.find(name);
      if (member == written.end() && MayVanish(name, value)) continue;
      if (member == written.end()) return false;
      if (name == "stop" && value.is_string() && *member == json::array({value})) continue;
      if (value.is_null() && IsDefault(name, *member)) continue;
      if (!Carries(*member, value)) return false;
    }
    return std::all_of(written.items().begin(), written.items().end(), [&](const auto& member) {
      return read.contains(member.key()) || IsDefault(member.key(), member.value());
    });
  }
  if (read.is_array() && written.is_array()) {
    return std::equal(read.begin(), read.end(), written.begin(), written.end(),
                      [](const json& a, const json& b) { return Carries(b, a); });
  }
  if (read.is_number() && written.is_number()) return SameNumber(read, written);
  return read == written;
}

}  // namespace inferwire::fuzz
