// From a worker process to its parent: one JSON document a message.
#pragma once

#include <string>

#include "cli/result.hpp"
#include "process/channel.hpp"

namespace heddle::cli {

class MessageWriter {
public:
    explicit MessageWriter(process::Sender out) : out_(out) {}
    void send(const Json& message) const;
    /// One that a child of this process has sent.
    void pass_on(std::string_view message) const { out_.send(message); }

    void progress(const std::string& what, const search::Progress& progress) const;
    /// Everything that will be checked: results as they are before it.
    void tasks(const std::vector<Result>& results) const;
    /// A violation whose story is still to be made.
    void found(Verdict verdict, const std::string& message) const;
    /// What the worker does from now on; tells the parent what it died of.
    void phase(const std::string& name) const;

private:
    process::Sender out_;
};

} // namespace heddle::cli
