// Server-sent events out of bytes as they arrive (WHATWG, "Server-sent events"). Pure.
//
// An event that lies whole in one Feed is given as views into those bytes; only what spans feeds,
// and data of several lines, is copied. Each byte is looked at a fixed number of times, however it
// comes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inferwire::http {

class SseParser {
 public:
  struct Event {
    std::string_view event;  // empty: "message"
    std::string_view id;     // of this event only
    std::string_view data;   // several data lines joined with \n
    bool is_piece = false;   // more of the same event follows
  };
  enum class Status { kEvent, kNeedMore, kTooLong };

  // The bound counts the lines of one event that are kept, and the line being read. With in_pieces
  // a long line of data is not kept: what has come of it is given as a piece, with the event's name
  // if that came before.
  explicit SseParser(size_t max_event_bytes, bool in_pieces = false)
      : max_event_bytes_(max_event_bytes), in_pieces_(in_pieces) {}
  SseParser(const SseParser&) = delete;  // views point into it
  SseParser& operator=(const SseParser&) = delete;

  // Gives the parser more bytes; they must stay valid until Next has returned kNeedMore.
  void Feed(std::string_view bytes);
  // The next complete event; its views hold until the next call of Next or Feed. kTooLong is final.
  Status Next(Event& event);
  // The input has ended. Next then also gives a last event whose blank line is missing, which is a
  // deviation from WHATWG that real servers need.
  void End();
  // True if bytes of an unfinished event are held.
  bool HasPartial() const;

 private:
  // A field's value: a view into the fed bytes, and into its own copy once those are about to go.
  struct Value {
    std::string_view view;
    std::string own;
    bool set = false;

    void Set(std::string_view value);
    void AppendLine(std::string_view value);
    void Keep();
    // As Keep, where the bytes are the line's: a long line is taken over and not copied.
    void KeepFrom(std::string& line);
    bool IsOwn() const {
      return view.data() >= own.data() && view.data() <= own.data() + own.size();
    }
    void Clear();
  };

  bool NextLine(std::string_view& line);
  bool AddLine(std::string_view line);
  bool AddField(std::string_view name, std::string_view value);
  bool Fits(size_t line_bytes) const { return line_bytes <= max_event_bytes_ - kept_bytes_; }
  bool Dispatch(Event& event);
  bool TakePiece(Event& event);
  void KeepValues();
  void AppendToLine(std::string_view piece);
  void ClearValues();
  size_t Find(char c) const;

  size_t max_event_bytes_;
  const bool in_pieces_;
  std::string_view input_;
  size_t pos_ = 0;
  size_t next_lf_ = 0, next_cr_ = 0;  // at or after pos_; the input's size if there is none
  std::string line_;                  // the start of a line whose end has not come yet
  std::string piece_;                 // the one that was given
  bool line_is_kept_ = false;         // the line just given lies in line_
  bool skip_lf_ = false;              // a CR ended the last line: a LF belongs to it
  size_t bom_matched_ = 0;
  Value event_, id_, data_;
  size_t kept_bytes_ = 0;
  bool dispatched_ = false, ended_ = false, too_long_ = false;
};

}  // namespace inferwire::http
