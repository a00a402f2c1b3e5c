// What counts must be: a whole number above 0. (CLI11's own check names the largest double when it refuses.)
#pragma once

#include <algorithm>
#include <string>

#include <CLI/CLI.hpp>

namespace heddle::cli {

inline CLI::Validator positive() {
    return {[](std::string& word) {
                const bool digits = !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
                const bool above = std::ranges::any_of(word, [](char c) { return c != '0'; });
                return digits && above ? std::string() : "\"" + word + "\" is no number above 0";
            },
            "POSITIVE"};
}

} // namespace heddle::cli
