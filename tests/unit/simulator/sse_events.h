// Streams of named events, as tests look at them.
#pragma once

#include <string>
#include <vector>

#include "simulator/json.h"

namespace inferwire::simulator::testing {

struct NamedEvent {
  std::string name;  // empty: it had none
  Json data;         // null: not JSON
};

std::vector<NamedEvent> NamedEvents(const std::string& body);
// The named member of all events of this name, one after the other.
std::string Joined(const std::vector<NamedEvent>& events, const std::string& name,
                   const char* member = "delta");
std::vector<std::string> NamesOf(const std::vector<NamedEvent>& events);

}  // namespace inferwire::simulator::testing
