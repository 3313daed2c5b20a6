// Does with the C++ client what the cases on standard input ask for, and reports what it saw: one
// JSON object per line each way (tests/clients/README.md).
#include <iostream>
#include <string>

#include "call.h"
#include "report.h"
#include "task.h"

namespace inferwire::clients {
namespace {

json Answer(const json& task) {
  const std::string call = task.at("call");
  if (call == "encode") return SeenBytes(Params(task));
  if (call == "reencode") {
    v1::ChatCompletionParams message;
    if (!message.ParseFromString(FromHex(task.at("hex")))) return {{"crash", "no message"}};
    return SeenBytes(message);
  }
  if (call == "text") {
    v1::ChatCompletion completion;
    Parse(task, "completion", completion);
    return {{"text", client::TextOf(completion)}};
  }
  if (call == "cost") {
    v1::Cost cost;
    Parse(task, "cost", cost);
    const auto picousd = client::CostOf(cost);
    return {{"cost", picousd ? json(*picousd) : json(nullptr)}};
  }
  const auto client = ClientOf(task.at("client"));
  if (!*client) return {{"error", SeenError(client->error())}};
  if (call == "target") return {{"target", (*client)->target()}};
  return Run(**client, call, task);
}

}  // namespace
}  // namespace inferwire::clients

int main() {
  using namespace inferwire::clients;
  for (std::string line; std::getline(std::cin, line);) {
    const json task = json::parse(line);
    json seen;
    try {
      seen = Answer(task);
    } catch (const std::exception& failure) {  // nlohmann's, of a case that lacks something
      seen = {{"crash", failure.what()}};
    }
    seen["name"] = task.at("name");
    std::cout << seen.dump() << std::endl;
  }
}
