#include "simulator/simulator.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>

#include "base/text.h"
#include "simulator/request_log.h"
#include "simulator/router.h"
#include "simulator/rules.h"
#include "simulator/session.h"
#include "simulator/virtual_clock.h"

namespace inferwire::simulator {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{50};  // when the process is out of descriptors

Result<tcp::endpoint> ParseListen(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const auto port = ParseInteger<uint16_t>(
      colon == std::string::npos ? std::string_view() : std::string_view(listen).substr(colon + 1));
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error || !port) {
    return InvalidField("listen", "expected address:port, such as 127.0.0.1:8080");
  }
  return tcp::endpoint(address, *port);
}

}  // namespace

class Simulator::Server {
 public:
  explicit Server(Options options)
      : options_(std::move(options)),
        clock_(options_.clock != nullptr ? *options_.clock : system_clock_),
        rules_(options_.seed),
        log_(options_.recorded_requests, options_.recorded_bytes),
        virtual_clock_(clock_),
        router_(options_, clock_, virtual_clock_, rules_, stats_) {
    router_.OnWork([this] { ScheduleWork(); });
  }

  ~Server() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> Start() {
    if (auto set = rules_.Replace(options_.rules); !set) return set;
    if (!options_.api_key.empty()) rules_.RequireKeys({options_.api_key});
    const auto endpoint = ParseListen(options_.listen);
    if (!endpoint) return endpoint.error();
    boost::system::error_code error;
    acceptor_.open(endpoint->protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(*endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return InvalidField("listen", options_.listen + ": " + error.message());
    endpoint_ = acceptor_.local_endpoint(error);
    Accept();
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  const tcp::endpoint& endpoint() const { return endpoint_; }
  StatsBoard& stats() { return stats_; }
  Rulebook& rules() { return rules_; }
  RequestLog& log() { return log_; }
  void Advance(Duration by) { virtual_clock_.Advance(by); }

 private:
  // In slices, between the connections' events.
  void ScheduleWork() {
    if (std::exchange(work_scheduled_, true)) return;
    asio::post(io_, [this] {
      work_scheduled_ = false;
      if (router_.Work()) ScheduleWork();
    });
  }

  void Accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return AcceptLater();
      if (stats_.Snapshot().open_connections < options_.max_connections) {
        std::make_shared<Session>(std::move(socket),
                                  Session::Shared{options_, router_, stats_, log_, rules_})
            ->Start();
      }
      Accept();
    });
  }

  void AcceptLater() {
    accept_timer_.expires_after(kAcceptPause);
    accept_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) Accept();
    });
  }

  const Options options_;
  const SystemClock system_clock_;
  const Clock& clock_;
  Rulebook rules_;
  StatsBoard stats_;
  RequestLog log_;
  VirtualClock virtual_clock_;
  Router router_;
  bool work_scheduled_ = false;
  // From here on destroyed first: pending handlers hold sessions, and those use what stands above.
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer accept_timer_{io_};
  tcp::endpoint endpoint_;
  std::thread thread_;
};

Result<std::unique_ptr<Simulator>> Simulator::Start(Options options) {
  auto server = std::make_unique<Server>(std::move(options));
  if (auto started = server->Start(); !started) return started.error();
  return std::unique_ptr<Simulator>(new Simulator(std::move(server)));
}

Simulator::Simulator(std::unique_ptr<Server> server) : server_(std::move(server)) {}
Simulator::~Simulator() = default;

int Simulator::port() const { return server_->endpoint().port(); }

std::string Simulator::base_url() const {
  auto address = server_->endpoint().address();
  std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  if (address.is_unspecified()) host = "127.0.0.1";
  return "http://" + host + ":" + std::to_string(port()) + "/v1";
}

Stats Simulator::stats() const { return server_->stats().Snapshot(); }

bool Simulator::WaitFor(const std::function<bool(const Stats&)>& condition,
                        std::chrono::milliseconds limit) const {
  return server_->stats().WaitFor(condition, limit);
}

Result<void> Simulator::SetRules(std::vector<Rule> rules) {
  return server_->rules().Replace(std::move(rules));
}

void Simulator::RequireKeys(std::vector<std::string> keys) {
  server_->rules().RequireKeys(std::move(keys));
}

void Simulator::Advance(Duration by) { server_->Advance(by); }

std::vector<Recorded> Simulator::TakeRequests() { return server_->log().Take(); }

}  // namespace inferwire::simulator
