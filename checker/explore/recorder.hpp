// Listens to one segment of one thread as it runs natively: which bytes it read that it did not know, which it wrote.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explore/shared_stack.hpp"
#include "runtime/machine.hpp"

namespace heddle::explore {

class Recorder final : public runtime::AccessSink {
public:
    /// Bytes of one word that the segment read before it wrote them, and what they held.
    struct Read {
        std::uint64_t address = 0, value = 0, bits = 0, pc = 0;
        std::uint8_t mask = 0;
    };
    /// Bytes of one word that the segment wrote (their value is in memory when it ends).
    struct Write {
        std::uint64_t address = 0, pc = 0;
        std::uint8_t mask = 0;
    };
    struct Release {
        std::uint64_t address = 0, size = 0, pc = 0;
    };

    explicit Recorder(SharedStack& shared) : shared_(shared) {}

    void begin(const runtime::Machine& machine, runtime::ThreadId thread);

    void read(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void write(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void release(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void opaque(const char* function) override;

    const std::vector<Read>& reads() const { return reads_; }
    const std::vector<Write>& writes() const { return writes_; }
    const std::vector<Release>& releases() const { return releases_; }
    /// The function of unknown effect that the segment called; null when none.
    const char* opaque_function() const { return opaque_; }
    /// The segment used stack memory of another thread that was not known to be shared.
    bool found_shared() const { return found_shared_; }

private:
    struct Known {
        std::uint64_t address = 0;
        std::uint32_t segment = 0;
        std::uint32_t write = 0; ///< index into writes_, plus one
        std::uint8_t mask = 0;
    };
    Known& known(std::uint64_t word);
    bool is_private(std::uint64_t address);

    SharedStack& shared_;
    runtime::ThreadId thread_ = 0;
    bool found_shared_ = false;
    const runtime::Machine* machine_ = nullptr;
    std::vector<Known> table_ = std::vector<Known>(1024);
    std::uint32_t segment_ = 0, entries_ = 0;
    std::vector<Read> reads_;
    std::vector<Write> writes_;
    std::vector<Release> releases_;
    const char* opaque_ = nullptr;
};

/// The bits of a word that a byte mask covers.
std::uint64_t bits_of_mask(std::uint8_t mask);

} // namespace heddle::explore
