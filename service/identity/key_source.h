// Where one issuer publishes its keys: fetches them, keeps them fresh, and goes on with the last
// good ones while the source is silent. Everything happens on the thread of its transfers.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/timers.h"
#include "http/transport.h"
#include "identity/issuer_keys.h"
#include "telemetry/log.h"

namespace inferwire::identity {

struct KeySourceOptions {
  std::string issuer;
  std::string jwks_url;  // empty: what the issuer's OpenID configuration names
  std::string ca_bundle, proxy;

  bool operator==(const KeySourceOptions&) const = default;
};

class KeySource final : private http::TransferObserver {
 public:
  static constexpr Duration kRefresh = std::chrono::minutes(10);
  // For the sake of a key that is not known at most so often, after failures at least.
  static constexpr Duration kRefetch = std::chrono::seconds(30);
  static constexpr Duration kKeep = std::chrono::hours(24);  // without hearing of the source
  static constexpr std::chrono::seconds kTimeout{10};        // of one answer
  static constexpr size_t kMostBytes = 1u << 20;             // of one answer

  struct Parts {
    http::Transport& transport;
    Timers& timers;
    Random& random;
    telemetry::Log& log;
  };
  // The parts outlive it. It fetches for as long as somebody has the keys.
  KeySource(const Parts& parts, KeySourceOptions options, std::weak_ptr<IssuerKeys> keys);
  ~KeySource() override;

  // At once.
  void Start() { Fetch(); }
  // A token names a key that is not there.
  void Refetch();
  bool wanted() const { return !keys_.expired(); }

 private:
  void OnHeaders(int status, const http::Headers& headers) override;
  bool OnBody(std::string_view bytes) override;
  void OnEnd(const http::Outcome& outcome) override;

  void Fetch();
  void Get(const std::string& url);
  void Answered();
  void TakeConfiguration();
  void TakeKeys();
  void Fail(std::string why);
  void FetchAt(SteadyTime due);

  const Parts parts_;
  const KeySourceOptions options_;
  const std::weak_ptr<IssuerKeys> keys_;
  http::ConnectOptions secure_, local_;  // of https, and of this machine
  Timer refresh_, timeout_;
  SteadyTime due_{}, began_{};
  http::Transfer* transfer_ = nullptr;
  bool asks_configuration_ = false;  // what is being fetched is not the keys yet
  bool again_ = false;               // Refetch came while something was being fetched
  int status_ = 0;
  std::string body_;
  std::string known_;  // the keys that are in use, as they were sent
  int64_t failures_ = 0;
  std::string told_;  // why the last ones failed, as far as it was logged
};

}  // namespace inferwire::identity
