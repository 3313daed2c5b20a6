// The command line of `inferwire tenants` and `inferwire audit`, and what all verbs of
// administrators have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "arguments.h"

namespace inferwire::cli {

// Where the administrators' port is.
void AddAdmin(CLI::App& verb, AdminArgs& args, const Settings& settings);
// May be given again.
void AddTexts(CLI::App& verb, const std::string& name, std::vector<std::string>& to,
              const std::string& what);
// 90s, 30m, 48h, 7d.
CLI::Option* AddTime(CLI::App& verb, const std::string& name, int64_t& seconds,
                     const std::string& what);

// What the parser writes into while it runs.
class TenantArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  void AddAudit(CLI::App& app, Arguments& all);

  TenantsArgs list_, show_, put_, disable_, enable_, boost_;
  AuditArgs audit_;
};

}  // namespace inferwire::cli
