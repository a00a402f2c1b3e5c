#include "cli/messages.hpp"

#include "core/error.hpp"
#include "trace/report_json.hpp"

namespace heddle::cli {
namespace {

constexpr char end_of_word = '\n';

/// The first word, which is taken off.
std::string_view next_word(std::string_view& text) {
    const std::size_t end = text.find(end_of_word);
    if (end == text.npos) throw InternalError("a process has sent what is no message");
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end + 1);
    return word;
}

} // namespace

void MessageWriter::send(std::string_view kind, std::string_view payload) const {
    out_.send(std::string(kind) + end_of_word + std::string(payload));
}

void MessageWriter::result(const trace::Result& result) const { send("result", trace::to_bytes(result)); }
void MessageWriter::task(const trace::Result& known) const { send("task", trace::to_bytes(known)); }
void MessageWriter::progress(const std::string& text) const { send("progress", text); }
void MessageWriter::phase(const std::string& name) const { send("phase", name); }
void MessageWriter::found(Verdict verdict, const std::string& message) const {
    send("found", std::string(name_of(verdict)) + end_of_word + message);
}

Message::Message(std::string_view bytes) : payload(bytes) { kind = next_word(payload); }

trace::Result Message::result() const { return trace::result_from_bytes(payload); }

std::pair<Verdict, std::string> Message::found() const {
    std::string_view rest = payload;
    const auto verdict = named<Verdict>(next_word(rest));
    if (!verdict) throw InternalError("a process has sent a verdict that there is not");
    return {*verdict, std::string(rest)};
}

} // namespace heddle::cli
