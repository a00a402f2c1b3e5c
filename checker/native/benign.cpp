#include "native/benign.hpp"

#include <atomic>

namespace heddle::native {

namespace {

struct Stretch {
    std::atomic<std::uint64_t> begin{0}, end{0};
};
constexpr unsigned most = 256;
Stretch stretches[most];
std::atomic<unsigned> announced{0};

} // namespace

void announce_benign(std::uint64_t address, std::uint64_t size) {
    const unsigned i = announced.fetch_add(1);
    if (i >= most) return;
    stretches[i].begin = address; // before the end: until that is there, the stretch is empty
    stretches[i].end = address + size;
}

bool is_benign(std::uint64_t address) {
    for (unsigned i = 0, count = announced.load(); i < count && i < most; ++i)
        if (address >= stretches[i].begin && address < stretches[i].end) return true;
    return false;
}

} // namespace heddle::native
