// Where the activations of the program's functions have their locals: asked for only while an execution is told.
#pragma once

#include <cstdint>
#include <vector>

namespace heddle::runtime {

struct Fiber;

/// An activation of an instrumented function.
struct Frame {
    std::uint64_t return_address = 0; ///< where its caller goes on
    std::uint64_t pc = 0;             ///< a return address in the function itself, just after its prologue …
    std::uint64_t rsp = 0, rbp = 0;   ///< … and the registers there
};

/// Whether __tsan_func_entry notes frames.
extern bool frames_kept;

/// The fiber enters a function, at its present depth.
void note_frame(const Fiber& fiber, const Frame& frame);

/// The functions the fiber is in, innermost first, at most 256; empty where frames were not kept.
std::vector<Frame> frames_of(const Fiber& fiber);

} // namespace heddle::runtime
