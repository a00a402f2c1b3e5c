// How far an exploration has come.
#pragma once

#include <cstdint>

namespace heddle::search {

struct Progress {
    std::uint64_t complete = 0, blocked = 0;
    double seconds = 0;
};

} // namespace heddle::search
