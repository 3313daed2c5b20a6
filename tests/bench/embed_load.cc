// embed_load TARGET SECONDS [INPUTS]: StreamEmbed over and over, each answer read to its end. It
// prints what came as JSON.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "inferwire/v1/embeddings_service.grpc.pb.h"

int main(int argc, char** argv) {
  using namespace inferwire;  // NOLINT(google-build-using-namespace)
  using Clock = std::chrono::steady_clock;
  if (argc < 3) return std::fprintf(stderr, "embed_load TARGET SECONDS [INPUTS]\n"), 2;
  const auto channel = grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials());
  const auto stub = v1::EmbeddingsService::NewStub(channel);
  v1::StreamEmbedRequest request;
  request.mutable_params()->set_model("embed-only");
  const int inputs = argc > 3 ? std::atoi(argv[3]) : 2048;
  for (int i = 0; i < inputs; ++i) request.mutable_params()->add_input("text");
  const auto begun = Clock::now();
  const auto until = begun + std::chrono::seconds(std::atoi(argv[2]));
  long answers = 0, embeddings = 0, bytes = 0;
  double slowest = 0;
  while (Clock::now() < until) {
    const auto begin = Clock::now();
    grpc::ClientContext context;
    const auto reader = stub->StreamEmbed(&context, request);
    for (v1::StreamEmbedResponse message; reader->Read(&message);) {
      if (!message.has_embedding()) continue;
      ++embeddings;
      bytes += message.embedding().values_size() * static_cast<long>(sizeof(float));
    }
    if (const auto status = reader->Finish(); !status.ok()) {
      return std::fprintf(stderr, "embed_load: %s\n", status.error_message().c_str()), 1;
    }
    ++answers;
    const std::chrono::duration<double> took = Clock::now() - begin;
    slowest = std::max(slowest, took.count());
  }
  const std::chrono::duration<double> seconds = Clock::now() - begun;
  std::printf(
      "{\"answers\": %ld, \"embeddings\": %ld, \"bytes\": %ld, \"seconds\": %.3f, \"slowest\": "
      "%.3f}\n",
      answers, embeddings, bytes, seconds.count(), slowest);
}
