#include "fuzz/message_check.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>
#include <string>
#include <vector>

#include "codec/decode.h"
#include "codec/encode.h"
#include "codec/utf8.h"
#include "fuzz/json_judge.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void CheckStrings(const Message& message) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->type() == FieldDescriptor::TYPE_STRING) {
        const std::string text = field->is_repeated()
                                     ? reflection.GetRepeatedString(message, field, i)
                                     : reflection.GetString(message, field);
        Require(codec::IsUtf8(text), "strings are UTF-8", field->full_name());
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        CheckStrings(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                          : reflection.GetMessage(message, field));
      }
    }
  }
}

// Equal messages have equal bytes.
std::string Wire(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  return bytes;
}

std::string Write(const Message& message) {
  std::string json;
  const auto written = codec::AppendJson(message, json);
  Require(written.ok(), "what was read can be written",
          written.ok() ? "" : written.error().message);
  return json;
}

}  // namespace

void CheckMessage(const Message& message) {
  CheckStrings(message);
  const std::unique_ptr<Message> received(message.New());
  const std::string bytes = Wire(message);
  Require(received->ParseFromString(bytes), "a message survives the wire");
  Require(Wire(*received) == bytes, "the wire changes nothing");
}

void CheckDecoding(const Message& prototype, std::string_view json, bool carries) {
  const std::unique_ptr<Message> message(prototype.New()), again(prototype.New());
  const auto read = codec::FromJson(json, *message);
  const size_t first = json.find_first_not_of(" \t\r\n");
  const bool is_object = first != std::string_view::npos && json[first] == '{';
  Require(read.ok() || !is_object || !codec::CheckJson(json).ok(), "no shape is refused");
  if (!read.ok()) {
    Require(read.error().code == Code::kInternal, "a refusal is the upstream's fault");
    const auto reason = read.error().reason;
    Require(reason == v1::ERROR_REASON_UPSTREAM_PROTOCOL ||
                reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE,
            "and says so");
    Require(codec::IsUtf8(read.error().message), "in UTF-8");
    return;
  }
  CheckMessage(*message);

  const std::string written = Write(*message);
  Require(IsJson(written), "what is written is JSON", written);
  // A bare value that becomes a list is one level deeper.
  const auto reread = codec::FromJson(written, *again, {.max_depth = 500});
  Require(reread.ok(), "what is written can be read", written);
  Require(Wire(*again) == Wire(*message), "and gives the same message", written);
  Require(Write(*again) == written, "and is written the same way", written);
  if (!carries) return;
  const auto original = Tree(json), copy = Tree(written);
  if (original && copy) Require(Carries(*copy, *original), "nothing is lost", written);
}

}  // namespace inferwire::fuzz
