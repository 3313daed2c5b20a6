// The gate lets through what is JSON and nothing else, and what reads checked text stays inside it.
#include "codec/json_gate.h"

#include <algorithm>
#include <string>
#include <vector>

#include "codec/json_fault.h"
#include "codec/json_text.h"
#include "codec/utf8.h"
#include "fuzz/input.h"
#include "fuzz/json_judge.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

constexpr int kDeepest = codec::kDeepestNesting;

void CheckInside(std::string_view part, std::string_view whole) {
  Require(part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size(),
          "a slice lies in the text");
}

void CheckString(const codec::JsonString& string, std::string_view whole) {
  CheckInside(string.raw, whole);
  Require(codec::IsUtf8(string.Text()), "a string is UTF-8");
}

// Every value of a checked text is a slice that is JSON by itself.
void Walk(std::string_view value, size_t& nodes) {
  ++nodes;
  Require(codec::CheckJson(value, {.max_depth = kDeepest}).ok(), "a slice is a value", value);
  codec::JsonCursor cursor(value);
  const char kind = cursor.Peek();
  if (kind == '"') return CheckString(cursor.ReadString(), value);
  if (kind != '{' && kind != '[') return;
  cursor.Enter();
  codec::JsonString name;
  while (kind == '{' ? cursor.NextMember(name) : cursor.NextElement()) {
    if (kind == '{') CheckString(name, value);
    const std::string_view slice = cursor.SkipValue();
    CheckInside(slice, value);
    Walk(slice, nodes);
  }
}

// Each limit lets through exactly what keeps to it.
void CheckLimits(std::string_view text, const JsonShape& shape) {
  const auto passes = [&](size_t bytes, size_t nodes, size_t depth) {
    return codec::CheckJson(
               text, {.max_bytes = bytes, .max_nodes = nodes, .max_depth = static_cast<int>(depth)})
        .ok();
  };
  Require(passes(text.size(), shape.nodes, shape.depth), "what keeps to the limits passes", text);
  Require(!passes(text.size() - 1, shape.nodes, shape.depth), "too many bytes", text);
  Require(!passes(text.size(), shape.nodes - 1, shape.depth), "too many values", text);
  if (shape.depth == 0) return;
  Require(!passes(text.size(), shape.nodes, shape.depth - 1), "too deep", text);
}

// Numbers that the judge does not hold exactly.
bool HasFloats(const nlohmann::json& tree) {
  if (!tree.is_structured()) return tree.is_number_float();
  return std::any_of(tree.begin(), tree.end(), HasFloats);
}

}  // namespace

void Run(std::string_view input) {
  // A copy of exactly this size, so that a sanitizer sees any step over its end.
  const std::vector<char> copy(input.begin(), input.end());
  const std::string_view text(copy.data(), copy.size());
  const codec::JsonFault fault = codec::FindJsonFault(text, {.max_depth = kDeepest});
  const auto shape = ShapeOf(text);
  const bool fits = shape && shape->depth <= kDeepest;
  Require(fault.at <= text.size(), "a fault lies in the text");
  Require(fits == !fault, "the gate and the judge agree", fault ? fault.what : "passed");
  if (!fits) return;

  size_t nodes = 0;
  // Quadratic in the depth.
  if (shape->depth <= 64) {
    Walk(codec::JsonCursor(text).SkipValue(), nodes);
    Require(nodes == shape->nodes, "every value is walked");
  }
  CheckLimits(text, *shape);
  Require(codec::JsonEquals(text, text), "a text equals itself");
  const auto tree = Tree(text);
  if (tree && !HasFloats(*tree)) {
    Require(codec::JsonEquals(text, tree->dump()), "order and white space do not count");
  }
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run(inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
