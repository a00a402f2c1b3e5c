// The variables that invariants mention. What threads write to them between two visible operations is remembered in
// order, value by value. Which variables these are is found out when an invariant over them is declared; the exploration
// then starts again with that known, because what was remembered before did not note such writes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace heddle::execution {

class TrackedMemory {
public:
    struct Variable {
        std::uint64_t address = 0;
        unsigned size = 0; ///< 1 to 8 bytes
        bool operator==(const Variable&) const = default;
    };

    const std::vector<Variable>& variables() const { return variables_; }
    /// True when the variable was not known.
    bool add(const Variable& variable) {
        if (std::find(variables_.begin(), variables_.end(), variable) != variables_.end()) return false;
        variables_.push_back(variable);
        return true;
    }

private:
    std::vector<Variable> variables_;
};

} // namespace heddle::execution
