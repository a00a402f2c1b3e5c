#include "cli/messages.hpp"

#include <cerrno>

#include <unistd.h>

namespace heddle::cli {

void MessageWriter::send(const Json& message) const {
    const std::string line = message.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    for (std::size_t at = 0; at < line.size();) {
        const ssize_t n = ::write(fd_, line.data() + at, line.size() - at);
        if (n > 0) at += static_cast<std::size_t>(n);
        else if (errno != EINTR) return; // nobody listens any more
    }
}

void MessageWriter::progress(const std::string& what, const explore::Progress& p) const {
    send({{"kind", "progress"},
          {"what", what},
          {"complete", p.complete},
          {"blocked", p.blocked},
          {"seconds", p.seconds}});
}

void MessageWriter::user_error(const std::string& sentence) const {
    send({{"kind", "user-error"}, {"message", sentence}});
}

void MessageWriter::phase(const std::string& name) const { send({{"kind", "phase"}, {"name", name}}); }

} // namespace heddle::cli
