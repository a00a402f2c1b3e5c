// The properties of an execution, in the order in which they are asked.
#pragma once

#include <memory>
#include <vector>

#include "core/options.hpp"
#include "property/property.hpp"
#include "trace/check_result.hpp"

namespace heddle::property {

class Properties {
public:
    Properties(const Execution& execution, const Options& options, trace::Statistics& statistics);

    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

    /// The first violation; empty: nothing is wrong.
    std::optional<Violation> look(Moment moment) const;
    /// The first reason why "verified" would be too much said.
    std::optional<std::string> doubt() const;

private:
    std::vector<std::unique_ptr<Property>> all_;
};

} // namespace heddle::property
