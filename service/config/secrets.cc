#include "config/secrets.h"

#include <string>

#include "base/secret.h"

namespace inferwire::config {
namespace {

void CheckFile(const std::string& path, const std::string& file, SecretFaults& faults) {
  if (const auto secret = Secret::FromFile(file); !secret) {
    faults.files.push_back({path, 0, secret.error().message});
  }
}

void CheckVariable(const std::string& path, const std::string& name, SecretFaults& faults) {
  if (const auto secret = Secret::FromEnv(name); !secret) {
    faults.variables.push_back({path, 0, secret.error().message});
  }
}

}  // namespace

SecretFaults CheckSecrets(const Config& config) {
  SecretFaults faults;
  const auto check = [&faults](const std::string& path, const KeySource& key) {
    if (key.kind == KeySource::Kind::kFile) CheckFile(path, key.name, faults);
    if (key.kind == KeySource::Kind::kEnv) CheckVariable(path, key.name, faults);
  };
  for (size_t i = 0; i < config.upstreams.size(); ++i) {
    const UpstreamConfig& upstream = config.upstreams[i];
    const std::string path = "upstreams[" + std::to_string(i) + "]";
    check(path + ".api_key", upstream.api_key);
    for (size_t k = 0; k < upstream.keys.size(); ++k) {
      check(path + ".keys[" + std::to_string(k) + "]", upstream.keys[k].source());
    }
  }
  check("identity.keys.pepper", config.identity.keys.pepper);
  const StoreConfig& store = config.store;
  if (!store.url_file.empty()) CheckFile("store.postgresql.file", store.url_file, faults);
  if (!store.url_variable.empty()) {
    CheckVariable("store.postgresql.env", store.url_variable, faults);
  }
  return faults;
}

}  // namespace inferwire::config
