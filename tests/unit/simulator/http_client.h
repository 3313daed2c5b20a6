// A plain HTTP/1 client on a blocking socket: it shows what is on the wire, also when that is
// broken.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/json.h"
#include "simulator/simulator.h"

namespace inferwire::simulator::testing {

struct Response {
  int status = 0;
  HeaderList headers;
  std::string body;       // without chunk framing
  bool complete = false;  // ended as its framing says
  bool reset = false;     // by RST

  std::string_view Header(std::string_view name) const;
  Json json() const;  // null if the body is not JSON
};

class Connection {
 public:
  // receive_buffer: SO_RCVBUF, 0 for the kernel's default.
  explicit Connection(int port, int receive_buffer = 0);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Send(std::string_view bytes);
  Response Read();
  // Reads until so many bytes have come in all, or the end.
  const std::string& ReadBytes(size_t count);
  bool AtEnd();  // true if the server has closed; waits for it

 private:
  bool Fill();
  bool ReadHead(Response& response);
  bool ReadChunks(std::string& body);

  int socket_;
  std::string in_;
  bool reset_ = false;
};

std::string PostText(std::string_view path, std::string_view body, const HeaderList& headers = {});
Response Post(const Simulator& simulator, std::string_view path, const Json& body,
              const HeaderList& headers = {});
Response Get(const Simulator& simulator, std::string_view path, const HeaderList& headers = {});

// A chat request with one user message.
Json Ask(std::string_view text = "Hi", std::string_view model = "gpt-4.1-mini");
Response Chat(const Simulator& simulator, const Json& body, const HeaderList& headers = {});
// The text after "data: " of each event.
std::vector<std::string> DataLines(const std::string& body);
// The JSON of each event; [DONE] and what is not JSON are left out.
std::vector<Json> Chunks(const std::string& body);
// The content of choice index over all chunks.
std::string ContentOf(const std::vector<Json>& chunks, int index = 0);
std::string ErrorCode(const Response& response);

}  // namespace inferwire::simulator::testing
