#include "store/notices.h"

#include <poll.h>

#include <utility>

#include "store/fault.h"
#include "store/postgres_connection.h"

namespace inferwire::store {
namespace {

// A connection on which nobody speaks may be dead without a sign of it.
constexpr std::chrono::seconds kCheck{30};

}  // namespace

Notices::Notices(const Location& location, std::string channel) : channel_(std::move(channel)) {
  if (location.kind == Location::Kind::kSqlite) return;
  connection_ = std::make_unique<PostgresConnection>(location.url, location.wait);
}

Notices::~Notices() = default;

Result<void> Notices::Listen() {
  const SteadyTime now = SystemClock().Now();
  if (!connection_ || (connection_->open() && now - checked_ < kCheck)) return {};
  if (auto opened = connection_->Open(); !opened) return opened;
  auto listening = connection_->Execute("LISTEN " + channel_);
  if (!listening) return listening.error();
  if (PQresultStatus(listening->get()) != PGRES_COMMAND_OK) {
    connection_->Close();
    return StoreError(Fault::kConnection, "the database does not let us listen");
  }
  checked_ = now;
  return {};
}

void Notices::Wait(std::chrono::milliseconds most, int wake) {
  if (connection_ && connection_->open()) {
    // Once the connection is lost, whether anything was told meanwhile only a look says.
    (void)connection_->AwaitNotice(most, wake);
    return;
  }
  pollfd ready{wake, POLLIN, 0};
  poll(&ready, 1, static_cast<int>(most.count()));
}

}  // namespace inferwire::store
