#include "config/keys.h"

namespace inferwire::config {

template <class Value>
void Keys::Add(std::string_view name, Value value, std::string_view about, KeyNotes notes) {
  list.push_back({name, about, notes, std::move(value)});
}

void Keys::Text(std::string_view name, std::string& to, TextForm form, std::string_view about,
                KeyNotes notes) {
  Add(name, TextKey{&to, form}, about, notes);
}

void Keys::Bool(std::string_view name, bool& to, std::string_view about, KeyNotes notes) {
  Add(name, BoolKey{&to}, about, notes);
}

void Keys::Size(std::string_view name, size_t& to, size_t least, size_t most,
                std::string_view about, KeyNotes notes) {
  Add(name, SizeKey{&to, least, most, false}, about, notes);
}

void Keys::OptionalSize(std::string_view name, size_t& to, size_t least, size_t most,
                        std::string_view about, KeyNotes notes) {
  Add(name, SizeKey{&to, least, most, true}, about, notes);
}

void Keys::Time(std::string_view name, std::chrono::milliseconds& to,
                std::chrono::milliseconds least, std::chrono::milliseconds most,
                std::string_view about, KeyNotes notes) {
  Add(name, TimeKey{&to, least, most}, about, notes);
}

void Keys::Ratio(std::string_view name, double& to, std::string_view about, KeyNotes notes) {
  Add(name, RatioKey{&to}, about, notes);
}

void Keys::Secret(std::string_view name, KeySource& to, std::string_view about, KeyNotes notes) {
  Add(name, SecretKey{&to}, about, notes);
}

void Keys::SecretMap(std::string_view name, std::map<std::string, std::string>& to,
                     EntryFault fault, std::string_view about, KeyNotes notes) {
  Add(name, TextMapKey{&to, fault, true}, about, notes);
}

void Keys::Map(std::string_view name, std::map<std::string, std::string>& to, EntryFault fault,
               std::string_view about, KeyNotes notes) {
  Add(name, TextMapKey{&to, fault, false}, about, notes);
}

void Keys::CountMap(std::string_view name, std::map<std::string, int64_t>& to, int64_t most,
                    std::string_view fault, std::string_view about, KeyNotes notes) {
  Add(name, CountMapKey{&to, most, fault}, about, notes);
}

void Keys::TextList(std::string_view name, std::vector<std::string>& to, size_t most, TextForm form,
                    std::string_view all, std::string_view about, KeyNotes notes) {
  Add(name, TextListKey{&to, 1, most, form, all}, about, notes);
}

void Keys::Texts(std::string_view name, std::vector<std::string>& to, size_t most, TextForm form,
                 std::string_view about, KeyNotes notes) {
  Add(name, TextListKey{&to, 0, most, form, {}}, about, notes);
}

void Keys::Sub(std::string_view name, Keys keys, std::string_view about, KeyNotes notes) {
  Add(name, SubKey{std::move(keys)}, about, notes);
}

}  // namespace inferwire::config
