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

constexpr std::string_view kKnown[] = {"/",       "/page.css", "/page.js", "/metrics", "/livez",
                                       "/readyz", "/config",   "/routes",  "/limits"};

// The text of all series repeats itself: a thirtieth of it is left. As it was, should zlib fail.
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

Answer PageFor(const Request& request, const AdminPages& pages) {
  const std::string_view path = request.path;
  if (std::find(std::begin(kKnown), std::end(kKnown), path) == std::end(kKnown)) {
    return {404, "not found: try /, /metrics, /livez, /readyz, /config, /routes or /limits\n"};
  }
  if (request.method != "GET" && request.method != "HEAD") return {405, "only GET and HEAD\n"};
  if (path == "/") return {200, std::string(PageHtml()), "text/html; charset=utf-8", true};
  if (path == "/page.css") return {200, std::string(PageCss()), "text/css; charset=utf-8"};
  if (path == "/page.js") {
    return {200, std::string(PageScript()), "text/javascript; charset=utf-8"};
  }
  if (path == "/metrics") {
    Answer answer{200, pages.metrics(), "text/plain; version=0.0.4; charset=utf-8"};
    if (request.takes_gzip) Compress(answer);
    return answer;
  }
  if (path == "/routes") return {200, pages.routes(), "application/json"};
  if (path == "/limits") return {200, pages.limits(), "application/json"};
  if (path == "/config") return {200, pages.config(), "application/yaml"};
  return HealthAnswer(path == "/livez" ? pages.live() : pages.ready());
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
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

void ReadHeader(std::string_view line, Request& request) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = Lower(line.substr(0, colon));
  const std::string_view value = Trim(line.substr(colon + 1));
  if (name == "host") request.host = value;
  if (name == "accept-encoding")
    request.takes_gzip = Lower(value).find("gzip") != std::string::npos;
  if (name == "transfer-encoding") request.has_body = true;
  if (name == "content-length" && value != "0") request.has_body = true;
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
  // It would have to be read before the next request: nobody here needs one.
  if (request.has_body) request.keep_alive = false;
  return true;
}

std::string AnswerTo(const Request& request, const AdminPages& pages, Hosts hosts) {
  const bool with_body = request.method != "HEAD";
  if (hosts == Hosts::kThisMachine && !NamesThisMachine(request.host)) {
    return Written({403, "this port answers to localhost and to addresses only\n"}, with_body,
                   request.keep_alive);
  }
  return Written(PageFor(request, pages), with_body, request.keep_alive);
}

std::string BadRequest() { return Written({400, "bad request\n"}, true, false); }

}  // namespace inferwire::admin
