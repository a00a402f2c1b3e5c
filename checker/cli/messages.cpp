#include "cli/messages.hpp"

namespace heddle::cli {

void MessageWriter::send(const Json& message) const {
    out_.send(message.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void MessageWriter::progress(const std::string& what, const search::Progress& p) const {
    send({{"kind", "progress"},
          {"what", what},
          {"complete", p.complete},
          {"blocked", p.blocked},
          {"seconds", p.seconds}});
}

void MessageWriter::tasks(const std::vector<Result>& results) const {
    Json list = Json::array();
    for (const Result& result : results) list.push_back(to_message(result));
    send({{"kind", "tasks"}, {"results", list}});
}

void MessageWriter::found(Verdict verdict, const std::string& message) const {
    send({{"kind", "found"}, {"verdict", static_cast<int>(verdict)}, {"message", message}});
}

void MessageWriter::phase(const std::string& name) const { send({{"kind", "phase"}, {"name", name}}); }

} // namespace heddle::cli
