#include "admin/admin_server.h"

#include <civetweb.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "admin/page.h"

namespace llmgate::admin {
namespace {

constexpr std::chrono::milliseconds kWakeInterval{5};
constexpr const char* kPlainText = "text/plain; charset=utf-8";

struct Answer {
  int status = 200;
  std::string body;
  const char* type = kPlainText;
  bool is_page = false;  // shown by a browser
};

constexpr std::string_view kKnown[] = {"/",      "/page.css", "/page.js", "/metrics",
                                       "/livez", "/readyz",   "/config"};

Answer HealthAnswer(const Health& health) { return {health.ok ? 200 : 503, health.text + '\n'}; }

Answer AnswerTo(const AdminPages& pages, std::string_view method, std::string_view path) {
  if (std::find(std::begin(kKnown), std::end(kKnown), path) == std::end(kKnown)) {
    return {404, "not found: try /, /metrics, /livez, /readyz or /config\n"};
  }
  if (method != "GET" && method != "HEAD") {
    return {405, "only GET and HEAD\n"};
  }
  if (path == "/") {
    return {200, std::string(PageHtml()), "text/html; charset=utf-8", true};
  }
  if (path == "/page.css") {
    return {200, std::string(PageCss()), "text/css; charset=utf-8"};
  }
  if (path == "/page.js") {
    return {200, std::string(PageScript()), "text/javascript; charset=utf-8"};
  }
  if (path == "/metrics") {
    return {200, pages.metrics(), "text/plain; version=0.0.4; charset=utf-8"};
  }
  if (path == "/config") {
    return {200, pages.config(), "application/yaml"};
  }
  return HealthAnswer(path == "/livez" ? pages.live() : pages.ready());
}

void Send(mg_connection* connection, const Answer& answer, bool with_body) {
  mg_response_header_start(connection, answer.status);
  const std::string length = std::to_string(answer.body.size());
  mg_response_header_add(connection, "Content-Type", answer.type, -1);
  mg_response_header_add(connection, "Content-Length", length.c_str(), -1);
  mg_response_header_add(connection, "Cache-Control", "no-store", -1);
  mg_response_header_add(connection, "X-Content-Type-Options", "nosniff", -1);
  mg_response_header_add(connection, "Referrer-Policy", "no-referrer", -1);
  if (answer.is_page) {
    mg_response_header_add(connection, "Content-Security-Policy", kPagePolicy, -1);
  }
  if (answer.status == 405) {
    mg_response_header_add(connection, "Allow", "GET, HEAD", -1);
  }
  mg_response_header_send(connection);
  if (with_body) {
    mg_write(connection, answer.body.data(), answer.body.size());
  }
}

// Every request ends here, so the library's own files, scripts and listings are never reached.
int OnRequest(mg_connection* connection) {
  const mg_request_info* request = mg_get_request_info(connection);
  const auto& pages = *static_cast<const AdminPages*>(request->user_data);
  const std::string_view method = request->request_method;
  const Answer answer = AnswerTo(pages, method, request->local_uri);
  // A body would have to be read before the next request: nobody here needs one.
  if (request->content_length > 0 || mg_get_header(connection, "Transfer-Encoding") != nullptr) {
    mg_disable_connection_keep_alive(connection);
  }
  Send(connection, answer, method != "HEAD");
  return answer.status;
}

// The library's complaints about single clients would otherwise go to stderr.
int OnLogMessage(const mg_connection*, const char*) { return 1; }

// Errors that the library answers itself, e.g. 400 for what is no HTTP: no page of its own.
int OnHttpError(mg_connection* connection, int status, const char*) {
  mg_disable_connection_keep_alive(connection);
  Send(connection, {status, "bad request\n"}, true);
  return 0;
}

Error CannotServe(std::string_view address, std::string_view why) {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.message =
      "the admin port cannot listen on " + std::string(address) + ": " + std::string(why);
  return error;
}

// The library's accept thread looks at its orders every two seconds, or when somebody connects.
void ConnectUntilStopped(const std::string& host, int port, const std::stop_token& stopped) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return;
  }
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  while (!stopped.stop_requested()) {
    const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
      [[maybe_unused]] const int started = connect(fd, found->ai_addr, found->ai_addrlen);
      close(fd);
    }
    changed.wait_for(lock, stopped, kWakeInterval, [] { return false; });
  }
  freeaddrinfo(found);
}

// The host of host:port and [v6]:port.
std::string HostOf(std::string_view address) {
  address = address.substr(0, address.rfind(':'));
  const bool v6 = address.starts_with('[') && address.ends_with(']');
  return std::string(v6 ? address.substr(1, address.size() - 2) : address);
}

}  // namespace

AdminServer::AdminServer(std::string address, AdminPages pages)
    : host_(HostOf(address)), pages_(std::move(pages)), context_(nullptr, mg_stop) {}

AdminServer::~AdminServer() {
  if (context_) {
    const std::jthread waker(
        [this](const std::stop_token& stopped) { ConnectUntilStopped(host_, port_, stopped); });
    context_.reset();
  }
}

Result<std::unique_ptr<AdminServer>> AdminServer::Start(std::string_view address,
                                                        AdminPages pages) {
  const std::string listen(address), threads = std::to_string(kAdminThreads);
  // The library would take a list, "s" for TLS and "r" for a redirect.
  if (listen.find(':') == std::string::npos || listen.find_first_of(", ") != std::string::npos ||
      listen.back() < '0' || listen.back() > '9') {
    return CannotServe(address, "not host:port or [v6]:port");
  }
  const std::string slow = std::to_string(kSlowClientMs), size = std::to_string(kMaxRequestBytes);
  const char* options[] = {"listening_ports",
                           listen.c_str(),
                           "num_threads",
                           threads.c_str(),
                           "request_timeout_ms",
                           slow.c_str(),
                           "keep_alive_timeout_ms",
                           slow.c_str(),
                           "enable_keep_alive",
                           "yes",
                           "max_request_size",
                           size.c_str(),
                           "enable_directory_listing",
                           "no",
                           "tcp_nodelay",
                           "1",
                           nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = OnRequest;
  callbacks.log_message = OnLogMessage;
  callbacks.http_error = OnHttpError;

  std::unique_ptr<AdminServer> server(new AdminServer(listen, std::move(pages)));
  std::array<char, 256> text{};
  unsigned code = 0;
  mg_init_data init{&callbacks, const_cast<AdminPages*>(&server->pages_), options};
  mg_error_data failure{&code, text.data(), text.size()};
  server->context_.reset(mg_start2(&init, &failure));
  mg_server_port port{};
  if (!server->context_ || mg_get_server_ports(server->context_.get(), 1, &port) != 1) {
    return CannotServe(address, text[0] != '\0' ? text.data() : "the port is taken or invalid");
  }
  server->port_ = port.port;
  return server;
}

}  // namespace llmgate::admin
