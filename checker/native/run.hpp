// One run of a program on real threads, in a process of its own, watched from here: what was found, how it ended.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/findings.hpp"
#include "native/stuck_thread.hpp"
#include "program/module.hpp"
#include "trace/recording_file.hpp"

namespace heddle::native {

enum class ProgramOutput : std::uint8_t { shown, to_stderr, dropped };

struct RunOptions {
    bool noise = false;
    std::uint64_t seed = 0;                       ///< of noise and choices
    ProgramOutput output = ProgramOutput::shown;
    std::chrono::milliseconds hang_after{30'000}; ///< nothing moves for so long: the run is ended
    std::chrono::milliseconds time_limit{0};      ///< 0: none
    std::chrono::milliseconds lingers{1000};      ///< at the end, for threads that still run: what they do then is seen
    trace::RecordingFile* recording = nullptr;
    const std::atomic<bool>* stop = nullptr;      ///< set by a signal handler: the run is ended
    int not_the_programs = -1;                    ///< a descriptor that it must not have; -1: none
};

/// What is to be run: the program's main with arguments, or one of its patterns.
struct RunEntry {
    std::vector<std::string> arguments; ///< argv, the program's name first
    void (*pattern)() = nullptr;        ///< null: main
};

struct RunResult {
    std::vector<Found> found;
    Stuck stuck = Stuck::no;
    std::vector<StuckThread> stuck_threads;
    bool exited = false;     ///< by itself, with `status`
    int status = 0;
    int signal = 0;          ///< killed by
    bool stopped = false;    ///< by the stop flag
    bool out_of_time = false;
    std::uint32_t threads = 0;
    double seconds = 0;
    std::uint64_t memory_kib = 0; ///< the largest resident size of the run's process
    std::uint32_t left_running = 0; ///< processes that the program left behind, and that were ended after it
};

/// Reserves memory, binds libraries, and makes the patterns known; once, before run_once. The program must have been loaded
/// with native imports. Throws UserError.
void prepare_runs(const program::Module& module);
/// Never throws for what the program does.
RunResult run_once(const program::Module& module, const RunEntry& entry, const RunOptions& options);

} // namespace heddle::native
