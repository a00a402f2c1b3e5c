#include "cli/trust.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <regex>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/terminal.hpp"
#include "core/error.hpp"
#include "core/printable.hpp"

namespace heddle::cli {
namespace {

/// The names that compilers have: "g++", "x86_64-linux-gnu-gcc-12", "clang++-16"; `ccache` may stand before them.
bool is_known_compiler(const std::string& command) {
    if (command.empty()) return true;
    for (const char* variable : {"CC", "CXX"})
        if (const char* own = std::getenv(variable); own && command == own) return true;
    static const std::regex compiler(R"(([a-z0-9_]+-[a-z0-9_]+-[a-z0-9_]+-)?(g\+\+|gcc|c\+\+|cc|clang|clang\+\+)(-[0-9.]+)?)");
    std::istringstream words(command);
    std::string word;
    words >> word;
    if (word == "ccache") words >> word;
    std::string more;
    return std::regex_match(word, compiler) && !(words >> more);
}

/// Options that only say how the sources are to be understood.
bool is_harmless(const std::string& option) {
    // Neither a path nor a list of commands can stand in a value; what loads, writes files or goes to another tool is left out.
    static const std::regex harmless(
        R"(-O([0-3sgz]|fast)?|-g[a-z0-9-]*|-std=[a-z0-9+:]+|-ansi|-pedantic(-errors)?|-pthread|-w|-m(32|64|x32)|)"
        R"(-m(arch|tune|cpu)=[a-z0-9.+-]+|-m(no-)?(sse|avx|cx|bmi|popcnt|fma|aes|lzcnt|movbe)[a-z0-9.]*|)"
        R"(-W(?!l,|a,|p,)[A-Za-z0-9+=-]*|-[DU][A-Za-z_][A-Za-z0-9_]*(\([^)]*\))?(=.*)?|-I.+|-l[A-Za-z0-9_+-]+|-fPIC|-fpic|-f[a-z0-9-]+(=[a-z0-9-]+)?)");
    static const std::regex harmful(
        R"(-f(pass-)?plugin.*|-fuse-ld.*|-fmodule.*|-fdump.*|-fsave.*|-fprofile.*|-ftest-coverage|-fcoverage.*|-fopt-info.*|-fcallgraph.*|)"
        R"(-fstack-usage|-fcrash.*|-fcompare-debug.*|-fauto-profile.*|-ftime-trace.*|-frandom-seed.*)");
    return std::regex_match(option, harmless) && !std::regex_match(option, harmful);
}

/// An option whose value is the next word.
bool takes_harmless_word(const std::string& option) {
    return option == "-I" || option == "-D" || option == "-U" || option == "-isystem" || option == "-iquote" || option == "-idirafter";
}

std::string harmful_option(const std::vector<std::string>& options) {
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (takes_harmless_word(options[i]) && i + 1 < options.size() && !options[i + 1].starts_with('-')) ++i;
        else if (!is_harmless(options[i])) return options[i];
    }
    return {};
}

/// Who else may have written what is to be executed.
std::string problem_of_file(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return {}; // that it is not there, the build says
    if (info.st_uid != ::geteuid() && info.st_uid != 0) return fmt::format("the file {} belongs to somebody else", path);
    if (info.st_mode & S_IWOTH) return fmt::format("anybody may change the file {}", path);
    return {};
}

std::string command_of(const trace::Build& build) {
    std::string text = build.compiler.empty() ? "c++" : printable_line(build.compiler);
    for (const std::string& option : build.options) text += " " + quoted_for_shell(printable_line(option));
    for (const std::string& source : build.sources) text += " " + quoted_for_shell(printable_line(source));
    return text;
}

bool agrees() {
    fmt::print(stderr, "Build and run it? [y/N] ");
    std::fflush(stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

} // namespace

std::string distrusted(const trace::Build& build) {
    if (!is_known_compiler(build.compiler))
        return fmt::format("the compiler `{}` is none that heddle knows", printable_line(build.compiler));
    if (const std::string option = harmful_option(build.options); !option.empty())
        return fmt::format("the compiler option `{}` is none that is known to be harmless", printable_line(option));
    for (const std::string& source : build.sources)
        if (std::string problem = problem_of_file(source); !problem.empty()) return printable_line(problem);
    return {};
}

void require_trust(const trace::Build& build, const std::string& file, const std::string& command, bool trust) {
    if (trust) return;
    const std::string why = distrusted(build);
    if (why.empty()) return;
    fmt::print(stderr, "heddle: {} names how its program is built, and {}:\n  {}\n", printable_line(file), why, command_of(build));
    if (is_terminal(stdin) && is_terminal(stderr) && agrees()) return;
    throw UserError(fmt::format("nothing was built or run; if you trust the file: heddle {} --trust {}", command, quoted_for_shell(printable_line(file))));
}

} // namespace heddle::cli
