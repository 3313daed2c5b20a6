// How a client reaches its gateway, and how one call behaves. Every member has a default, so that
// designated initialisers may leave any of them out.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "inferwire/client/result.h"

namespace inferwire::client {

// All three texts are PEM. Empty ca_pem: the system's roots. cert_pem and key_pem go together: they
// are the client's own identity (mutual TLS).
struct TlsOptions {
  std::string ca_pem = {};
  std::string cert_pem = {};
  std::string key_pem = {};
  // The name the server's certificate must have; empty: the target's.
  std::string server_name = {};
};

// Reads PEM files; an empty path leaves its text empty.
Result<TlsOptions> ReadTlsFiles(const std::string& ca, const std::string& cert,
                                const std::string& key);

struct ClientOptions {
  // host, host:port, dns:///host:port, https://host:port, unix:/path, ... (README.md). A name with
  // several addresses is used in turn.
  std::string target = "127.0.0.1:50051";
  // Unset: no TLS, unless the target is an https:// or grpcs:// URL.
  std::optional<TlsOptions> tls = {};
  // An API key or other token, sent as "authorization: Bearer ..."; refused without TLS unless the
  // target is this machine. Empty: the environment's INFERWIRE_API_KEY, if there is one.
  std::string bearer_token = {};

  // Deadline of calls that make a model work (Complete, Stream, Respond, Embed, Invoke, ...).
  std::chrono::milliseconds timeout = std::chrono::seconds(600);
  // Deadline of calls that only read (Health).
  std::chrono::milliseconds read_timeout = std::chrono::seconds(30);

  int max_message_bytes = 64 << 20;
  std::chrono::milliseconds keepalive_time = std::chrono::seconds(60);
  std::chrono::milliseconds keepalive_timeout = std::chrono::seconds(20);

  // Attempts of Complete, Stream and what else may be repeated on UNAVAILABLE, the first one
  // included: 1 to 5. The gateway retries by itself and tells this client when a repetition could
  // be billed twice.
  int max_attempts = 2;
  std::chrono::milliseconds retry_initial_backoff = std::chrono::milliseconds(200);
  std::chrono::milliseconds retry_max_backoff = std::chrono::seconds(5);
  // Requests larger than this are not retried.
  int retry_buffer_bytes = 64 << 20;
};

struct CallOptions {
  // The whole call's deadline; unset: the client's default for this kind of call.
  std::optional<std::chrono::milliseconds> timeout = {};
  // request_stop() on its source, from any thread, cancels the call here and upstream.
  std::stop_token cancellation = {};
  // Of calls whose request has options (Complete, Stream, Respond, Embed, ...): a call that is sent
  // again with the same key gets the first one's answer and costs nothing. Others refuse it, or do
  // without.
  std::string idempotency_key = {};
};

}  // namespace inferwire::client
