// JSON values that arrive in pieces over the chunks of a stream, whatever their members are called,
// put together into what an answer in one piece would have had. Not thread-safe. The cost is linear
// in the bytes that come.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferwire::openai {

// How values of one name become one:
//  - null, "", [] and {} never replace anything; a value of another kind, and a later number or
//    boolean, replaces what was there;
//  - objects: member by member (of those with more than 100, the last one stands);
//  - texts: appended under names of texts (reasoning, transcript, arguments, data, ...), the last
//    one under names of labels (id, type, name, signature, ...). Under any other name: appended,
//    unless it is the same each time, which makes it a label;
//  - lists: appended. An element that continues one before it (the same index, or none and it comes
//    next; a text, and no label that differs) is merged with that. A list that begins with all that
//    is there already, and holds neither texts nor numbers, is told anew and replaces it (not in a
//    series).
class JsonPiece {
 public:
  // Differences (a delta); the state so far, of which the last text counts (a choice); one value
  // per token (log probabilities).
  enum class Kind { kDifference, kState, kSeries };

  // The value is JSON that the gate has passed. Returns by how many bytes this may have grown.
  size_t Add(std::string_view name, std::string_view value, Kind kind);
  void AppendTo(std::string& json) const;

 private:
  // A run is elements of a list that nothing continues.
  enum class Form { kRaw, kText, kList, kObject, kRun };
  using Members = std::vector<std::pair<std::string, JsonPiece>>;  // in the order of their coming

  // Takes a first value apart, so that others can be added. False: it is of another form.
  bool Open(Form form, size_t& growth);
  void AddText(std::string_view name, std::string_view value, Kind kind);
  size_t AddList(std::string_view value, Kind kind);
  size_t AddElement(std::string_view element, Kind kind);
  bool AddObject(std::string_view value, Kind kind, size_t& growth);
  const JsonPiece* Find(std::string_view member) const;
  bool IsToldAnewBy(std::string_view list) const;
  // Which element this one goes on with; null: none.
  JsonPiece* ContinuedBy(const JsonPiece& element);
  bool Contradicts(std::string_view other) const;
  bool IsClosed() const;
  std::string_view TextOf(std::string_view member) const;
  void SetRaw(std::string_view value);

  Form form_ = Form::kRaw;
  std::string text_;     // kRaw: JSON; kText: what is between the quotes; kRun: with commas
  size_t repeated_ = 1;  // kText: so often, as long as nothing else came
  size_t bytes_ = 0;     // kList: of what came
  Members members_;      // kObject
  std::vector<JsonPiece> elements_;  // kList
};

// A text that comes in pieces is usually called so: content, reasoning_details, ...
bool IsTextName(std::string_view name);

// null, "", [] and {}.
bool IsEmptyJson(std::string_view text);

}  // namespace inferwire::openai
