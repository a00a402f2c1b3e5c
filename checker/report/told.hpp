// What formats for tools share: the things to tell of a report, whatever they come from.
#pragma once

#include <string>
#include <vector>

#include "trace/report.hpp"

namespace heddle::report {

/// One thing to tell: a finding, or why there is none.
struct Told {
    const trace::Result* result = nullptr;
    const trace::Finding* finding = nullptr; ///< null: there is nothing but the result's reason
    Verdict kind = Verdict::verified;
    std::string message; ///< one sentence
    SourceSite site;     ///< of the first part that has one
    bool counts = false; ///< it is wrong, and was not expected to be: a build should fail for it
};

/// All that is worth telling, in the order of the report: findings, and results that are neither verified nor have a finding.
std::vector<Told> told(const trace::Report& report);

/// The same for two runs of heddle on a program in which lines have moved: hexadecimal digits of what is wrong, where by name.
std::string fingerprint(const Told& one);

/// "treiber_stack.cpp, push [rc11]": what an entry is called beside others.
std::string title_of(const trace::Result& result);

} // namespace heddle::report
