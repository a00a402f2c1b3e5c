#include "execution/entry_point.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "program/module.hpp"

namespace heddle::execution {

runtime::EntryPoint entry_point(const program::Module& module, const Entry& entry) {
    runtime::EntryPoint point;
    if (entry.name == "main" && module.has_main()) {
        point.main = module.main();
        point.arguments = entry.arguments;
        point.arguments.insert(point.arguments.begin(), module.path().filename().string());
        return point;
    }
    for (const program::Pattern& pattern : module.patterns())
        if (pattern.name == entry.name) point.pattern = pattern.body;
    if (!point.pattern) throw UserError(fmt::format("{} has no pattern named {}", module.path().string(), entry.name));
    return point;
}

void prepare(runtime::Machine& machine, const Options& options, SharedStack& shared) {
    machine.set_spurious_wakeups(options.spurious_wakeups);
    machine.check_overflow(options.check_overflow);
    machine.allow_any_exit_status(options.any_exit_status);
    if (options.plain != PlainAccesses::race) machine.make_plain_visible(shared);
}

} // namespace heddle::execution
