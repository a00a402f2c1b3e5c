#include "program/toolchain.hpp"

#include <cstdlib>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace heddle::program {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

/// Every executable file of that name in $PATH, in its order; the file itself when the name has a slash.
std::vector<fs::path> executables_named(const std::string& name) {
    if (name.find('/') != name.npos)
        return ::access(name.c_str(), X_OK) == 0 ? std::vector<fs::path>{name} : std::vector<fs::path>{};
    std::vector<fs::path> found;
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "/usr/local/bin:/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        fs::path candidate = fs::path(folder.empty() ? "." : folder) / name;
        if (::access(candidate.c_str(), X_OK) == 0) found.push_back(std::move(candidate));
    }
    return found;
}

/// clang++-16 <-> clang-16, g++ <-> gcc, c++ <-> cc, in the last component; other names stay as they are.
std::string counterpart(const std::string& program, Language language) {
    struct Pair {
        std::string_view c, cpp;
    };
    constexpr Pair pairs[]{{"clang", "clang++"}, {"gcc", "g++"}, {"cc", "c++"}};
    const std::size_t start = program.rfind('/') == program.npos ? 0 : program.rfind('/') + 1;
    for (const auto& [c, cpp] : pairs) {
        const std::size_t has_cpp = program.find(cpp, start);
        if (has_cpp != program.npos)
            return language == Language::cpp ? program : std::string(program).replace(has_cpp, cpp.size(), c);
        const std::size_t has_c = program.find(c, start);
        if (has_c != program.npos)
            return language == Language::c ? program : std::string(program).replace(has_c, c.size(), cpp);
    }
    return program;
}

std::string describe_file(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return path.string() + " missing";
    return fmt::format("{} {} {}.{:09}", path.string(), info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

} // namespace

Language language_of(const fs::path& source) { return source.extension() == ".c" ? Language::c : Language::cpp; }

Toolchain Toolchain::find(Language language, const std::string& requested) {
    const char* variable = std::getenv(language == Language::c ? "CC" : "CXX");
    Toolchain tools;
    tools.language = language;
    if (!requested.empty()) {
        tools.command = words_of(requested);
        if (!tools.command.empty()) tools.command.back() = counterpart(tools.command.back(), language);
    } else if (variable) {
        tools.command = words_of(variable);
    }
    if (tools.command.empty()) tools.command = {language == Language::c ? "gcc" : "g++"};
    return tools;
}

bool Toolchain::is_clang() const {
    const std::string& name = command.back();
    if (name.find("clang") != name.npos) return true;
    const std::vector<fs::path> found = executables_named(name);
    if (found.empty()) return false;
    std::error_code ignored;
    return fs::canonical(found.front(), ignored).filename().string().find("clang") != std::string::npos;
}

std::vector<std::string> Toolchain::compile_options() const {
    std::vector<std::string> options;
    if (language == Language::cpp) options.push_back("-std=c++20");
    else options.push_back("-fexceptions"); // pthread_cleanup_push is then a cleanup attribute, and no setjmp
    options.insert(options.end(), {"-fsanitize=thread", "-fPIC", "-g", "-O1", "-pthread", "-D__HEDDLE__=1"});
    // Else writes to freed memory are dead, and allocations that are not looked at vanish with their races.
    options.insert(options.end(), {"-fno-builtin-malloc", "-fno-builtin-calloc", "-fno-builtin-realloc", "-fno-builtin-free"});
    // Else a loop that waits for plain memory may be taken for one that ends, and is removed with its race.
    options.push_back("-fno-finite-loops");
    // clang leaves out the hook of a read that a write follows; --plain-accesses shared needs it.
    // Nor does it describe the library's classes: two condition variables in one object could not be told apart.
    if (is_clang()) options.insert(options.end(), {"-mllvm", "-tsan-instrument-read-before-write", "-fstandalone-debug"});
    // With clang these are its ways already, and it does not know the options.
    if (!is_clang()) {
        options.push_back("-Wno-tsan");       // fences are modelled here, the warning says they are not
        options.insert(options.end(), {"-fno-allocation-dce", "-fno-lifetime-dse"}); // the same for new, delete and destructors
        // Else small ones are expanded in place, without a hook (tests/faults/inline_memset_memcpy): in `run` nobody would see them.
        options.insert(options.end(), {"-fno-builtin-memset", "-fno-builtin-memcpy", "-fno-builtin-memmove"});
        options.push_back("-fno-gnu-unique"); // a unique symbol would be shared with heddle's own copy
    }
    const fs::path headers = include_directory();
    std::error_code ignored;
    if (fs::is_directory(headers / "shadow", ignored)) options.push_back("-I" + (headers / "shadow").string());
    options.push_back("-I" + headers.string());
    // Last: race detectors' headers that gcc does not bring.
    if (fs::is_directory(headers / "missing", ignored)) options.insert(options.end(), {"-idirafter", (headers / "missing").string()});
    return options;
}

std::vector<std::string> Toolchain::options_for(PlainAccesses plain) const {
    switch (plain) {
    case PlainAccesses::race: break;
    // From -O1 on both compilers merge reads of the same variable and drop stores that are overwritten
    // (tests/faults/shared_reads_merged). -O0 alone keeps all; there is no set of -fno-… options that does.
    case PlainAccesses::shared: return {"-O0"};
    case PlainAccesses::of_volatiles:
        if (is_clang()) return {"-mllvm", "-tsan-distinguish-volatile"};
        return {"--param=tsan-distinguish-volatile=1"};
    }
    return {};
}

std::vector<std::string> Toolchain::link_options() const {
    // -Bsymbolic: what the program defines is what it uses, although heddle's own code is exported around it.
    // Lazy binding leaves functions that are never called unresolved; no -fsanitize, its run-time library is ours.
    return {"-shared", "-pthread", "-Wl,-z,lazy", "-Wl,-Bsymbolic"};
}

std::string Toolchain::identity() const {
    std::string text;
    for (const std::string& word : command) {
        const std::vector<fs::path> found = executables_named(word);
        if (found.empty() && &word == &command.front()) throw UserError(fmt::format("no such compiler: {}", word));
        for (const fs::path& candidate : found) {
            std::error_code ignored;
            const fs::path real = fs::canonical(candidate, ignored);
            text += describe_file(real) + "\n";
            if (real.filename() != "ccache") break; // a ccache link stands before the real compiler in $PATH
        }
    }
    return text;
}

fs::path include_directory() {
    const auto holds_headers = [](const fs::path& folder) {
        std::error_code ignored;
        return fs::exists(folder / "heddle" / "heddle.h", ignored);
    };
#ifdef HEDDLE_INCLUDE_DIR
    if (holds_headers(HEDDLE_INCLUDE_DIR)) return HEDDLE_INCLUDE_DIR;
#endif
    std::error_code ignored;
    fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    for (; folder.has_relative_path(); folder = folder.parent_path())
        for (const char* below : {"include", "checker/include"})
            if (holds_headers(folder / below)) return folder / below;
    throw UserError(
        "heddle's own headers (heddle/heddle.h) were not found beside its executable; is the installation complete?");
}

} // namespace heddle::program
