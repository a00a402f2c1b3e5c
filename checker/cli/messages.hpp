// From a process that has loaded a program to the one that tells of it.
#pragma once

#include <string>
#include <string_view>

#include "core/names.hpp"
#include "core/verdict.hpp"
#include "process/channel.hpp"
#include "trace/report.hpp"

namespace heddle::cli {

class MessageWriter {
public:
    explicit MessageWriter(process::Sender out) : out_(out) {}

    void result(const trace::Result& result) const;
    /// Something that will be checked: the result as it is before that.
    void task(const trace::Result& known) const;
    void progress(const std::string& text) const;
    /// A violation whose story is still to be made.
    void found(Verdict verdict, const std::string& message) const;
    /// What the process does from now on; tells the other one what it died of.
    void phase(const std::string& name) const;
    /// A message that a child of this process has sent.
    void pass_on(std::string_view message) const { out_.send(message); }
    const process::Sender& sender() const { return out_; }

private:
    void send(std::string_view kind, std::string_view payload) const;

    process::Sender out_;
};

/// What came.
struct Message {
    /// Throws InternalError when it is none.
    explicit Message(std::string_view bytes);

    std::string_view kind; ///< "result", "task", "progress", "found" or "phase"
    std::string_view payload;

    /// Of a result or a task.
    trace::Result result() const;
    /// Of what was found: the verdict, and the message.
    std::pair<Verdict, std::string> found() const;
};

} // namespace heddle::cli
