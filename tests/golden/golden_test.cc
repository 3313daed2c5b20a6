// Every case of this folder, both ways: CASE.textproto is written as exactly CASE.json, and
// CASE.json is read as exactly CASE.textproto.
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "codec/decode.h"
#include "codec/encode.h"
#include "inferwire/v1/chat.pb.h"

namespace inferwire::codec {
namespace {

namespace fs = std::filesystem;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const std::map<std::string, const Message*>& Resources() {
  static const std::map<std::string, const Message*> resources = {
      {"chat_request", &v1::ChatCompletionParams::default_instance()},
      {"chat_answer", &v1::ChatCompletion::default_instance()},
      {"chat_chunk", &v1::ChatCompletionChunk::default_instance()},
  };
  return resources;
}

fs::path Folder(const std::string& resource) {
  return fs::path(INFERWIRE_SOURCE_DIR) / "tests" / "golden" / resource;
}

std::set<fs::path> Cases(const std::string& resource, const std::string& extension) {
  std::set<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(Folder(resource))) {
    fs::path path = entry.path();
    if (path.extension() == extension) cases.insert(path.replace_extension());
  }
  return cases;
}

std::string ReadFile(fs::path path, const std::string& extension) {
  std::ifstream file(path.replace_extension(extension), std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::unique_ptr<Message> ReadProto(const fs::path& path, const Message& prototype) {
  std::unique_ptr<Message> message(prototype.New());
  const std::string text = ReadFile(path, ".textproto");
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get())) << path;
  return message;
}

template <class Action>
void ForEachCase(Action action) {
  for (const auto& [resource, prototype] : Resources()) {
    for (const fs::path& path : Cases(resource, ".textproto")) {
      SCOPED_TRACE(path.string());
      action(path, *prototype);
    }
  }
}

TEST(Golden, EveryCaseHasBothFiles) {
  for (const auto& [resource, prototype] : Resources()) {
    EXPECT_EQ(Cases(resource, ".textproto"), Cases(resource, ".json")) << resource;
    EXPECT_GE(Cases(resource, ".json").size(), 8u) << resource;
  }
}

TEST(Golden, ProtoIsWrittenAsTheJson) {
  ForEachCase([](const fs::path& path, const Message& prototype) {
    std::string json;
    const auto done = AppendJson(*ReadProto(path, prototype), json);
    ASSERT_TRUE(done.ok()) << done.error().message;
    EXPECT_EQ(json + '\n', ReadFile(path, ".json"));
  });
}

TEST(Golden, JsonIsReadAsTheProto) {
  ForEachCase([](const fs::path& path, const Message& prototype) {
    std::unique_ptr<Message> message(prototype.New());
    const auto done = FromJson(ReadFile(path, ".json"), *message);
    ASSERT_TRUE(done.ok()) << done.error().message;
    google::protobuf::util::MessageDifferencer differencer;
    std::string difference;
    differencer.ReportDifferencesToString(&difference);
    EXPECT_TRUE(differencer.Compare(*ReadProto(path, prototype), *message)) << difference;
  });
}

void AddFieldsOf(const Descriptor& type, std::set<const FieldDescriptor*>& fields) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (!fields.insert(type.field(i)).second || type.field(i)->is_map()) continue;
    const Descriptor* inner = type.field(i)->message_type();
    if (inner != nullptr && inner->file()->package() == "inferwire.v1") AddFieldsOf(*inner, fields);
  }
}

void RemoveSetFields(const Message& message, std::set<const FieldDescriptor*>& fields) {
  std::vector<const FieldDescriptor*> set;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    fields.erase(field);
    if (field->message_type() == nullptr || field->is_map()) continue;
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 0;
    for (int i = 0; i < count; ++i) {
      RemoveSetFields(reflection.GetRepeatedMessage(message, field, i), fields);
    }
    if (!field->is_repeated()) RemoveSetFields(reflection.GetMessage(message, field), fields);
  }
}

TEST(Golden, TheCasesTogetherSetEveryField) {
  std::set<const FieldDescriptor*> missing;
  for (const auto& [resource, prototype] : Resources()) {
    AddFieldsOf(*prototype->GetDescriptor(), missing);
  }
  // Written as a URL, read back as the url: not the same proto both ways.
  const Descriptor& image = *v1::ImageUrl::descriptor();
  missing.erase(image.FindFieldByName("data"));
  missing.erase(image.FindFieldByName("mime_type"));
  ASSERT_GT(missing.size(), 100u);
  ForEachCase([&](const fs::path& path, const Message& prototype) {
    RemoveSetFields(*ReadProto(path, prototype), missing);
  });
  for (const FieldDescriptor* field : missing) ADD_FAILURE() << field->full_name();
}

}  // namespace
}  // namespace inferwire::codec
