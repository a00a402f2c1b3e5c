// Random small recordings, as a run under sequential consistency would have made them.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "trace/recording.hpp"

namespace heddle::tests {

using trace::RecordedEvent;
using trace::Recording;
using K = trace::RecordedKind;

inline constexpr std::uint64_t plain_at = 0x1000, atomic_at = 0x2000, mutex_at = 0x3000, condition_at = 0x4000, semaphore_at = 0x5000;

/// Runs a random program in a random order under sequential consistency and records it.
class Generator {
public:
    /// @param tick so many events in a row have the same recorded time
    explicit Generator(unsigned seed, std::uint32_t tick = 1) : random_(seed), tick_(tick) {}

    Recording run() {
        const int workers = 2 + pick(2);
        recording_.threads.resize(std::size_t(workers) + 1);
        for (int t = 0; t <= workers; ++t) {
            recording_.threads[std::size_t(t)].parent = 0;
            programs_.push_back(t ? program() : std::vector<Op>{});
        }
        for (int t = 1; t <= workers; ++t) programs_[0].push_back({K::create, std::uint64_t(t)});
        if (pick(2)) programs_[0].push_back({pick(2) ? K::plain_write : K::plain_read, plain_at});
        if (pick(2)) programs_[0].push_back({K::join, std::uint64_t(1 + pick(workers))});
        if (pick(2)) programs_[0].push_back({K::plain_write, plain_at});
        for (auto& p : programs_) p.push_back({K::end});
        at_.assign(programs_.size(), 0);
        phase_.assign(programs_.size(), 0);
        woken_.assign(programs_.size(), false);
        created_.assign(programs_.size(), false);
        ended_.assign(programs_.size(), false);
        created_[0] = true;
        put(0, K::start, 0, 0);
        for (int idle = 0; idle < 200;) {
            const int t = pick(int(programs_.size()));
            idle = step(t) ? 0 : idle + 1;
        }
        return recording_;
    }

private:
    struct Op {
        K kind;
        std::uint64_t address = 0;
    };

    int pick(int n) { return int(random_() % unsigned(n)); }

    std::vector<Op> program() {
        std::vector<Op> ops;
        const int length = 2 + pick(4);
        for (int i = 0; i < length; ++i) switch (pick(16)) {
            case 0:
            case 1:
            case 2: ops.push_back({pick(2) ? K::plain_write : K::plain_read, plain_at + 8 * unsigned(pick(2))}); break;
            case 3: ops.push_back({K::atomic_write, atomic_at + 8 * unsigned(pick(2))}); break;
            case 4: ops.push_back({K::atomic_read, atomic_at + 8 * unsigned(pick(2))}); break;
            case 5: ops.push_back({K::rmw_read, atomic_at + 8 * unsigned(pick(2))}); break;
            case 6: ops.push_back({K::trylock_failed, mutex_at}); break;
            case 7: ops.push_back({pick(2) ? K::post : K::take, semaphore_at}); break;
            case 8: ops.push_back({pick(3) ? K::signal : K::broadcast, condition_at}); break;
            case 9: {
                ops.push_back({K::lock, mutex_at});
                ops.push_back({K::wait_begin, condition_at});
                ops.push_back({K::unlock, mutex_at});
                break;
            }
            case 10:
            case 11:
            case 12: { // one lock in the other
                const std::uint64_t first = mutex_at + 8 * unsigned(pick(2)), second = 2 * mutex_at + 8 - first;
                ops.push_back({K::lock, first});
                if (pick(2)) ops.push_back({K::plain_write, plain_at + 8 * unsigned(pick(2))});
                ops.push_back({pick(4) ? K::lock : K::lock_shared, second});
                ops.push_back({ops.back().kind == K::lock ? K::unlock : K::unlock_shared, second});
                ops.push_back({K::unlock, first});
                break;
            }
            default: {
                const bool shared = pick(3) == 0;
                const std::uint64_t m = mutex_at + 8 * unsigned(pick(2));
                ops.push_back({shared ? K::lock_shared : K::lock, m});
                ops.push_back({pick(2) ? K::plain_write : K::plain_read, plain_at + 8 * unsigned(pick(2))});
                ops.push_back({shared ? K::unlock_shared : K::unlock, m});
            }
            }
        return ops;
    }

    RecordedEvent& put(int t, K kind, std::uint64_t address, std::uint32_t other) {
        RecordedEvent& e = recording_.threads[std::size_t(t)].events.emplace_back();
        e.kind = kind, e.address = address, e.other = other, e.time = ++time_ / tick_, e.size = 8;
        e.pc = 0x100 * std::uint64_t(t) + recording_.threads[std::size_t(t)].events.size();
        const bool counted = address >= atomic_at;
        if (counted && kind != K::rmw_write) e.sequence = ++sequence_[address];
        if (kind == K::rmw_write) e.sequence = sequence_[address];
        return e;
    }

    bool held(std::uint64_t m, bool exclusively_too) {
        return owner_.contains(m) || (exclusively_too && readers_[m] > 0);
    }

    bool step(int t) {
        auto& at = at_[std::size_t(t)];
        if (!created_[std::size_t(t)] || at >= programs_[std::size_t(t)].size()) return false;
        const Op op = programs_[std::size_t(t)][at];
        if (phase_[std::size_t(t)] == 1) { // waits for the condition
            if (!woken_[std::size_t(t)]) return false;
            woken_[std::size_t(t)] = false;
            put(t, K::wait_end, op.address, 0).value = mutex_at;
            phase_[std::size_t(t)] = 2;
            return true;
        }
        if (phase_[std::size_t(t)] == 2) { // takes the mutex again
            if (held(mutex_at, true)) return false;
            owner_[mutex_at] = t;
            put(t, K::lock, mutex_at, 0);
            phase_[std::size_t(t)] = 0;
            ++at;
            return true;
        }
        switch (op.kind) {
        case K::create:
            put(t, K::create, 0, std::uint32_t(op.address));
            created_[op.address] = true;
            put(int(op.address), K::start, 0, 0);
            break;
        case K::join:
            if (!ended_[op.address]) return false;
            put(t, K::join, 0, std::uint32_t(op.address));
            break;
        case K::end:
            ended_[std::size_t(t)] = true;
            put(t, K::end, 0, 0);
            break;
        case K::lock:
            if (held(op.address, true)) return false;
            owner_[op.address] = t;
            put(t, K::lock, op.address, 0);
            break;
        case K::unlock:
            owner_.erase(op.address);
            put(t, K::unlock, op.address, 0);
            break;
        case K::lock_shared:
            if (held(op.address, false)) return false;
            ++readers_[op.address];
            put(t, K::lock_shared, op.address, 0);
            break;
        case K::unlock_shared:
            --readers_[op.address];
            put(t, K::unlock_shared, op.address, 0);
            break;
        case K::trylock_failed:
            if (!held(op.address, true)) break; // got: it would be a region; here simply no event
            put(t, K::trylock_failed, op.address, 0);
            break;
        case K::wait_begin:
            owner_.erase(mutex_at);
            waiters_.push_back(t);
            put(t, K::wait_begin, op.address, 0).value = mutex_at;
            phase_[std::size_t(t)] = 1;
            return true;
        case K::signal:
            if (!waiters_.empty()) {
                const auto w = waiters_.begin() + pick(int(waiters_.size()));
                woken_[std::size_t(*w)] = true;
                waiters_.erase(w);
            }
            put(t, K::signal, op.address, 0);
            break;
        case K::broadcast:
            for (const int w : waiters_) woken_[std::size_t(w)] = true;
            waiters_.clear();
            put(t, K::broadcast, op.address, 0);
            break;
        case K::post:
            ++units_;
            put(t, K::post, op.address, 0);
            break;
        case K::take:
            if (units_ == 0) return false;
            --units_;
            put(t, K::take, op.address, 0);
            break;
        case K::atomic_write: put(t, K::atomic_write, op.address, 0).value = memory_[op.address] = 1 + pick(2); break;
        case K::atomic_read: put(t, K::atomic_read, op.address, 0).value = memory_[op.address]; break;
        case K::rmw_read:
            put(t, K::rmw_read, op.address, 0).value = memory_[op.address];
            put(t, K::rmw_write, op.address, 0).value = memory_[op.address] = 1 + pick(2);
            break;
        case K::plain_write: put(t, K::plain_write, op.address, 0).other = 1; break;
        default: put(t, op.kind, op.address, 0);
        }
        ++at;
        return true;
    }

    std::mt19937 random_;
    Recording recording_;
    std::vector<std::vector<Op>> programs_;
    std::vector<std::size_t> at_;
    std::vector<int> phase_, waiters_;
    std::vector<bool> woken_, created_, ended_;
    std::map<std::uint64_t, int> owner_, readers_;
    std::map<std::uint64_t, unsigned> memory_, sequence_;
    int units_ = 0;
    std::uint32_t time_ = 0, tick_;
};

} // namespace heddle::tests
