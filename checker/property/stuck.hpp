// Deadlock and livelock: some threads cannot go on, whatever the others do (see diagnosis.hpp).
#pragma once

#include "property/property.hpp"

namespace heddle::property {

class Stuck final : public Property {
public:
    std::optional<Violation> at(Moment moment) override {
        if (!moment.leaf || moment.leaf->outcome != Outcome::stuck) return {};
        return moment.leaf->violation;
    }
};

} // namespace heddle::property
