#include <algorithm>
#include <array>

#include "cli/commands.hpp"

namespace heddle::cli {
namespace {

/// Options whose value is the next word when nothing is joined to them.
bool takes_next_word(const std::string& option) {
    constexpr std::array names{
        "-I",          "-D",         "-U",        "-L",        "-l",      "-include", "-imacros", "-isystem",
        "-iquote",     "-idirafter", "-isysroot", "--sysroot", "-x",      "-Xlinker", "-Xclang",  "-Xpreprocessor",
        "-Xassembler", "-u",         "-z",        "--param",   "-target", "-T"};
    return std::ranges::find(names, option) != names.end();
}

} // namespace

ExtraWords take_extra_words(std::vector<std::string>& words) {
    ExtraWords extra;
    const auto separator = std::ranges::find(words, "--");
    bool only_arguments = false, value_follows = false;
    for (auto word = separator; word != words.end(); ++word) {
        if (word == separator) continue;
        if (only_arguments) {
            extra.arguments.push_back(*word);
        } else if (value_follows) {
            extra.options.push_back(*word);
            value_follows = false;
        } else if (*word == "--") {
            only_arguments = true;
        } else if (word->starts_with('-')) {
            extra.options.push_back(*word);
            value_follows = takes_next_word(*word);
        } else {
            extra.arguments.push_back(*word);
        }
    }
    words.erase(separator, words.end());
    return extra;
}

} // namespace heddle::cli
