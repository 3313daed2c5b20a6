#include "openai/form_fields.h"

#include <string>
#include <utility>

#include "codec/json_text.h"

namespace inferwire::openai {
namespace {

using codec::JsonCursor;
using codec::JsonString;

class Writer {
 public:
  // False: there are too many.
  bool AddMembers(JsonCursor& cursor, const std::string& parent) {
    cursor.Enter();
    for (JsonString name; cursor.NextMember(name);) {
      const std::string text = name.Text();
      if (!AddValue(cursor, parent.empty() ? text : parent + '[' + text + ']')) return false;
    }
    return true;
  }
  FormSource::Fields& fields() { return fields_; }

 private:
  bool AddValue(JsonCursor& cursor, const std::string& name) {
    switch (cursor.Peek()) {
      case '{':
        return AddMembers(cursor, name);
      case '[':
        cursor.Enter();
        while (cursor.NextElement()) {
          if (!AddValue(cursor, name + "[]")) return false;
        }
        return true;
      case 'n':
        cursor.SkipValue();
        return true;
      case '"':
        return Add(name, cursor.ReadString().Text());
      default:
        return Add(name, std::string(cursor.SkipValue()));
    }
  }
  bool Add(const std::string& name, std::string value) {
    if (fields_.size() == kMostFormFields) return false;
    fields_.emplace_back(name, std::move(value));
    return true;
  }

  FormSource::Fields fields_;
};

}  // namespace

Result<FormSource::Fields> FormFields(std::string_view json) {
  JsonCursor cursor(json);
  Writer writer;
  if (!writer.AddMembers(cursor, "")) {
    return InvalidField("params", "makes more than 1000 fields of a form",
                        v1::ERROR_REASON_REQUEST_TOO_LARGE);
  }
  return std::move(writer.fields());
}

}  // namespace inferwire::openai
