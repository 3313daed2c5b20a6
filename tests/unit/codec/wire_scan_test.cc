// Requests that are small on the wire and large in memory, each kind of them.
#include "codec/wire_scan.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "inferwire/v1/chat_service.pb.h"
#include "inferwire/v1/models_service.pb.h"
#include "inferwire/v1/raw_service.pb.h"

namespace inferwire::codec {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

bool Exceeds(size_t most, std::string_view bytes, const Descriptor& type, int block = -1) {
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()),
                                                block);
  return HasMoreFieldsThan(most, stream, type);
}

std::string Times(size_t count, std::string_view piece) {
  std::string text;
  while (count-- > 0) text += piece;
  return text;
}

std::string Varint(size_t value) {
  std::string text;
  for (; value > 127; value >>= 7) text += static_cast<char>(value | 0x80);
  return text += static_cast<char>(value);
}

// Field `number` with this content, length-delimited.
std::string Field(int number, std::string_view content) {
  return Varint(static_cast<size_t>(number) << 3 | 2) + Varint(content.size()) +
         std::string(content);
}

struct Bomb {
  const char* name;
  const Message* type;
  std::string bytes;
  size_t fields;
};

// Of a few hundred fields: what is too many is the bound's affair.
std::vector<Bomb> Bombs() {
  const auto& complete = v1::CompleteRequest::default_instance();
  const auto& estimate = v1::EstimateRequest::default_instance();
  const auto& compare = v1::CompareModelsRequest::default_instance();
  const auto& raw = v1::InvokeRequest::default_instance();
  const auto& many = v1::CompleteManyRequest::default_instance();
  const std::string messages = Times(300, Field(2, ""));
  const std::string many_item = Field(2, Field(2, messages));
  return {
      {"empty messages", &complete, Field(1, messages), 301},
      {"in an estimate", &estimate, Field(1, messages), 301},
      {"parts of one message", &complete, Field(1, Field(2, Times(300, Field(3, "")))), 302},
      {"tool calls", &complete, Field(1, Field(2, Times(300, Field(5, "")))), 302},
      {"tools", &complete, Field(1, Times(300, Field(6, ""))), 301},
      {"strings", &compare, Times(300, Field(1, "")), 300},
      {"stop words", &complete, Field(1, Times(300, Field(12, ""))), 301},
      {"entries of a map", &complete, Field(1, Times(300, Field(100, ""))), 301},
      {"entries with key and value", &complete,
       Field(1, Times(100, Field(14, Field(1, "k") + Field(2, "v")))), 301},
      {"query parameters", &raw, Field(1, Times(300, Field(3, ""))), 301},
      {"unknown varints", &complete, Times(300, "\xF8\x7F\x01"), 300},
      {"unknown 32 bits", &complete, Times(300, std::string("\xFD\x7F\x00\x00\x00\x00", 6)), 300},
      {"unknown 64 bits", &complete, Times(300, "\xF9\x7F" + std::string(8, '\0')), 300},
      {"unknown strings", &complete, Times(300, std::string("\xFA\x7F\x00", 3)), 300},
      {"unknown groups", &complete, Times(300, "\xFB\x7F\xFC\x7F"), 300},
      {"a group with fields", &complete,
       "\xFB\x7F" + Times(299, std::string("\x08\x01", 2)) + "\xFC\x7F", 300},
      {"groups in groups", &complete, Times(6, Times(50, "\xFB\x7F") + Times(50, "\xFC\x7F")), 300},
      {"unknown fields inside", &complete, Field(1, Field(2, Times(298, "\xF8\x7F\x01"))), 300},
      {"a known field of another type", &complete, Times(300, std::string("\x08\x01", 2)), 300},
      {"the same message again and again", &complete, Times(300, Field(1, "")), 300},
      {"the same number again and again", &complete,
       Field(1, Times(299, std::string("\x48\x01", 2))), 300},
      {"an item", &many, many_item, 302},
      {"packed numbers", &google::protobuf::SourceCodeInfo::default_instance(),
       Field(1, Field(1, Times(298, "\x01"))), 300},
      {"packed numbers of two bytes", &google::protobuf::SourceCodeInfo::default_instance(),
       Field(1, Field(1, Times(298, "\x80\x01"))), 300},
      {"unpacked numbers", &google::protobuf::SourceCodeInfo::default_instance(),
       Field(1, Times(299, std::string("\x08\x01", 2))), 300},
      {"a deep tree", &google::protobuf::DescriptorProto::default_instance(),
       [] {
         std::string tree;
         for (int depth = 0; depth < 60; ++depth) tree = Field(3, tree) + Times(4, Field(5, ""));
         return tree;
       }(),
       300},
  };
}

TEST(WireScan, CountsWhatEachFieldBecomes) {
  for (const Bomb& bomb : Bombs()) {
    SCOPED_TRACE(bomb.name);
    const Descriptor& type = *bomb.type->GetDescriptor();
    EXPECT_FALSE(Exceeds(bomb.fields, bomb.bytes, type));
    EXPECT_TRUE(Exceeds(bomb.fields - 1, bomb.bytes, type));
    EXPECT_TRUE(Exceeds(0, bomb.bytes, type));
    // However gRPC cuts the bytes into slices.
    for (const int block : {1, 3, 7}) {
      EXPECT_FALSE(Exceeds(bomb.fields, bomb.bytes, type, block));
      EXPECT_TRUE(Exceeds(bomb.fields - 1, bomb.bytes, type, block));
    }
  }
}

// So that a request of no more bytes than the bound need not be scanned.
TEST(WireScan, CountsNoMoreFieldsThanBytes) {
  for (const Bomb& bomb : Bombs()) {
    EXPECT_FALSE(Exceeds(bomb.bytes.size(), bomb.bytes, *bomb.type->GetDescriptor())) << bomb.name;
  }
}

TEST(WireScan, DoesNotLookIntoText) {
  v1::CompleteRequest request;
  auto* message = request.mutable_params()->add_messages();
  message->set_content(Times(1000, Field(2, "")));
  request.mutable_params()->set_model("gpt-4.1-mini");
  EXPECT_FALSE(Exceeds(5, request.SerializeAsString(), *request.GetDescriptor()));
}

// The parser says what is wrong with them, and it gets no further than the scan did.
TEST(WireScan, LeavesBrokenBytesToTheParser) {
  const Descriptor& type = *v1::CompleteRequest::descriptor();
  const std::string rest = Times(50, Field(1, ""));
  for (const std::string& broken : {
           std::string("\x0A\x7F\x12", 3),                  // longer than there is
           std::string("\x0A\xFF\xFF\xFF\xFF\x0F", 6),      // a length of 4 GiB
           std::string("\x0A\x80", 2),                      // a length cut short
           std::string("\xFF\xFF\xFF\xFF\xFF\xFF", 6),      // no tag
           std::string("\x0F", 1), std::string("\x0E", 1),  // wire types that do not exist
           std::string(1, '\0') + rest,                     // field 0
           Field(1, Times(1, "\x12\x05")) + rest,           // a message that ends too early
           Times(120, "\xFB\x7F") + rest,                   // groups too deep
       }) {
    EXPECT_FALSE(Exceeds(200, broken, type));
    EXPECT_FALSE(v1::CompleteRequest().ParseFromString(broken));
  }
}

// What the default bound means in memory, for the worst that the messages of the API offer.
TEST(WireScan, BoundsTheArena) {
  constexpr size_t kMost = 100'000, kBytesPerField = 700;
  size_t worst = 0;
  for (const char* name : {"messages", "parts", "tools", "map"}) {
    const std::string_view kind = name;
    const int number = kind == "messages" ? 2 : kind == "tools" ? 6 : kind == "map" ? 100 : 2;
    std::string fields = Times(kMost - 2, Field(kind == "parts" ? 3 : number, ""));
    if (kind == "parts") fields = Field(2, fields);
    const std::string bytes = Field(1, fields);
    ASSERT_FALSE(Exceeds(kMost, bytes, *v1::CompleteRequest::descriptor()));
    google::protobuf::Arena arena;
    auto* request = google::protobuf::Arena::CreateMessage<v1::CompleteRequest>(&arena);
    ASSERT_TRUE(request->ParseFromString(bytes));
    worst = std::max<size_t>(worst, arena.SpaceAllocated());
  }
  EXPECT_LT(worst, kMost * kBytesPerField);
  RecordProperty("worst_bytes", std::to_string(worst));
}

}  // namespace
}  // namespace inferwire::codec
