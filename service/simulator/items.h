// The items that responses and conversations are made of: read, checked, given ids, and what they
// mean for the next answer.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "simulator/fields.h"
#include "simulator/json.h"
#include "simulator/random.h"

namespace inferwire::simulator {

struct ItemContext {
  int64_t tokens = 0;
  uint64_t hash = 0;  // of the texts so far
  std::string last_role{}, last_user_text{};
  bool mentions_json = false;
  std::set<std::string> calls{}, unanswered{};  // ids of tool calls
};

// Reads one list of items into a context. path is where the list stands in the request.
class ItemReader {
 public:
  ItemReader(Fields& body, std::string path, ItemContext& context, Random& ids)
      : body_(body), path_(std::move(path)), context_(context), ids_(ids) {}

  // items get what they lack: type, id, status, and content as a list.
  void Read(const Json& list, std::vector<Json>& items);
  // A text alone is a message of the user.
  void ReadText(const std::string& text, std::vector<Json>& items);

 private:
  void ReadItem(const Json& given, const std::string& path, std::vector<Json>& items);
  void ReadMessage(Json& item, const std::string& path);
  void ReadPart(const Json& part, const std::string& path, std::string& text);
  void ReadImage(Fields& part, const std::string& path);
  void ReadCall(const Json& item, const std::string& path);
  void ReadCallOutput(const Json& item, const std::string& path);

  Fields& body_;
  const std::string path_;
  ItemContext& context_;
  Random& ids_;
};

// "msg_..." and the like for an item of this type.
std::string NewItemId(std::string_view type, Random& ids);

}  // namespace inferwire::simulator
