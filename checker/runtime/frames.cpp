#include "runtime/frames.hpp"

#include <algorithm>

#include "runtime/hooks.hpp"
#include "runtime/machine.hpp"

namespace heddle::runtime {

bool frames_kept = false;

namespace {

std::vector<Frame>& kept_of(const Fiber& fiber) {
    static std::vector<std::vector<Frame>> kept(max_threads + 1);
    return kept[std::min<std::size_t>(fiber.number, max_threads)];
}

} // namespace

void note_frame(const Fiber& fiber, const Frame& frame) {
    EngineScope scope; // the vector's memory is ours, not the program's
    if (fiber.depth >= fiber.max_depth) return;
    std::vector<Frame>& kept = kept_of(fiber);
    if (kept.size() <= fiber.depth) kept.resize(fiber.depth + 1);
    kept[fiber.depth] = frame;
}

std::vector<Frame> frames_of(const Fiber& fiber) {
    constexpr std::size_t enough = 256; // of an endless recursion
    std::vector<Frame> frames;
    const std::vector<Frame>& kept = kept_of(fiber);
    for (std::size_t i = std::min<std::size_t>(fiber.depth, kept.size()); i-- > 0 && frames.size() < enough;)
        frames.push_back(kept[i]);
    return frames;
}

} // namespace heddle::runtime
