// While one of these lives, the calling thread is in the runtime: what its signal handlers and the libraries' own
// allocations do meanwhile is not looked at.
#pragma once

#include "native/thread.hpp"

namespace heddle::native {

/// Whether what the calling thread does is to be looked at. Makes threads known that nobody announced.
inline bool watching() {
    if (Thread* thread = me) [[likely]] return !thread->busy;
    return false;
}

class Inside {
public:
    Inside() : thread_(me), before_(thread_ && thread_->busy) {
        if (thread_) thread_->busy = true;
    }
    /// @param thread the calling one
    explicit Inside(Thread& thread) : thread_(&thread), before_(thread.busy) { thread.busy = true; }
    ~Inside() noexcept(false) {
        if (!thread_) return;
        thread_->busy = before_;
        if (!before_ && thread_->pending_signals.load(std::memory_order_relaxed)) [[unlikely]] thread_does.deliver_signals();
    }
    Inside(const Inside&) = delete;

private:
    Thread* thread_;
    bool before_;
};

} // namespace heddle::native
