// Every field of every message that the typed services send or read, one at a time: written as JSON
// and read back it is what it was.
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "codec/decode.h"
#include "codec/encode.h"
#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/conversations_service.pb.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/moderations_service.pb.h"
#include "inferwire/v1/realtime_service.pb.h"
#include "inferwire/v1/responses_service.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"

namespace inferwire::codec {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const Descriptor* const kRoots[] = {v1::ResponseParams::descriptor(),
                                    v1::Response::descriptor(),
                                    v1::ResponseEvent::descriptor(),
                                    v1::ResponseCompaction::descriptor(),
                                    v1::ListInputItemsResponse::descriptor(),
                                    v1::EmbeddingParams::descriptor(),
                                    v1::EmbeddingResult::descriptor(),
                                    v1::ModerationParams::descriptor(),
                                    v1::Moderation::descriptor(),
                                    v1::TextCompletionParams::descriptor(),
                                    v1::TextCompletion::descriptor(),
                                    v1::ImageParams::descriptor(),
                                    v1::ImageResult::descriptor(),
                                    v1::FineTuningParams::descriptor(),
                                    v1::FineTuningJob::descriptor(),
                                    v1::Assistant::descriptor(),
                                    v1::AssistantThread::descriptor(),
                                    v1::AssistantRun::descriptor(),
                                    v1::Conversation::descriptor(),
                                    v1::RunParams::descriptor(),
                                    v1::ThreadMessageDelta::descriptor(),
                                    v1::RealtimeSecretParams::descriptor(),
                                    v1::RealtimeSecret::descriptor()};

const v1::JsonField& OptionsOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::json);
}

bool IsBare(const Descriptor& type) { return type.options().GetExtension(v1::json_message).bare(); }

std::unique_ptr<Message> New(const Descriptor& type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

std::string TextFor(const FieldDescriptor& field) {
  if (field.name().ends_with("_json")) return R"({"a":[1,2.50]})";
  const auto& types = OptionsOf(field).when_type();
  return field.type() == FieldDescriptor::TYPE_BYTES ? std::string("\x00\x01\xff", 3)
         : types.empty()                             ? "text"
                                                     : types[0];
}

void Set(Message& message, const FieldDescriptor& field, int depth);

// Some field of a message that has to say something.
void SetAny(Message& message, int depth) {
  if (auto* const time = dynamic_cast<google::protobuf::Timestamp*>(&message)) {
    return time->set_seconds(1'700'000'000);
  }
  const Descriptor& type = *message.GetDescriptor();
  // A union is one of its cases.
  if (const FieldDescriptor* const raw = type.FindFieldByName("raw_json")) {
    return message.GetReflection()->SetString(&message, raw, R"({"type":"x"})");
  }
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool simple = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_map() &&
                        OptionsOf(field).encoding() == v1::JSON_ENCODING_UNSPECIFIED;
    if (simple || IsBare(type)) return Set(message, field, depth);
  }
}

void SetMap(Message& message, const FieldDescriptor& field, int depth) {
  Message& entry = *message.GetReflection()->AddMessage(&message, &field);
  const Descriptor& type = *field.message_type();
  entry.GetReflection()->SetString(&entry, type.map_key(), "key");
  // extra is JSON text.
  if (field.name() == "extra") {
    entry.GetReflection()->SetString(&entry, type.map_value(), "[1]");
  } else {
    Set(entry, *type.map_value(), depth);
  }
}

void Set(Message& message, const FieldDescriptor& field, int depth) {
  const auto& reflection = *message.GetReflection();
  if (field.is_map()) return SetMap(message, field, depth);
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? reflection.AddString(&message, &field, TextFor(field))
                  : reflection.SetString(&message, &field, TextFor(field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, true);
    case FieldDescriptor::CPPTYPE_INT32:
      return many ? reflection.AddInt32(&message, &field, 7)
                  : reflection.SetInt32(&message, &field, 7);
    case FieldDescriptor::CPPTYPE_INT64:
      return many ? reflection.AddInt64(&message, &field, 1LL << 40)
                  : reflection.SetInt64(&message, &field, 1LL << 40);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return many ? reflection.AddDouble(&message, &field, 0.1)
                  : reflection.SetDouble(&message, &field, 0.1);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.AddFloat(&message, &field, 0.1f);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(&message, &field, field.enum_type()->value(1)->number());
    default:
      if (depth > 4) return;
      SetAny(many ? *reflection.AddMessage(&message, &field)
                  : *reflection.MutableMessage(&message, &field),
             depth + 1);
  }
}

void Reach(const Descriptor& type, std::set<const Descriptor*>& types) {
  if (type.file()->package() != "inferwire.v1" || !types.insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (OptionsOf(field).outside()) continue;
    const Descriptor* inner = field.message_type();
    if (field.is_map()) inner = field.message_type()->map_value()->message_type();
    if (inner != nullptr) Reach(*inner, types);
  }
}

// The type that a field belongs to, where it belongs to some only.
void Complete(Message& message, const FieldDescriptor& field) {
  const Descriptor& type = *message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  if (!OptionsOf(field).when_type().empty()) {
    reflection.SetString(&message, type.FindFieldByName("type"), OptionsOf(field).when_type(0));
  }
  const FieldDescriptor* raw = type.FindFieldByName("raw_json");
  const auto* cases = raw == nullptr ? nullptr : raw->containing_oneof();
  if (cases != nullptr && field.containing_oneof() != cases) {
    SetAny(*reflection.MutableMessage(&message, cases->field(0)), 1);
  }
}

TEST(EveryField, OfTheTypedServicesSurvivesTheWayToJsonAndBack) {
  std::set<const Descriptor*> types;
  for (const Descriptor* root : kRoots) Reach(*root, types);
  // Written as a URL and read back as one: chat.proto says why.
  types.erase(v1::ImageUrl::descriptor());
  int fields = 0;
  for (const Descriptor* type : types) {
    if (IsBare(*type)) continue;  // part of others
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor& field = *type->field(i);
      const bool is_part = OptionsOf(field).encoding() == v1::JSON_ENCODING_MEDIA_TYPE;
      if (OptionsOf(field).outside() || is_part) continue;
      // Written as a URL and read back as one: responses.proto says why.
      if (OptionsOf(field).encoding() == v1::JSON_ENCODING_DATA_URL) continue;
      // A union's whole case, which is its own JSON; what is beside its cases needs one.
      const bool is_union = type->FindFieldByName("raw_json") != nullptr;
      if (is_union && (field.name() == "raw_json" || field.name() == "extra")) continue;
      SCOPED_TRACE(field.full_name());
      const auto message = New(*type);
      Set(*message, field, 0);
      Complete(*message, field);
      std::string json;
      const auto written = AppendJson(*message, json);
      ASSERT_TRUE(written) << written.error().message;
      const auto read = New(*type);
      const auto decoded = FromJson(json, *read);
      ASSERT_TRUE(decoded) << decoded.error().message;
      std::string difference;
      google::protobuf::util::MessageDifferencer differencer;
      differencer.ReportDifferencesToString(&difference);
      EXPECT_TRUE(differencer.Compare(*message, *read)) << json << '\n' << difference;
      ++fields;
    }
  }
  EXPECT_GT(fields, 400);
}

}  // namespace
}  // namespace inferwire::codec
