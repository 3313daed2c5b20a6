// The headers of one HTTP message, names in lower case, in the order of arrival.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::http {

class Headers {
 public:
  struct Header {
    std::string_view name, value;
  };
  class Iterator;

  // Puts the name into lower case.
  void Add(std::string_view name, std::string_view value);
  // The first value, or empty. The name is given in lower case.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;
  void Remove(std::string_view name);
  void Clear();

  Iterator begin() const;
  Iterator end() const;
  size_t size() const { return places_.size(); }

 private:
  struct Place {
    uint32_t name, value, end;  // where they begin in text_
  };
  Header At(size_t index) const;

  // One after the other: a copy costs two allocations, however many headers there are.
  std::string text_;
  std::vector<Place> places_;
};

class Headers::Iterator {
 public:
  Iterator(const Headers& headers, size_t index) : headers_(&headers), index_(index) {}
  Header operator*() const { return headers_->At(index_); }
  Iterator& operator++() {
    ++index_;
    return *this;
  }
  bool operator==(const Iterator& other) const { return index_ == other.index_; }

 private:
  const Headers* headers_;
  size_t index_;
};

// Whether a Content-Type says text/event-stream, in whatever spelling (RFC 9110, 8.3.1).
bool IsEventStream(std::string_view content_type);

// True if no byte of the value could end the header or hide in it: >= 0x20 and not 0x7f.
bool IsSafeHeaderValue(std::string_view value);

}  // namespace inferwire::http
