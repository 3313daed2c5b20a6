// http_load URL: load on an HTTP gateway, or on the mock itself; one thread, epoll, keep-alive.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <deque>
#include <iostream>
#include <memory>
#include <vector>

#include "arrivals.h"
#include "connect.h"
#include "load_options.h"

namespace inferwire::bench {
namespace {

using Clock = Arrivals::Clock;

struct Url {
  std::string host, path;
  uint16_t port = 80;

  explicit Url(std::string_view text) {
    if (text.starts_with("http://")) text.remove_prefix(7);
    const size_t slash = text.find('/');
    path = slash == std::string_view::npos ? "/" : std::string(text.substr(slash));
    std::string_view place = text.substr(0, slash);
    const size_t colon = place.find(':');
    if (colon != std::string_view::npos) {
      std::from_chars(place.data() + colon + 1, place.data() + place.size(), port);
    }
    host = place.substr(0, colon);
  }
};

std::string RequestOf(const LoadOptions& options, const Url& url) {
  std::string messages;
  for (int i = 0; i < options.messages; ++i) {
    messages += std::string(i == 0 ? "" : ",") + R"({"role":"user","content":")" +
                std::string(options.prompt_bytes / static_cast<size_t>(options.messages), 'p') +
                R"("})";
  }
  const std::string body =
      R"({"model":")" + options.model + R"(","messages":[)" + messages + "]" +
      (options.mode == "stream" ? R"(,"stream":true,"stream_options":{"include_usage":true})"
                                : "") +
      "}";
  std::string headers;
  for (const std::string& header : options.headers) headers += header + "\r\n";
  return "POST " + url.path + " HTTP/1.1\r\nHost: " + url.host +
         "\r\nContent-Type: application/json\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// One connection and the answer that is arriving on it.
struct Client {
  int socket = -1;
  bool busy = false;
  std::string in;
  size_t out = 0;  // bytes of the request sent
  Clock::time_point intended, last_chunk;
  int chunks = 0;
  bool writing = false;
};

class HttpLoad {
 public:
  explicit HttpLoad(const LoadOptions& options)
      : options_(options), url_(options.target), request_(RequestOf(options, url_)) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
  }

  LoadResult Run() {
    Arrivals arrivals(options_);
    Measurement measurement(options_);
    const int clients = arrivals.open_loop() ? 0 : options_.in_flight;
    for (int i = 0; i < clients; ++i) Begin(Clock::now());
    std::array<epoll_event, 256> events;
    while (true) {
      if (arrivals.open_loop()) {
        while (const auto intended = arrivals.Take()) Begin(*intended);
      }
      const bool more = !arrivals.over();
      if (busy_ == 0 && !more) break;
      int timeout = 100;
      if (arrivals.open_loop() && more) {
        const auto wait = arrivals.next() - Clock::now();
        timeout = static_cast<int>(std::max<int64_t>(
            0, std::chrono::duration_cast<std::chrono::milliseconds>(wait).count()));
      }
      const int count = epoll_wait(epoll_, events.data(), events.size(), timeout);
      for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<size_t>(i)];
        Client& client = *static_cast<Client*>(event.data.ptr);
        if (event.events & EPOLLOUT) Write(client);
        if (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
          if (Read(client) && !arrivals.open_loop() && !arrivals.over()) Begin(Clock::now());
        }
      }
      measurement.SampleNowAndThen(result_);
    }
    measurement.Finish(result_);
    return std::move(result_);
  }

 private:
  void Begin(Clock::time_point intended) {
    if (idle_.empty()) Connect();
    if (idle_.empty()) return;
    Client& client = *idle_.front();
    idle_.pop_front();
    client.busy = true;
    client.in.clear();
    client.out = 0;
    client.chunks = 0;
    client.intended = intended;
    ++busy_;
    Write(client);
  }

  void Connect() {
    auto client = std::make_unique<Client>();
    client->socket = ConnectTo(url_.host, url_.port);
    if (client->socket < 0) {
      result_.error = std::strerror(errno);
      ++result_.bad;
      return;
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = client.get();
    epoll_ctl(epoll_, EPOLL_CTL_ADD, client->socket, &event);
    idle_.push_back(client.get());
    clients_.push_back(std::move(client));
  }

  void Write(Client& client) {
    while (client.out < request_.size()) {
      const ssize_t sent = send(client.socket, request_.data() + client.out,
                                request_.size() - client.out, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0) break;
      client.out += static_cast<size_t>(sent);
    }
    const bool writing = client.out < request_.size();
    if (writing == client.writing) return;
    client.writing = writing;
    epoll_event event{};
    event.events = EPOLLIN | (writing ? EPOLLOUT : 0u);
    event.data.ptr = &client;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, client.socket, &event);
  }

  // True: the answer is complete, or the connection has ended.
  bool Read(Client& client) {
    const ssize_t got = recv(client.socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) return End(client, false, true);
    if (!client.busy) return false;
    const size_t before = client.in.size();
    client.in.append(buffer_.data(), static_cast<size_t>(got));
    if (options_.mode == "stream") CountChunks(client, before);
    const size_t head = client.in.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const bool ok = client.in.compare(9, 3, "200") == 0;
    const size_t length_at = FindLength(client.in, head);
    if (length_at == std::string::npos) {
      return client.in.ends_with("0\r\n\r\n") ? End(client, ok, false) : false;
    }
    size_t length = 0;
    std::from_chars(client.in.data() + length_at, client.in.data() + head, length);
    return client.in.size() >= head + 4 + length ? End(client, ok, false) : false;
  }

  static size_t FindLength(const std::string& in, size_t head) {
    for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
      const size_t at = in.find(name);
      if (at < head) return at + std::strlen(name);
    }
    return std::string::npos;
  }

  void CountChunks(Client& client, size_t before) {
    const auto now = Clock::now();
    size_t at = before < 8 ? 0 : before - 8;
    while ((at = client.in.find("\"choices\"", at)) != std::string::npos) {
      at += 9;
      if (at <= before) continue;
      if (++client.chunks == 1) {
        result_.first_chunk.Add(Microseconds(now - client.intended));
      } else {
        result_.gap.Add(Microseconds(now - client.last_chunk));
      }
      client.last_chunk = now;
      ++result_.chunks;
    }
  }

  bool End(Client& client, bool ok, bool closed) {
    const bool was_busy = client.busy;
    client.busy = false;
    if (was_busy) {
      --busy_;
      ++(ok ? result_.good : result_.bad);
      if (!ok) result_.error = closed ? "connection closed" : client.in.substr(0, 120);
      result_.latency.Add(Microseconds(Clock::now() - client.intended));
    }
    if (closed) {
      std::erase(idle_, &client);
      epoll_ctl(epoll_, EPOLL_CTL_DEL, client.socket, nullptr);
      close(client.socket);
      client.socket = -1;
    } else {
      idle_.push_back(&client);
    }
    return was_busy;
  }

  const LoadOptions& options_;
  const Url url_;
  const std::string request_;
  int epoll_ = -1;
  int busy_ = 0;
  std::vector<std::unique_ptr<Client>> clients_;
  std::deque<Client*> idle_;
  std::array<char, 64 * 1024> buffer_;
  LoadResult result_;
};

}  // namespace
}  // namespace inferwire::bench

int main(int argc, char** argv) {
  using namespace inferwire::bench;  // NOLINT(google-build-using-namespace)
  const auto options = ReadLoadOptions(argc, argv, {"unary", "stream"});
  if (!options) return 2;
  const LoadResult result = std::make_unique<HttpLoad>(*options)->Run();
  Print(*options, result);
  return result.good == 0;
}
