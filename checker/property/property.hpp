// What is asked of an execution: one file for each property, and a row in list.cpp.
//
// Some things are seen as the execution grows, by those who keep its memory and its locks: data races, accesses to freed memory, misuse
// (Execution::violation). Properties are looked at where an execution ends.
#pragma once

#include <optional>
#include <string>

#include "property/diagnosis.hpp"

namespace heddle::property {

/// Where an execution is looked at.
struct Moment {
    /// What it means that nothing can be added; null: its last event has ended it in a violation, or it is a part of an execution.
    const Diagnosis* leaf = nullptr;
};

class Property {
public:
    Property() = default;
    Property(const Property&) = delete;
    virtual ~Property() = default;

    /// Looks at the execution as it stands. Empty: nothing is wrong.
    virtual std::optional<Violation> at(Moment moment) = 0;
    /// Why "verified" would be too much said, in one sentence, once everything has been looked at.
    virtual std::optional<std::string> doubt() const { return {}; }
};

} // namespace heddle::property
