// A recording as a trace, so that every report works on real runs too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "program/symbols.hpp"
#include "smt/history.hpp"
#include "trace/trace.hpp"

namespace heddle::cli {

/// What the user calls what a recording names by numbers. Without the library: numbers.
class RecordedNames {
public:
    explicit RecordedNames(const trace::Recording& recording) : RecordedNames(recording, recording.library) {}
    /// @param library the program, where that is not in its place any more
    RecordedNames(const trace::Recording& recording, const std::filesystem::path& library);

    /// Of an offset in the module (a return address).
    SourceSite site(std::uint64_t pc) const;
    /// The global at the address; empty when unknown.
    std::string object(std::uint64_t address) const;
    std::string thread(std::uint32_t number) const; ///< the user's function that it runs, "main", or empty
    SourceSite created_at(std::uint32_t number) const; ///< unknown for main
    bool known() const { return symbols_ != nullptr; }

private:
    std::string function_of(const trace::RecordedThread& thread) const;

    const trace::Recording& recording_;
    mutable std::map<std::uint32_t, std::string> threads_; ///< asked for before
    std::unique_ptr<program::Symbols> symbols_;
};

/// The last `most` events (0: all) in the history's order. Its violation says what the recording is: complete, or not.
trace::Trace trace_of(const smt::History& history, const RecordedNames& names, std::size_t most);

/// How the program of the recording is made again.
trace::Build build_of(const trace::Recording& recording);

} // namespace heddle::cli
