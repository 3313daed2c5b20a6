// inferwire: the command. Reads the command line, connects, runs one verb.
#include <google/protobuf/stubs/common.h>
#include <grpcpp/grpcpp.h>

#include <iostream>

#include "output.h"
#include "request.h"
#include "session.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

client::Result<client::ClientOptions> OptionsOf(const GlobalArgs& global) {
  client::ClientOptions options;
  options.target = global.server;
  if (!global.ca.empty() || !global.cert.empty() || !global.key.empty()) {
    auto tls = client::ReadTlsFiles(global.ca, global.cert, global.key);
    if (!tls) return tls.error();
    options.tls = *std::move(tls);
  }
  if (!global.token_file.empty()) {
    auto token = ReadText(global.token_file);
    if (!token) return token.error();
    while (!token->empty() && (token->back() == '\n' || token->back() == '\r')) token->pop_back();
    options.bearer_token = *std::move(token);
  } else {
    options.bearer_token = global.api_key;
  }
  return options;
}

// Client: of the port.
template <class Client>
client::Result<Client> Connect(const GlobalArgs& global) {
  auto options = OptionsOf(global);
  if (!options) return options.error();
  return Client::Connect(*options);
}

ExitCode Dispatch(Interrupts& interrupts, const Arguments& arguments) {
  const GlobalArgs& global = arguments.global;
  return std::visit(
      [&](const auto& args) -> ExitCode {
        using Args = std::decay_t<decltype(args)>;
        if constexpr (std::is_same_v<Args, VersionArgs>) {
          return PrintVersion(global);
        } else if constexpr (std::is_same_v<Args, ConfigArgs>) {
          return PrintSettings(global, arguments.settings);
        } else if constexpr (std::is_same_v<Args, PrintTextArgs>) {
          return Print(args.text) ? kOk : kCallFailed;
        } else if constexpr (std::is_same_v<Args, KeysMakeArgs> ||
                             std::is_same_v<Args, CatalogueImportArgs> ||
                             std::is_same_v<Args, ChatsArgs>) {
          return Run(global, args);
        } else if constexpr (std::is_base_of_v<AdminArgs, Args>) {
          GlobalArgs there = global;
          there.server = args.admin;
          auto client = Connect<client::AdminClient>(there);
          if (!client) return Report(there, client.error());
          AdminSession session{there, *client, interrupts};
          return Run(session, args);
        } else {
          auto client = Connect<client::Client>(global);
          if (!client) return Report(global, client.error());
          Session session{global, *client, interrupts};
          return Run(session, args);
        }
      },
      arguments.verb);
}

}  // namespace

ExitCode Run(Session& session, const HealthArgs& args) {
  const auto health = session.client.CheckHealth(args.service, session.Arm());
  session.interrupts.Disarm();
  if (!health) return Report(session.global, health.error());
  constexpr const char* kNames[] = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
  const std::string name = kNames[static_cast<int>(*health)];
  Print(session.global.json
            ? "{\"service\":" + Quoted(args.service) + ",\"status\":\"" + name + "\"}\n"
            : name + "\n");
  return *health == client::Health::kServing ? kOk : kCallFailed;
}

ExitCode PrintVersion(const GlobalArgs& global) {
  const std::string protobuf = google::protobuf::internal::VersionString(GOOGLE_PROTOBUF_VERSION);
  Print(global.json ? "{\"inferwire\":\"" INFERWIRE_VERSION "\",\"grpc\":" +
                          Quoted(grpc::Version()) + ",\"protobuf\":" + Quoted(protobuf) + "}\n"
                    : "inferwire " INFERWIRE_VERSION " (gRPC " + grpc::Version() + ", Protobuf " +
                          protobuf + ")\n");
  return kOk;
}

}  // namespace inferwire::cli

int main(int argc, char** argv) {
  using namespace inferwire::cli;  // NOLINT(google-build-using-namespace): this file is the program
  const GuardedErrors guarded;
  const auto parsed = ParseArguments(argc, argv);
  if (const auto* code = std::get_if<ExitCode>(&parsed)) return *code;
  Interrupts interrupts;
  const ExitCode code = Dispatch(interrupts, std::get<Arguments>(parsed));
  return FinishPrint() ? code : kCallFailed;
}
