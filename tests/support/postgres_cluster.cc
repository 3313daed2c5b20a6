#include "support/postgres_cluster.h"

#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace inferwire::testing_support {
namespace {

namespace fs = std::filesystem;

// Where Debian has the newest server's programs; empty if it is not installed.
std::string Programs() {
  std::string newest;
  std::error_code error;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const fs::path bin = version.path() / "bin";
    if (fs::exists(bin / "initdb") && fs::exists(bin / "postgres")) newest = bin.string();
  }
  return newest;
}

// PostgreSQL refuses to run as root.
const passwd* Unprivileged() {
  if (geteuid() != 0) return nullptr;
  if (const passwd* user = getpwnam("postgres")) return user;
  return getpwnam("nobody");
}

pid_t Spawn(const std::vector<std::string>& arguments, const std::string& folder) {
  const pid_t child = fork();
  if (child != 0) return child;
  if (const passwd* user = Unprivileged()) {
    if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) {
      _exit(127);
    }
  }
  if (chdir(folder.c_str()) != 0) _exit(127);
  if (freopen("log", "a", stdout) == nullptr || dup2(1, 2) < 0) _exit(127);
  std::vector<char*> words;
  for (const std::string& each : arguments) words.push_back(const_cast<char*>(each.c_str()));
  words.push_back(nullptr);
  execv(words[0], words.data());
  _exit(127);
}

PGconn* Connect(const std::string& folder) {
  return PQconnectdb(("host=" + folder + " user=test dbname=postgres").c_str());
}

}  // namespace

std::unique_ptr<PostgresCluster> PostgresCluster::Start() {
  std::unique_ptr<PostgresCluster> cluster(new PostgresCluster);
  cluster->programs_ = Programs();
  if (cluster->programs_.empty()) return nullptr;
  char name[] = "/tmp/inferwire_pg_XXXXXX";  // a socket's path is short
  if (mkdtemp(name) == nullptr) return nullptr;
  cluster->folder_ = name;
  if (const passwd* user = Unprivileged()) {
    if (chown(name, user->pw_uid, user->pw_gid) != 0) return nullptr;
  }
  const pid_t made = Spawn({cluster->programs_ + "/initdb", "-D", cluster->folder_ + "/data", "-U",
                            "test", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"},
                           cluster->folder_);
  int status = 1;
  if (waitpid(made, &status, 0) != made || status != 0 || !cluster->Launch()) return nullptr;
  return cluster;
}

bool PostgresCluster::Launch() {
  server_ = Spawn({programs_ + "/postgres", "-D", folder_ + "/data", "-k", folder_, "-c",
                   "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c",
                   "max_connections=30"},
                  folder_);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < until) {
    PGconn* connection = Connect(folder_);
    const bool up = PQstatus(connection) == CONNECTION_OK;
    PQfinish(connection);
    if (up) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // it tells nobody that it is up
  }
  return false;
}

PostgresCluster::~PostgresCluster() {
  if (server_ > 0) {
    Thaw();
    kill(server_, SIGQUIT);
    waitpid(server_, nullptr, 0);
  }
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::string PostgresCluster::NewDatabase() {
  const std::string name = "test" + std::to_string(++databases_);
  PGconn* connection = Connect(folder_);
  PQclear(PQexec(connection, ("CREATE SCHEMA " + name).c_str()));
  PQfinish(connection);
  return "postgresql:///postgres?user=test&host=" + folder_ + "&options=-csearch_path%3D" + name;
}

void PostgresCluster::Stop() {
  kill(server_, SIGINT);
  waitpid(server_, nullptr, 0);
  server_ = -1;
}

// Connections are children of the server, each in a group of its own.
void PostgresCluster::SignalAll(int signal) const {
  const std::string server = std::to_string(server_);
  std::ifstream children("/proc/" + server + "/task/" + server + "/children");
  if (signal == SIGSTOP) kill(server_, signal);
  for (pid_t child = 0; children >> child;) kill(child, signal);
  if (signal != SIGSTOP) kill(server_, signal);
}

void PostgresCluster::Restart() { Launch(); }

}  // namespace inferwire::testing_support
