#include "property/list.hpp"

#include "property/invariants.hpp"
#include "property/stuck.hpp"

namespace heddle::property {

namespace {

using Make = std::unique_ptr<Property> (*)(const Execution&, const Options&, trace::Statistics&);

/// What the user has said comes before what heddle finds by itself: an invariant that breaks on the way into a deadlock is the story.
constexpr Make rows[] = {
    [](const Execution& execution, const Options& options, trace::Statistics& statistics) -> std::unique_ptr<Property> {
        return std::make_unique<Invariants>(execution, options, statistics);
    },
    [](const Execution&, const Options&, trace::Statistics&) -> std::unique_ptr<Property> { return std::make_unique<Stuck>(); },
};

} // namespace

Properties::Properties(const Execution& execution, const Options& options, trace::Statistics& statistics) {
    for (const Make make : rows) all_.push_back(make(execution, options, statistics));
}

std::optional<Violation> Properties::look(Moment moment) const {
    for (const auto& property : all_)
        if (auto violation = property->at(moment)) return violation;
    return {};
}

std::optional<std::string> Properties::doubt() const {
    for (const auto& property : all_)
        if (auto doubt = property->doubt()) return doubt;
    return {};
}

} // namespace heddle::property
