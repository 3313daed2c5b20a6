// What a case asks for, as the client's own types.
#pragma once

#include <inferwire/client.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace inferwire::clients {

using json = nlohmann::json;

std::string FromHex(const std::string& hex);

// Clients live as long as the process: what a call leaves behind is not cleaned up by an end.
std::shared_ptr<client::Result<client::Client>> ClientOf(const json& options);

// The member of that name in protobuf's JSON form; unset if there is none.
void Parse(const json& task, const std::string& name, google::protobuf::Message& message);

v1::ChatCompletionParams Params(const json& task);
v1::CompleteRequest UnaryRequest(const json& task);
v1::StreamCompleteRequest StreamRequest(const json& task);
client::CallOptions Options(const json& task);

}  // namespace inferwire::clients
