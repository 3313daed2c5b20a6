// For tests of what callers do that no caller may: frames by hand, and whether a connection is
// well.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "peer.h"

namespace inferwire::rpc::http2 {

class Http2Bounds : public Http2Test {
 protected:
  // Serves one call, to see that a connection is well.
  bool Serves(Peer& peer) {
    const size_t before = calls.size();
    const int32_t id = peer.Call("/test/Unary", Framed("q"), true);
    Settle();
    if (calls.size() == before) return false;
    calls.back()->wire->Finish(grpc::Status::OK, calls.back()->finish);
    Settle();
    return peer.answers[id].headers["grpc-status"] == "0";
  }
  bool Failed(const std::string& reason) {
    return Shows("inferwire_connections_failed_total{reason=\"" + reason + "\"} 1");
  }
  static std::string Frame(uint8_t type, uint8_t flags, int32_t stream, std::string_view payload) {
    std::string frame;
    for (const int shift : {16, 8, 0}) frame += static_cast<char>(payload.size() >> shift);
    frame += static_cast<char>(type);
    frame += static_cast<char>(flags);
    for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(stream >> shift);
    return frame.append(payload);
  }
};

}  // namespace inferwire::rpc::http2
