// A large JSON answer while it arrives: hands out the elements of one list one by one, and one long
// string of each piece by piece, so that neither the answer nor an image is ever held whole. It
// finds boundaries only: what it hands out has to pass the gate and the decoder like any JSON.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inferwire::codec {

class JsonFeed {
 public:
  enum class Next { kGoOn, kPause, kStop };

  class Sink {
   public:
    virtual ~Sink() = default;
    // Of the long string of the element in hand, without escapes. At most what was fed at once.
    virtual Next OnPiece(std::string_view piece) = 0;
    // An element is complete: its JSON, with "" in place of the long string.
    virtual Next OnElement(std::string_view json) = 0;
  };

  struct Shape {
    // The document's member that is the list, e.g. data. Empty: the document is the one element.
    std::string_view list;
    // The member of an element that is handed out in pieces, if it is a string. Empty: none.
    std::string_view long_member;
    size_t max_element = 1u << 20;  // without its long string
    size_t max_rest = 1u << 20;     // the document without its elements
  };

  enum class Status {
    kMore,    // all was taken, and the document goes on
    kWhole,   // the document is complete; so far nothing but white space came after it
    kPaused,  // the sink said so; the bytes that are left are to be fed again
    // Final:
    kStopped,  // the sink said so
    kTooLong,  // an element, or the rest, is longer than allowed
    kBroken,   // no bytes that follow can make it such a document
  };

  // The shape's names outlive it.
  explicit JsonFeed(const Shape& shape) : shape_(shape) {}

  // Takes what it has used off the bytes.
  Status Feed(std::string_view& bytes, Sink& sink);
  // The document with an empty list in place of the one that was handed out.
  const std::string& rest() const { return rest_; }
  // The element in hand, as far as it has come and without its long string.
  const std::string& element() const { return element_; }
  bool whole() const { return in_ == In::kEnd; }
  // That are complete.
  size_t elements() const { return elements_; }

 private:
  enum class In {
    kNothing,       // before the document
    kRest,          // in the document, outside of the list
    kListBegin,     // in the list, before its first element
    kListNext,      // behind a comma of it
    kElement,       // within an element
    kAfterElement,  // before a comma or the list's end
    kEnd,           // behind the document
  };

  // Each of these: false, with the status, if no more is taken now.
  bool Run(Sink& sink);
  bool Outside();
  bool Inside(Sink& sink);
  bool Open();
  bool Close(Sink& sink);
  bool BeginString();
  bool InLong(Sink& sink);
  bool InEscape(Sink& sink);
  bool EndElement(Sink& sink);
  bool EndList();
  bool Heed(Next next);
  // What was passed over since the last call goes where it belongs.
  bool Keep();
  bool Fail(Status status) {
    status_ = status;
    return false;
  }
  void InString();
  void BeginElement();
  // Of the document, or of the element in hand if it is an object.
  bool AtMembers() const { return depth_ == 1 && is_object_; }
  // A value ahead is this member of it.
  bool IsMember(std::string_view name) const;

  const Shape shape_;
  Status status_ = Status::kMore;
  const char *p_ = nullptr, *end_ = nullptr, *kept_ = nullptr;
  In in_ = In::kNothing;
  // Of the rest, or of the element in hand.
  size_t depth_ = 0;
  bool is_object_ = false, key_next_ = false;
  bool in_string_ = false, in_key_ = false, escaped_ = false;
  std::string key_;  // of the member in hand, as it stands there
  bool in_long_ = false, had_long_ = false, had_list_ = false;
  std::string escape_;  // of the long string, as far as it has come
  std::string rest_, element_;
  size_t elements_ = 0;
};

}  // namespace inferwire::codec
