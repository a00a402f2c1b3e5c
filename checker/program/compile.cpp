#include "program/compile.hpp"

#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "program/cache.hpp"
#include "process/command.hpp"
#include "program/toolchain.hpp"

namespace heddle::program {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view cache_format = "heddle build 2"; // changes when what is cached, or how, does

/// A folder that goes when the build is over, however it ends.
struct Scratch {
    explicit Scratch(fs::path folder) : path(std::move(folder)) {}
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    Scratch(const Scratch&) = delete;
    fs::path path;
};

bool is_prebuilt(const fs::path& path) {
    return path.filename().string().find(".so") != std::string::npos && !is_source_file(path);
}

std::string names_of(const std::vector<fs::path>& sources) {
    std::string names;
    for (const fs::path& source : sources) names += (names.empty() ? "" : ", ") + source.string();
    return names;
}

void require_files(const std::vector<fs::path>& sources) {
    for (const fs::path& source : sources) {
        std::error_code ignored;
        if (!fs::exists(source, ignored)) throw UserError(fmt::format("no such file: {}", source.string()));
        if (!fs::is_regular_file(source, ignored)) throw UserError(fmt::format("not a file: {}", source.string()));
        if (!is_source_file(source) && !is_prebuilt(source))
            throw UserError(fmt::format("{} is neither C or C++ (.c .cc .cpp .cxx .C .c++) nor a shared object (.so)",
                                        source.string()));
    }
}

Language language_of_all(const std::vector<fs::path>& sources) {
    for (const fs::path& source : sources)
        if (language_of(source) == Language::cpp) return Language::cpp;
    return Language::c;
}

Hash128 key_of(const BuildRequest& request) {
    KeyBuilder key;
    key.add(cache_format).add(fs::current_path().string());
    for (const char* name :
         {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "GCC_EXEC_PREFIX", "COMPILER_PATH"}) {
        const char* value = std::getenv(name);
        key.add(value ? value : "");
    }
    const Toolchain linker = Toolchain::find(language_of_all(request.sources), request.compiler);
    key.add(linker.identity());
    for (const std::string& option : linker.link_options()) key.add(option);
    for (const std::string& option : request.options) key.add(option);
    for (const fs::path& source : request.sources) {
        const Toolchain compiler = Toolchain::find(language_of(source), request.compiler);
        key.add(compiler.identity());
        for (const std::string& option : compiler.compile_options()) key.add(option);
        for (const std::string& option : compiler.options_for(request.plain)) key.add(option);
        key.add(fs::absolute(source).string()).add(read_file(source));
    }
    return key.hash();
}

using Words = std::vector<std::string>;

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

void run_compiler(const Words& command, const std::string& failure) {
    const process::CommandResult result = process::run_command(command);
    if (result.status != 0) throw BuildError(failure, result.output);
}

/// The absolute path is what debug information and __FILE__ then name, wherever heddle is started from.
void compile(const fs::path& source, const fs::path& object, const fs::path& depfile, const BuildRequest& request) {
    const Toolchain compiler = Toolchain::find(language_of(source), request.compiler);
    Words command = compiler.command;
    append(command, compiler.compile_options());
    append(command, request.options);
    append(command, compiler.options_for(request.plain));
    append(command, {"-MD", "-MF", depfile.string(), "-c", fs::absolute(source).lexically_normal().string(), "-o",
                     object.string()});
    run_compiler(command, fmt::format("{} does not compile", source.string()));
}

void link(const std::vector<fs::path>& objects, const fs::path& library, const BuildRequest& request) {
    const Toolchain linker = Toolchain::find(language_of_all(request.sources), request.compiler);
    Words command = linker.command;
    append(command, linker.link_options());
    for (const fs::path& object : objects) command.push_back(object.string());
    append(command, request.options); // after the objects, as -l wants it
    append(command, {"-o", library.string()});
    run_compiler(command, fmt::format("{} does not link", names_of(request.sources)));
}

std::int64_t nanoseconds_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

} // namespace

BuildError::BuildError(const std::string& sentence, std::string words)
    : UserError(sentence), diagnostics(std::move(words)) {}

BuildResult build(const BuildRequest& request) {
    if (request.sources.empty()) throw UserError("no source file given");
    require_files(request.sources);
    if (request.sources.size() == 1 && is_prebuilt(request.sources[0])) return {fs::absolute(request.sources[0]), true};
    for (const fs::path& source : request.sources)
        if (is_prebuilt(source))
            throw UserError(fmt::format("{} is a shared object: it is checked by itself", source.string()));

    const std::int64_t started = nanoseconds_now();
    BuildCache cache;
    const Hash128 key = key_of(request);
    if (const auto library = cache.find(key)) return {*library, true};

    const Scratch scratch(cache.make_scratch());
    std::vector<fs::path> objects, dependencies;
    for (std::size_t i = 0; i < request.sources.size(); ++i) {
        objects.push_back(scratch.path / fmt::format("{}.o", i));
        const fs::path depfile = scratch.path / fmt::format("{}.d", i);
        compile(request.sources[i], objects.back(), depfile, request);
        for (const fs::path& file : read_depfile(depfile)) dependencies.push_back(fs::absolute(file));
    }
    const fs::path library = scratch.path / "library.so";
    link(objects, library, request);
    return {cache.store(key, library, dependencies, started), false};
}

} // namespace heddle::program
