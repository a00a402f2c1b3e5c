// Findings that the program does not want to be told: "race:name", with * for any text, matched against the functions, files
// and objects of the finding's stacks, as other race detectors have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::native {

class Suppressions {
public:
    /// One line: race:, race_top:, mutex:, deadlock:, thread:, signal: or called_from_lib:, and a name.
    void add(std::string_view line);
    bool empty() const { return all_.empty(); }
    /// @param kind "race", …; @param names what a suppression of that kind may be about
    bool match(std::string_view kind, const std::vector<std::string>& names) const;

    /// Whether the pattern occurs in the text; ^ and $ tie it to its begin and end.
    static bool occurs(std::string_view pattern, std::string_view text);

private:
    struct One {
        std::string kind, pattern;
    };
    std::vector<One> all_;
};

} // namespace heddle::native
