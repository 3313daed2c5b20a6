// What the admin port answers to a request. Pure but for what the pages say.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace inferwire::admin {

struct Health {
  bool ok = false;
  std::string text;  // for people: why, in one line
};

// To who tries a model.
struct TryAnswer {
  int status = 200;
  std::string json;
};

// The box of the page in which a model can be tried. It waits for no answer: who asks is given a
// ticket, and asks again with that.
struct TryPages {
  // What callers send as metadata of that name, and a CompleteRequest as JSON.
  std::function<TryAnswer(std::string_view authorization, std::string_view body)> begin;
  // 202 while there is no answer yet; an answer is given once.
  std::function<TryAnswer(std::string_view ticket)> take;
};

// What the pages say. Called on the server's thread.
struct AdminPages {
  // In the Prometheus text format, or in OpenMetrics (1.0.0), which has exemplars.
  std::function<std::string(bool open_metrics)> metrics;
  std::function<Health()> live, ready;
  std::function<std::string()> config;   // YAML, already redacted
  std::function<std::string()> routes;   // JSON of a ListRoutesResponse
  std::function<std::string()> limits;   // JSON of a GetLimitsResponse: what is used most
  std::function<std::string()> calls;    // JSON: the last calls
  std::function<std::string()> history;  // JSON: the last minutes
  std::function<std::string()> models;   // JSON of a ListModelsResponse
  std::optional<TryPages> try_it{};      // nothing: there is no such box
};

struct Request {
  std::string_view method, path;  // the path without a query
  std::string_view host;          // the header; empty if there is none
  // Headers; empty if there is none.
  std::string_view origin, fetch_site, content_type, authorization;
  std::string_view body;  // of what may have one, as soon as it is there
  size_t body_size = 0;   // as stated
  bool keep_alive = true;
  bool has_body = false;
  bool takes_gzip = false, takes_open_metrics = false;
};

inline constexpr size_t kMaxTryBytes = 32768;  // of a body

// Its body is waited for, and read.
bool TakesBody(const Request& request);

// Reads a request's head, without the empty line at its end. False: it is no HTTP/1.
bool ReadRequest(std::string_view head, Request& request);

// Which names a browser may have been led to this port by: a page of somebody else's could
// otherwise have its own name resolve to this machine and read what only this machine may.
enum class Hosts { kAll, kThisMachine };

// The whole answer, head and body.
std::string AnswerTo(const Request& request, const AdminPages& pages, Hosts hosts);
// To what is no request.
std::string BadRequest();

}  // namespace inferwire::admin
