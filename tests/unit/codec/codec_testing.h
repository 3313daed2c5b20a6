// Short words for the codec's tests.
#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "codec/decode.h"
#include "codec/encode.h"
#include "inferwire/v1/chat.pb.h"

namespace inferwire::codec {

template <class T>
T Proto(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

template <class T>
T Decode(std::string_view json) {
  T message;
  const auto done = FromJson(json, message);
  EXPECT_TRUE(done.ok()) << json.substr(0, 100) << " " << done.error().message;
  return message;
}

// What the JSON became, as protobuf text on one line.
template <class T>
std::string Read(std::string_view json) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(Decode<T>(json), &text);
  if (!text.empty()) text.pop_back();
  return text;
}

inline std::string Encode(const google::protobuf::Message& message,
                          const EncodeOptions& options = {}) {
  std::string json;
  const auto done = AppendJson(message, json, options);
  EXPECT_TRUE(done.ok()) << done.error().message;
  return json;
}

// What the message, given as protobuf text, is written as.
template <class T>
std::string Write(const std::string& text) {
  return Encode(Proto<T>(text));
}

inline Error EncodeError(const google::protobuf::Message& message,
                         const EncodeOptions& options = {}) {
  std::string json;
  const auto done = AppendJson(message, json, options);
  EXPECT_FALSE(done.ok()) << json;
  return done.ok() ? Error{} : done.error();
}

// "REASON path" of the error that the message, given as protobuf text, is refused with.
template <class T>
std::string Refusal(const std::string& text) {
  const Error error = EncodeError(Proto<T>(text));
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_EQ(error.origin, Origin::kCaller);
  EXPECT_EQ(error.fields.size(), 1u);
  const std::string path = error.fields.empty() ? "" : error.fields[0].field;
  return std::string(ReasonName(error.reason)) + " " + path;
}

}  // namespace inferwire::codec
