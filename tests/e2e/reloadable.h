// A gateway in the test's process whose configuration is a file that the test rewrites.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "connected.h"
#include "gateway.h"

namespace inferwire::e2e {

class Reloadable {
 public:
  // watch: whether changes of files are noticed without Reload.
  explicit Reloadable(bool watch, simulator::Options options = {.any_model = true})
      : watch_(watch) {
    char name[] = "/tmp/inferwire_reload_XXXXXX";
    folder_ = mkdtemp(name);
    auto simulator = simulator::Simulator::Start(std::move(options));
    if (!simulator) throw std::runtime_error(simulator.error().message);
    simulator_ = std::move(*simulator);
  }
  ~Reloadable() {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  // The first lines of every configuration; the rest is the test's.
  std::string Head() const {
    return "server: {listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", loops: 2}\n"
           "reload: {watch: " +
           std::string(watch_ ? "true" : "false") + "}\n";
  }
  // One upstream, which is the simulator, with further lines of it.
  std::string Upstream(const std::string& name, const std::string& more = "api_key: none") const {
    return "upstreams:\n  - name: " + name + "\n    base_url: " + simulator_->base_url() +
           "\n    allow_plain_http: true\n    " + more + "\n";
  }
  // Replaces a file as careful programs do.
  void Write(const std::string& name, const std::string& text) const {
    const auto path = folder_ / name, fresh = folder_ / ("." + name);
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, path);
  }
  void Start(const std::string& config) {
    Write("inferwire.yaml", config);
    StartWith(folder_ / "inferwire.yaml");
  }
  void StartWith(const std::string& file) {
    const auto load = [file] { return config::LoadConfigFile(file); };
    auto loaded = load();
    if (const auto* faults = std::get_if<std::vector<config::ConfigFault>>(&loaded)) {
      throw std::runtime_error(config::ToText(faults->front()));
    }
    auto server =
        app::Server::Start(std::get<config::Config>(std::move(loaded)), log_stream_, {file, load});
    if (!server) throw std::runtime_error(server.error().message);
    server_ = std::move(*server);
  }
  telemetry::ReloadResult Reload(const std::string& config) {
    Write("inferwire.yaml", config);
    return server_->Reload();
  }

  std::shared_ptr<grpc::Channel> NewChannel() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return Connected(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                               grpc::InsecureChannelCredentials(), arguments));
  }
  std::unique_ptr<v1::ChatService::Stub> NewStub() const {
    return v1::ChatService::NewStub(NewChannel());
  }
  double Metric(const std::string& series) const {
    std::istringstream lines(server_->metrics().Expose());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
    }
    return 0;
  }
  app::Server& server() { return *server_; }
  simulator::Simulator& upstream() { return *simulator_; }
  std::string log() const { return log_.text(); }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  const bool watch_;
  std::filesystem::path folder_;
  LogBuffer log_;
  std::ostream log_stream_{&log_};
  std::unique_ptr<simulator::Simulator> simulator_;
  std::unique_ptr<app::Server> server_;
};

inline grpc::Status CallOnce(v1::ChatService::Stub& stub, const std::string& model,
                             v1::CompleteResponse* response) {
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", model);
  return stub.Complete(NewContext().get(), request, response);
}

}  // namespace inferwire::e2e
