// One program, in a process of its own: built, loaded, and every entry checked under every memory model.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/targets.hpp"

namespace heddle::cli {

/// What is asked of every program.
struct CheckPlan {
    std::vector<Model> models{Model::rc11};
    Options options;      ///< but for the model
    std::string pattern;  ///< a glob for the entries' names; empty: all
    std::string compiler; ///< empty: the default one
    ExtraWords extra;
    std::filesystem::path trace_folder;
    bool progress = false; ///< somebody wants to see it
};

/// Does it all and says so through `out`. To be called in a forked process: the program is loaded into it, and every
/// check is a further fork of it, so that one that dies leaves the others.
void check_program(const Target& target, const CheckPlan& plan, const MessageWriter& out);

/// An answer for each model that says why a program could not be checked whose patterns are not known.
std::vector<trace::Result> unchecked(const std::string& file, const CheckPlan& plan, Verdict verdict, const std::string& reason);
/// Turns what is known before a check into such an answer.
void give_up(trace::Result& result, Verdict verdict, const std::string& reason);

/// How a traced violation's program was made.
trace::Build build_of(const Target& target, const std::string& compiler, const ExtraWords& extra);

} // namespace heddle::cli
