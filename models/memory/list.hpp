// The memory models there are. A new one is a file that defines its make_NAME, and a row in list.cpp (with its name in
// core's table).
#pragma once

#include "memory/model.hpp"

namespace heddle::memory {

/// What the rest of heddle needs to know of a model without knowing it by name.
struct Traits {
    Model model;
    std::unique_ptr<MemoryModel> (*make)(unsigned lanes);
    /// Under a story in which a thread reads an older value: why it may. Empty: under this model it may not.
    std::string_view why_stale;
    /// Memory orders mean what the program has written: a failed compare_exchange has one of its own, and weak loads may be old.
    bool orders_as_written;
};

const Traits& traits_of(Model model);

/// @param lanes room for threads, a multiple of 8.
inline std::unique_ptr<MemoryModel> make_model(Model model, unsigned lanes) { return traits_of(model).make(lanes); }

} // namespace heddle::memory
