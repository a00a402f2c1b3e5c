// heddle new: a first pattern, correct and small, to start from.
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "core/error.hpp"

namespace heddle::cli {
namespace {

constexpr const char* body = R"(#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN({0}, "Two threads add to a sum; nothing is lost") {{
    std::mutex mutex;
    int sum = 0;
    std::thread one([&] {{
        std::lock_guard guard(mutex);
        sum += 1;
    }});
    std::thread two([&] {{
        std::lock_guard guard(mutex);
        sum += 2;
    }});
    one.join();
    two.join();
    heddle::ensure(sum == 3, "both additions are in the sum");
}}

// The same without the mutex: heddle finds the data race, and since it is expected, the check passes.
HEDDLE_PATTERN({0}_without_a_mutex, "Two threads add to a sum at once", "data race") {{
    int sum = 0;
    std::thread one([&] {{ sum += 1; }});
    std::thread two([&] {{ sum += 2; }});
    one.join();
    two.join();
}}
)";

void write_new(std::string name) {
    std::filesystem::path path(name);
    if (path.extension() != ".cpp") path += ".cpp";
    const std::string identifier = path.stem().string();
    bool valid = !identifier.empty() && !std::isdigit(static_cast<unsigned char>(identifier[0]));
    for (const char c : identifier) valid = valid && (std::isalnum(static_cast<unsigned char>(c)) || c == '_');
    if (!valid) throw UserError(fmt::format("{} is no name for a pattern: use letters, digits and _", identifier));

    std::FILE* file = std::fopen(path.c_str(), "wx"); // x: an existing file stays as it is
    if (!file && errno == EEXIST) throw UserError(fmt::format("{} exists already", path.string()));
    if (!file) throw UserError(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
    fmt::print(file, body, identifier);
    if (std::fclose(file) != 0)
        throw UserError(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
    fmt::print("{0} is written; now: heddle check {0}\n", path.string());
}

} // namespace

void add_new(CLI::App& app, Invocation&) {
    auto name = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("new", "Write a first pattern file");
    command->add_option("name", *name, "The pattern's name; NAME.cpp is written")->required()->type_name("NAME");
    command->callback([name] { write_new(*name); });
}

} // namespace heddle::cli
