// What the common system calls read and write of the memory that they are given.
#pragma once

#include <array>
#include <cstdint>

namespace heddle::runtime {

struct SystemCall {
    struct Buffer {
        int argument = -1; ///< which holds its address; -1: none
        bool writes = false, is_string = false;
        std::uint32_t size = 0;
        int length_argument = -1; ///< which holds its size
    };
    long number = 0;
    std::array<Buffer, 2> buffers;
};

/// Null: it is not in the table.
const SystemCall* system_call_of(long number);

/// Makes or ends threads or processes.
bool starts_or_ends_something(long number);

} // namespace heddle::runtime
