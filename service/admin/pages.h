// What the admin port answers to a request. Pure but for what the pages say.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace inferwire::admin {

struct Health {
  bool ok = false;
  std::string text;  // for people: why, in one line
};

// What the pages say. Called on the server's thread.
struct AdminPages {
  std::function<std::string()> metrics;  // Prometheus text format
  std::function<Health()> live, ready;
  std::function<std::string()> config;  // YAML, already redacted
  std::function<std::string()> routes;  // JSON of a ListRoutesResponse
  std::function<std::string()> limits;  // JSON of a GetLimitsResponse: what is used most
};

struct Request {
  std::string_view method, path;  // the path without a query
  std::string_view host;          // the header; empty if there is none
  bool keep_alive = true;
  bool has_body = false;
  bool takes_gzip = false;
};

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
