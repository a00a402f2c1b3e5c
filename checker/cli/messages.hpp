// From a worker process to its parent: one JSON document a line, through a pipe.
#pragma once

#include <string>

#include "cli/result.hpp"

namespace heddle::cli {

class MessageWriter {
public:
    explicit MessageWriter(int fd) : fd_(fd) {}
    void send(const Json& message) const;

    void progress(const std::string& what, const explore::Progress& progress) const;
    void user_error(const std::string& sentence) const;
    /// What the worker does from now on; tells the parent what it died of.
    void phase(const std::string& name) const;

private:
    int fd_;
};

} // namespace heddle::cli
