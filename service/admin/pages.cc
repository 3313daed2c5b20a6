#include "admin/pages.h"

#include <zlib.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "admin/page.h"
#include "base/text.h"

namespace inferwire::admin {
namespace {

constexpr const char* kPlainText = "text/plain; charset=utf-8";

struct Answer {
  int status = 200;
  std::string body;
  const char* type = kPlainText;
  bool is_page = false;  // shown by a browser
  bool is_gzip = false;
};

constexpr const char* kJson = "application/json";
constexpr const char* kTextMetrics = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kOpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
constexpr std::string_view kTry = "/try", kTickets = "/try/";

constexpr std::string_view kKnown[] = {"/",        "/page.css", "/page.js", "/metrics", "/livez",
                                       "/readyz",  "/config",   "/routes",  "/limits",  "/calls",
                                       "/history", "/models",   kTry};

// The text of all series, and of many rows, repeats itself: a thirtieth of it is left. As it was,
// should zlib fail.
void Compress(Answer& answer) {
  constexpr int kFast = 1, kGzip = 15 + 16, kMemory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, kFast, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) return;
  std::string packed(deflateBound(&stream, answer.body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(answer.body.data());
  stream.avail_in = static_cast<uInt>(answer.body.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (!done) return;
  answer.body = std::move(packed);
  answer.is_gzip = true;
}

Answer HealthAnswer(const Health& health) { return {health.ok ? 200 : 503, health.text + '\n'}; }

// The page's own script asks so. Another site's page can have a browser send a form or plain text
// here, but JSON only after a question that nobody answers here, and it cannot hide where it is.
bool IsFromOwnPage(const Request& request) {
  const std::string type =
      Lower(Trim(request.content_type.substr(0, request.content_type.find(';'))));
  if (type != kJson) return false;
  if (!request.fetch_site.empty() && request.fetch_site != "same-origin") return false;
  std::string_view origin = request.origin;
  if (origin.empty()) return true;  // no browser
  const size_t host = origin.find("://");
  return host != std::string_view::npos && origin.substr(host + 3) == request.host;
}

Answer ToAnswer(TryAnswer tried) { return {tried.status, std::move(tried.json), kJson}; }

Answer Try(const Request& request, const AdminPages& pages) {
  if (!pages.try_it) return {404, "models cannot be tried here: server.try_it is not set\n"};
  if (!IsFromOwnPage(request)) return {403, "only JSON, and from no other site\n"};
  if (request.body_size > kMaxTryBytes) return {413, "too long\n"};
  return ToAnswer(pages.try_it->begin(request.authorization, request.body));
}

std::string MayTry(const AdminPages& pages) {
  return pages.try_it ? "{\"on\":true}" : "{\"on\":false}";
}

Answer JsonFor(std::string_view path, const AdminPages& pages) {
  if (path == "/routes") return {200, pages.routes(), kJson};
  if (path == "/limits") return {200, pages.limits(), kJson};
  if (path == "/calls") return {200, pages.calls(), kJson};
  if (path == "/history") return {200, pages.history(), kJson};
  if (path == "/models") return {200, pages.models(), kJson};
  return {200, MayTry(pages), kJson};
}

Answer PageFor(const Request& request, const AdminPages& pages) {
  const std::string_view path = request.path;
  const bool is_ticket = path.starts_with(kTickets) && pages.try_it;
  if (!is_ticket && std::find(std::begin(kKnown), std::end(kKnown), path) == std::end(kKnown)) {
    return {404,
            "not found: try /, /metrics, /livez, /readyz, /config, /routes, /limits, /calls, "
            "/history or /models\n"};
  }
  if (request.method == "POST" && path == kTry) return Try(request, pages);
  if (request.method != "GET" && request.method != "HEAD") return {405, "only GET and HEAD\n"};
  if (is_ticket) return ToAnswer(pages.try_it->take(path.substr(kTickets.size())));
  if (path == "/") return {200, std::string(PageHtml()), "text/html; charset=utf-8", true};
  if (path == "/page.css") return {200, std::string(PageCss()), "text/css; charset=utf-8"};
  if (path == "/page.js") {
    return {200, std::string(PageScript()), "text/javascript; charset=utf-8"};
  }
  if (path == "/metrics") {
    return {200, pages.metrics(request.takes_open_metrics),
            request.takes_open_metrics ? kOpenMetrics : kTextMetrics};
  }
  if (path == "/config") return {200, pages.config(), "application/yaml"};
  if (path == "/livez" || path == "/readyz") {
    return HealthAnswer(path == "/livez" ? pages.live() : pages.ready());
  }
  return JsonFor(path, pages);
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    default:
      return "Service Unavailable";
  }
}

std::string Written(const Answer& answer, bool with_body, bool keep_alive) {
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
  text += ReasonOf(answer.status);
  text += "\r\nContent-Type: ";
  text += answer.type;
  text += "\r\nContent-Length: " + std::to_string(answer.body.size());
  text +=
      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
      "Referrer-Policy: no-referrer\r\n";
  if (answer.is_page) {
    text += "Content-Security-Policy: ";
    text += kPagePolicy;
    text += "\r\n";
  }
  if (answer.is_gzip) text += "Content-Encoding: gzip\r\n";
  if (answer.status == 405) text += "Allow: GET, HEAD\r\n";
  text += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (with_body) text += answer.body;
  return text;
}

// 127.0.0.1:9464, [::1]:9464, localhost:9464: an address, or this machine's own name.
bool NamesThisMachine(std::string_view host) {
  if (host.empty() || host.starts_with('[')) return true;
  host = host.substr(0, host.find(':'));
  const bool address = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return address || Lower(host) == "localhost";
}

// Whoever names it at all and does not refuse it: scrapers name what they like best first.
bool TakesOpenMetrics(std::string_view accept) {
  const size_t at = accept.find("application/openmetrics-text");
  if (at == std::string_view::npos) return false;
  std::string parameters(accept.substr(at, accept.find(',', at) - at));
  std::erase(parameters, ' ');
  return !parameters.ends_with(";q=0") && parameters.find(";q=0;") == std::string::npos &&
         !parameters.ends_with(";q=0.0");
}

void ReadHeader(std::string_view line, Request& request) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = Lower(line.substr(0, colon));
  const std::string_view value = Trim(line.substr(colon + 1));
  if (name == "host") request.host = value;
  if (name == "accept-encoding")
    request.takes_gzip = Lower(value).find("gzip") != std::string::npos;
  if (name == "accept") request.takes_open_metrics = TakesOpenMetrics(Lower(value));
  if (name == "origin") request.origin = value;
  if (name == "sec-fetch-site") request.fetch_site = value;
  if (name == "content-type") request.content_type = value;
  if (name == "authorization") request.authorization = value;
  if (name == "transfer-encoding") request.has_body = true;
  if (name == "content-length" && value != "0") {
    request.has_body = true;
    request.body_size = ParseInteger<size_t>(value).value_or(0);
  }
  if (name != "connection") return;
  const std::string wish = Lower(value);
  if (wish.find("close") != std::string::npos) request.keep_alive = false;
  if (wish.find("keep-alive") != std::string::npos) request.keep_alive = true;
}

}  // namespace

bool ReadRequest(std::string_view head, Request& request) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) return false;
  request.method = line.substr(0, first);
  request.path = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return false;
  const bool sound = request.path.starts_with('/') &&
                     std::none_of(head.begin(), head.end(), [](char c) { return c == '\0'; });
  if (!sound) return false;
  request.path = request.path.substr(0, request.path.find('?'));
  request.keep_alive = version == "HTTP/1.1";
  for (head.remove_prefix(line.size()); !head.empty();) {
    head.remove_prefix(std::min<size_t>(2, head.size()));
    const std::string_view header = head.substr(0, head.find("\r\n"));
    ReadHeader(header, request);
    head.remove_prefix(header.size());
  }
  // It would have to be read before the next request: but for one place, nobody here needs one.
  if (request.has_body) request.keep_alive = false;
  return true;
}

bool TakesBody(const Request& request) {
  return request.method == "POST" && request.path == kTry && request.body_size <= kMaxTryBytes;
}

std::string AnswerTo(const Request& request, const AdminPages& pages, Hosts hosts) {
  const bool with_body = request.method != "HEAD";
  if (hosts == Hosts::kThisMachine && !NamesThisMachine(request.host)) {
    return Written({403, "this port answers to localhost and to addresses only\n"}, with_body,
                   request.keep_alive);
  }
  Answer answer = PageFor(request, pages);
  if (request.takes_gzip && answer.status == 200) Compress(answer);
  return Written(answer, with_body, request.keep_alive);
}

std::string BadRequest() { return Written({400, "bad request\n"}, true, false); }

}  // namespace inferwire::admin
