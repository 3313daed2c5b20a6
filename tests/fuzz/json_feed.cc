// What a feed hands out of a document is the same however the network cuts the bytes, and what it
// takes as a whole one is put together again to what the JSON reader reads.
#include "codec/json_feed.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "codec/json_gate.h"
#include "fuzz/input.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

using codec::JsonFeed;
using nlohmann::json;

struct Heard final : JsonFeed::Sink {
  using Next = JsonFeed::Next;

  Next Say() { return pauses ? Next::kPause : Next::kGoOn; }
  Next OnPiece(std::string_view piece) override {
    Require(piece.find_first_of("\"\\") == piece.npos, "a piece has no escapes");
    pieces += piece;
    return Say();
  }
  Next OnElement(std::string_view text) override {
    elements.emplace_back(text);
    longs.push_back(std::move(pieces));
    pieces.clear();
    return Say();
  }
  bool pauses = false;
  JsonFeed::Status status = JsonFeed::Status::kMore;
  std::vector<std::string> elements, longs;
  std::string pieces, rest;
};

template <class NextSize>
Heard Hear(const JsonFeed::Shape& shape, std::string_view text, bool pauses, NextSize next_size) {
  JsonFeed feed(shape);
  Heard heard;
  heard.pauses = pauses;
  while (!text.empty() && heard.status <= JsonFeed::Status::kPaused) {
    const size_t size = std::min(next_size(), text.size());
    // A copy that is gone before the next one: a sanitizer sees every view that is kept too long.
    const std::vector<char> bytes(text.begin(), text.begin() + static_cast<ptrdiff_t>(size));
    std::string_view left(bytes.data(), size);
    text.remove_prefix(size);
    do heard.status = feed.Feed(left, heard);
    while (heard.status == JsonFeed::Status::kPaused);
    Require(left.empty() || heard.status > JsonFeed::Status::kPaused, "all is taken");
  }
  heard.rest = feed.rest();
  Require(heard.elements.size() == feed.elements(), "the elements are counted");
  Require((heard.status == JsonFeed::Status::kWhole) == feed.whole() || text.empty() ||
              heard.status > JsonFeed::Status::kPaused,
          "it knows when it is whole");
  return heard;
}

void RequireSame(const Heard& a, const Heard& b) {
  // Of what is both too long and broken, either may be seen first.
  const auto good = JsonFeed::Status::kPaused;
  Require((a.status > good) == (b.status > good), "the end does not depend on reads");
  Require(a.status > good || a.status == b.status, "nor does what it has of it");
  Require(a.elements == b.elements && a.longs == b.longs, "elements do not depend on reads");
  // What a text that goes wrong has left is nobody's.
  if (a.status > JsonFeed::Status::kPaused) return;
  Require(a.pieces == b.pieces && a.rest == b.rest, "the rest does not depend on reads");
}

// Of JSON without a member twice, of which readers keep the last one.
void RequireWhole(const Heard& heard, const JsonFeed::Shape& shape, std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded() || !codec::CheckJson(text)) return;
  Require(heard.status == JsonFeed::Status::kWhole || !document.is_object() ||
              heard.status > JsonFeed::Status::kPaused,
          "JSON that ends is whole");
  if (heard.status != JsonFeed::Status::kWhole) return;
  json list = json::array();
  for (size_t i = 0; i < heard.elements.size(); ++i) {
    json element = json::parse(heard.elements[i], nullptr, false);
    Require(!element.is_discarded(), "an element of JSON is JSON");
    if (!heard.longs[i].empty()) element[std::string(shape.long_member)] = heard.longs[i];
    list.push_back(std::move(element));
  }
  if (shape.list.empty()) return Require(list == json::array({document}), "it is the element");
  json whole = json::parse(heard.rest, nullptr, false);
  Require(!whole.is_discarded(), "the rest of JSON is JSON");
  if (!list.empty()) whole[std::string(shape.list)] = list;
  Require(whole == document, "nothing is lost");
}

}  // namespace

void Run(const Input& input) {
  auto choices = input.Choices();
  const std::string_view text = input.Rest();
  const size_t size = std::max<size_t>(text.size(), 1);
  for (const size_t most : {size_t{1} << 20, size_t{24}}) {
    for (const std::string_view list : {"data", ""}) {
      const JsonFeed::Shape shape{list, "b64_json", most, most};
      const Heard whole = Hear(shape, text, false, [&] { return size; });
      RequireSame(whole, Hear(shape, text, true, [] { return size_t{1}; }));
      RequireSame(whole, Hear(shape, text, false, [&] { return size_t{1} + choices() % 24; }));
      RequireWhole(whole, shape, text);
    }
  }
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
