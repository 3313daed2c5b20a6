// A PostgreSQL server of the test's own: a fresh cluster in a temporary folder, on a unix socket,
// run by a user without rights.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <memory>
#include <string>

namespace inferwire::testing_support {

class PostgresCluster {
 public:
  // Null where Debian's postgresql is not installed.
  static std::unique_ptr<PostgresCluster> Start();
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  // Where it listens.
  std::string socket() const { return folder_ + "/.s.PGSQL.5432"; }
  // The address of a new, empty schema, which is all that its user sees.
  std::string NewDatabase();
  // Ends the server and every connection, and starts it again.
  void Stop();
  void Restart();
  // Stops every process of it where it is (SIGSTOP), as a host that hangs, and lets them go on.
  void Freeze() { SignalAll(SIGSTOP); }
  void Thaw() { SignalAll(SIGCONT); }

 private:
  PostgresCluster() = default;
  bool Launch();
  void SignalAll(int signal) const;

  std::string folder_, programs_;
  pid_t server_ = -1;
  int databases_ = 0;
};

}  // namespace inferwire::testing_support
