// Messages as gRPC frames them, and back.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace inferwire::rpc::http2 {

inline std::string Framed(std::string_view text, char flag = 0) {
  std::string framed{flag};
  for (const int shift : {24, 16, 8, 0}) framed += static_cast<char>(text.size() >> shift);
  return framed.append(text);
}

inline std::string TextOf(const grpc::ByteBuffer& message) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(message.Dump(&slices).ok());
  std::string text;
  for (const auto& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

}  // namespace inferwire::rpc::http2
