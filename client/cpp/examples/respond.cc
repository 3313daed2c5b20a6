// A response that works on in the background: its stream goes on by itself if the connection
// breaks, and what was said is remembered for the next question.
#include <inferwire/client.h>

#include <cstdlib>
#include <iostream>

int main() {
  using namespace inferwire::client;
  namespace v1 = inferwire::v1;
  const char* from_environment = std::getenv("INFERWIRE_SERVER");
  auto client =
      Client::Connect({.target = from_environment ? from_environment : "127.0.0.1:50051"});
  if (!client) return 2;
  v1::StreamResponseRequest request;
  *request.mutable_params() = RespondTo("Name three rivers.");
  request.mutable_params()->set_background(true);
  auto stream = client->StreamResponse(request);
  for (const ResponseStreamEvent& event : stream) std::cout << event.text() << std::flush;
  if (auto status = stream.status(); !status) {
    std::cerr << Describe(status.error()) << '\n';
    return 1;
  }
  v1::CreateResponseRequest next;
  *next.mutable_params() = RespondTo("Which of them is the longest?");
  next.mutable_params()->set_previous_response_id(stream.response_id());
  const auto answer = client->Respond(next);
  if (!answer) {
    std::cerr << Describe(answer.error()) << '\n';
    return 1;
  }
  std::cout << '\n' << TextOf(answer->response()) << '\n';
}
