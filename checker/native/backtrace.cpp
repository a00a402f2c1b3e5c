#include "native/backtrace.hpp"

#include <unwind.h>

#include "native/recorder.hpp"

namespace heddle::native {
namespace {

struct Walk {
    std::uint64_t* pcs;
    std::size_t room, count;
};

_Unwind_Reason_Code step(_Unwind_Context* frame, void* given) {
    Walk& walk = *static_cast<Walk*>(given);
    int before_instruction = 0;
    const std::uint64_t pc = _Unwind_GetIPInfo(frame, &before_instruction) + static_cast<std::uint64_t>(before_instruction);
    if (pc - module_begin < module_end - module_begin) walk.pcs[walk.count++] = pc;
    return walk.count < walk.room ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

} // namespace

std::size_t program_calls(std::uint64_t* pcs, std::size_t room) {
    Walk walk{pcs, room, 0};
    _Unwind_Backtrace(step, &walk);
    return walk.count;
}

std::uint64_t innermost_program_call() {
    std::uint64_t pc = 0;
    return program_calls(&pc, 1) ? pc : 0;
}

} // namespace heddle::native
