// Executes what was predicted of a recording: the recorded program, loaded into a process of its own for each schedule.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "core/options.hpp"
#include "search/check.hpp"
#include "program/module.hpp"
#include "smt/predict.hpp"
#include "trace/report.hpp"

namespace heddle::cli {

class Confirmer {
public:
    /// @param until nothing is executed after that
    /// @param check its time limit holds for each execution
    /// @param traces where traces of what is found are saved
    Confirmer(const smt::History& history, std::chrono::steady_clock::time_point until, const Options& check, std::filesystem::path traces);

    /// Finds the recorded program, or builds it again. To be called first. Throws UserError: it is gone, or has changed.
    /// @return its library
    const std::filesystem::path& find_program();

    /// What came of an execution. Its finding has a saved trace, the race's accesses, and among what is foretold the inputs that
    /// are other ones than those of the schedule.
    using Answer = trace::Result;

    /// Follows the prediction's schedule with its inputs, then lets the threads finish: each as far as it comes, or in turns.
    Answer execute(const smt::Prediction& prediction, bool in_turns);
    /// All executions of the program, for so long.
    Answer explore(std::chrono::milliseconds limit);

private:
    Answer with_program(const std::function<Answer(program::Module&)>& work, std::chrono::milliseconds limit);
    void save(trace::Finding& finding);
    Answer answer_of(trace::CheckResult checked) const;
    execution::Entry entry() const;
    std::chrono::milliseconds left() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(until_ - std::chrono::steady_clock::now());
    }

    const smt::History& history_;
    const trace::Recording& recording_;
    const std::chrono::steady_clock::time_point until_;
    const Options check_;
    const std::filesystem::path trace_folder_;
    std::filesystem::path library_;
    unsigned traces_ = 0; ///< written so far
};

} // namespace heddle::cli
