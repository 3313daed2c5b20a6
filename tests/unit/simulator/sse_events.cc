#include "unit/simulator/sse_events.h"

#include <sstream>

namespace inferwire::simulator::testing {

std::vector<NamedEvent> NamedEvents(const std::string& body) {
  std::vector<NamedEvent> events;
  std::istringstream lines(body);
  std::string line, name;
  while (std::getline(lines, line)) {
    if (line.starts_with("event: ")) name = line.substr(7);
    if (!line.starts_with("data: ")) continue;
    Json data = Json::parse(line.substr(6), nullptr, /*allow_exceptions=*/false);
    events.push_back({name, data.is_discarded() ? Json() : std::move(data)});
    name.clear();
  }
  return events;
}

std::string Joined(const std::vector<NamedEvent>& events, const std::string& name,
                   const char* member) {
  std::string all;
  for (const NamedEvent& event : events) {
    if (event.name == name) all += event.data[member].get<std::string>();
  }
  return all;
}

std::vector<std::string> NamesOf(const std::vector<NamedEvent>& events) {
  std::vector<std::string> names;
  for (const NamedEvent& event : events) {
    if (names.empty() || names.back() != event.name) names.push_back(event.name);
  }
  return names;
}

}  // namespace inferwire::simulator::testing
