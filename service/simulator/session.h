// One connection: reads requests, does what their answers' steps say, and notices when the client
// leaves. Lives as long as an operation on its socket is pending (the handlers hold it). All on the
// simulator's thread.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "simulator/options.h"
#include "simulator/request_body.h"
#include "simulator/request_log.h"
#include "simulator/router.h"
#include "simulator/rules.h"
#include "simulator/stats.h"
#include "simulator/steps.h"

namespace inferwire::simulator {

class Session : public std::enable_shared_from_this<Session> {
 public:
  struct Shared {
    const Options& options;
    Router& router;
    StatsBoard& stats;
    RequestLog& log;
    Rulebook& rules;
  };

  Session(boost::asio::ip::tcp::socket socket, Shared shared);
  ~Session();
  void Start();

 private:
  using Parser = boost::beast::http::request_parser<RequestBody>;
  using Error = boost::system::error_code;
  enum class State { kReading, kAnswering, kDraining, kClosed };

  void AwaitRequest();
  void Read();
  void OnRead(const Error& error, size_t size);
  void ReadLater(std::chrono::steady_clock::time_point due);
  void Parse();
  void OnHeader();
  void OnUploadFault();
  void Continue100();
  void OnRequest();
  // The request asks for a realtime session: gives the connection away, or refuses.
  void Upgrade(Recorded request);
  void Refuse(const Error& error);
  void Answer(simulator::Answer answer, bool http10, bool keep_alive);
  void Advance();
  void Write();
  void OnWritten(const Error& error, size_t size);
  void AfterStep();
  void EndAnswer();
  void OnPeerGone();
  void Drain();
  void Reset();
  void Close();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_, read_timer_;
  const Shared shared_;
  State state_ = State::kReading;
  std::optional<Parser> parser_;
  std::optional<Recorded> head_;    // once it is complete
  std::unique_ptr<Upload> upload_;  // if the body goes into a file
  bool body_ignored_ = false;       // answered, or stalled, in the middle of it
  std::array<char, 8192> read_buffer_;
  bool reading_ = false;
  std::string in_;  // read, not yet parsed: the rest of a header, or pipelined requests
  std::optional<Steps> steps_;
  Step step_;
  std::chrono::steady_clock::time_point began_;
  bool sent_any_ = false;  // of this answer
};

}  // namespace inferwire::simulator
