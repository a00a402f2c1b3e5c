// heddle completions: what a shell needs to complete heddle's subcommands and options, told by the options themselves.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "core/error.hpp"
#include "core/options.hpp"

namespace heddle::cli {
namespace {

std::string options_of(const CLI::App& command) {
    std::string names;
    for (const CLI::Option* option : command.get_options())
        for (const std::string& name : option->get_lnames()) names += (names.empty() ? "--" : " --") + name;
    return names;
}

std::string bash_script(const CLI::App& app) {
    std::string commands, cases;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        commands += (commands.empty() ? "" : " ") + command->get_name();
        cases += fmt::format("        {}) words=\"{}\" ;;\n", command->get_name(), options_of(*command));
    }
    return fmt::format(R"(# heddle completion for bash: source <(heddle completions bash)
_heddle() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" words=""
    if (( COMP_CWORD == 1 )); then
        COMPREPLY=($(compgen -W "{} {}" -- "$current"))
        return
    fi
    case "$previous" in
        --model) COMPREPLY=($(compgen -W "{} {}" -- "$current")); return ;;
        --exit-status) COMPREPLY=($(compgen -W "zero any" -- "$current")); return ;;
        --plain-accesses) COMPREPLY=($(compgen -W "{}" -- "$current")); return ;;
        --format) COMPREPLY=($(compgen -W "text json" -- "$current")); return ;;
        completions) COMPREPLY=($(compgen -W "bash zsh" -- "$current")); return ;;
    esac
    case "${{COMP_WORDS[1]}}" in
{}    esac
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$current"))
    else
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$current"))
    fi
}}
complete -F _heddle heddle
)",
                       commands, options_of(app), all_names<Model>(" "), all_names<Model>(","), all_names<PlainAccesses>(" "), cases);
}

std::string script_for(const std::string& shell, const CLI::App& app) {
    if (shell == "bash") return bash_script(app);
    if (shell == "zsh") // zsh runs bash's completions
        return "# heddle completion for zsh: source <(heddle completions zsh)\n"
               "autoload -Uz compinit bashcompinit && compinit && bashcompinit\n" +
               bash_script(app);
    throw UserError(fmt::format("no completions for {}; there are some for bash and zsh", shell));
}

} // namespace

void add_completions(CLI::App& app, Invocation&) {
    auto shell = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("completions", "Print a completion script for a shell");
    command->add_option("shell", *shell, "bash or zsh")->required()->type_name("SHELL");
    command->callback([shell, &app] { fmt::print("{}", script_for(*shell, app)); });
}

} // namespace heddle::cli
