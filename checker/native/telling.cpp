#include "native/telling.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

#include <dlfcn.h>
#include <fmt/format.h>

#include "native/hidden_state.hpp"
#include "native/suppressions.hpp"
#include "program/module.hpp"

namespace heddle::native {
namespace {

std::string quoted(const std::string& name, const std::string& otherwise) { return name.empty() ? otherwise : "`" + name + "`"; }

std::string list(const std::vector<std::string>& words) {
    if (words.empty()) return "";
    std::string text = words[0];
    for (std::size_t i = 1; i < words.size(); ++i) text += (i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

template <typename AnyStack>
std::span<const std::uint64_t> pcs_of(const AnyStack& stack) {
    return {stack.pcs.data(), std::min<std::size_t>(stack.count, stack.pcs.size())};
}

class Teller {
public:
    Teller(const RunResult& result, const program::Module& module) : result_(result), module_(module), symbols_(module.symbols()) {}

    std::vector<Told> all() {
        // What really happened is better than that it may.
        const auto may_happen = [&](const Found& f) { return f.kind == FoundKind::lock_cycle && result_.stuck == Stuck::deadlock; };
        for (const Found& found : result_.found)
            if (found.kind == FoundKind::suppression) suppressions_.add(found.text.data());
        for (const Found& found : result_.found) {
            if (may_happen(found)) continue;
            const std::size_t before = told_.size();
            one(found);
            if (told_.size() > before) told_.back().suppressed = is_suppressed(found);
        }
        stuck();
        if (result_.signal && result_.stuck == Stuck::no && !result_.stopped && !result_.out_of_time && !says_how_it_died_) killed();
        return std::move(told_);
    }

private:
    SourceSite site_of(std::span<const std::uint64_t> pcs) const {
        std::vector<std::uint64_t> own;
        for (const std::uint64_t pc : pcs)
            if (module_.contains(pc)) own.push_back(pc);
        return own.empty() ? SourceSite{} : symbols_.user_site(own);
    }

    /// Divides the frames of the stack at the user's place: the library's code that it called, and what led there.
    void frames_of(std::span<const std::uint64_t> pcs, trace::Part& part) const {
        bool passed = false;
        for (const std::uint64_t pc : pcs) {
            if (!module_.contains(pc)) continue;
            for (const SourceSite& one : symbols_.frames_of_return_address(pc)) {
                if (!one.known()) continue;
                if (passed) part.stack.push_back(one);
                else if (one == part.site) passed = true;
                else part.inside.push_back(one);
            }
        }
        if (!passed) part.inside.clear();
        while (!part.stack.empty() && program::is_library_file(part.stack.back().file)) part.stack.pop_back(); // std::thread's own
    }

    /// Where a thread takes or waits for something: what its call does inside the library is what the sentence says already.
    template <typename AnyStack>
    trace::Part part(std::uint32_t thread, const AnyStack& stack, std::string what) const {
        trace::Part part = part_inside(thread, stack, std::move(what));
        part.inside.clear();
        return part;
    }
    /// … where it accesses memory: with the library's code around the access.
    template <typename AnyStack>
    trace::Part part_inside(std::uint32_t thread, const AnyStack& stack, std::string what) const {
        trace::Part part{static_cast<int>(thread), site_of(pcs_of(stack)), std::move(what), {}, {}};
        frames_of(pcs_of(stack), part);
        return part;
    }

    std::uint64_t offset_of(const Stack& stack) const {
        for (const std::uint64_t pc : pcs_of(stack))
            if (module_.contains(pc)) return pc - module_.begin();
        return 0;
    }

    std::string mutex_name(std::uint64_t address) const {
        return quoted(symbols_.object_at(address), fmt::format("the lock at {:#x}", address));
    }

    std::string object_name(const Found& found) const {
        if (const std::string global = symbols_.object_at(found.address); !global.empty()) return "`" + global + "`";
        if (found.block.size) {
            const std::uint64_t offset = found.address - found.block.start;
            const SourceSite site = site_of(pcs_of(found.block.allocated));
            std::string name = offset ? fmt::format("byte {} of a block of {} bytes", offset, found.block.size)
                                      : fmt::format("a block of {} bytes", found.block.size);
            if (site.known()) name += fmt::format(" allocated at {}", short_place(site));
            return name;
        }
        if (found.stack_owner != ~0u) return fmt::format("a local of T{}", found.stack_owner);
        return "the same memory";
    }

    /// What the thread runs: of a std::thread the user's function, as far as its stack tells.
    template <typename AnyStack>
    std::string thread_name(std::uint32_t serial, std::uint64_t function, const AnyStack& stack) const {
        if (serial == 0) return "main";
        std::string name = function && module_.contains(function) ? symbols_.function_at(function) : "";
        if (!name.starts_with("std::")) return name;
        std::vector<std::uint64_t> own;
        for (const std::uint64_t pc : pcs_of(stack))
            if (module_.contains(pc)) own.push_back(pc);
        const std::string outermost = symbols_.outermost_user_function(own);
        return outermost.empty() ? name : outermost;
    }

    template <typename AnyStack>
    void add_thread(Told& told, const FoundThread& thread, const AnyStack& stack) const {
        const auto same = [&](const trace::Thread& t) { return t.id == static_cast<int>(thread.serial); };
        if (std::any_of(told.threads.begin(), told.threads.end(), same)) return;
        trace::Thread& out = told.threads.emplace_back();
        out.id = static_cast<int>(thread.serial);
        out.name = thread_name(thread.serial, thread.function, stack);
        out.created_at = site_of(pcs_of(thread.created));
    }

    Told& begin(Verdict kind, std::string message) {
        Told& told = told_.emplace_back();
        told.violation.kind = kind;
        told.violation.message = std::move(message);
        told.key = fmt::format("{}|{}", name_of(kind), told.violation.message);
        return told;
    }

    /// Once the parts are there: the same places make the same finding, whatever the threads are called.
    static void key_by_places(Told& told) {
        std::set<std::string> places;
        for (const trace::Part& part : told.violation.parts) places.insert(short_place(part.site));
        told.key = fmt::format("{}", name_of(told.violation.kind));
        for (const std::string& place : places) told.key += "|" + place;
    }

    void one(const Found& found) {
        switch (found.kind) {
        case FoundKind::race: race(found); break;
        case FoundKind::lock_cycle: lock_cycle(found); break;
        case FoundKind::misuse: simple(Verdict::misuse, found, found.text.data()); break;
        case FoundKind::assertion: simple(Verdict::assertion, found, found.text.data()); break;
        case FoundKind::exception: says_how_it_died_ = true, simple(Verdict::exception, found, found.text.data()); break;
        case FoundKind::crash: says_how_it_died_ = true, simple(Verdict::crash, found, found.text.data()); break;
        case FoundKind::memory: simple(Verdict::memory, found, found.text.data()); break;
        case FoundKind::leak: leak(found); break;
        case FoundKind::suppression:
        case FoundKind::unsupported:
        case FoundKind::limit:
        case FoundKind::finished: break;
        }
        if (found.kind == FoundKind::assertion) says_how_it_died_ = true;
    }

    void simple(Verdict kind, const Found& found, const std::string& message) {
        Told& told = begin(kind, message);
        const FoundAccess& access = found.access[0];
        told.violation.parts.push_back(part_inside(access.thread, access.stack, kind == Verdict::crash ? "ends the program" : kind == Verdict::exception ? "throws it" : "is here"));
        if (kind == Verdict::misuse && found.address) told.violation.values.emplace_back("the lock", mutex_name(found.address));
        add_thread(told, found.thread[0], access.stack);
        key_by_places(told);
    }

    void leak(const Found& found) {
        Told& told = begin(Verdict::misuse, fmt::format("T{} has ended, and is neither joined nor detached", found.address));
        told.violation.parts.push_back(part(found.access[0].thread, found.access[0].stack, fmt::format("creates T{}", found.address)));
        add_thread(told, found.thread[0], found.access[0].stack);
        add_thread(told, found.thread[1], Stack{});
        told.violation.hint = "What the system keeps of a thread stays until it is joined or detached.";
        key_by_places(told);
        told.key += "|leak";
        const auto same = [&](const Told& other) { return &other != &told && other.key == told.key; };
        if (std::any_of(told_.begin(), told_.end(), same)) told_.pop_back(); // another one that was created there
    }

    /// What a suppression can name of a stack: functions, their files, the object. (Of one frame when `top`.)
    void add_names(std::vector<std::string>& names, const Stack& stack, bool top = false) const {
        for (const std::uint64_t pc : pcs_of(stack)) {
            if (!module_.contains(pc)) continue;
            const SourceSite site = symbols_.site_of_return_address(pc);
            names.insert(names.end(), {site.function, site.file, symbols_.function_at(pc), module_.path().string()});
            if (top) return;
        }
    }

    bool is_suppressed(const Found& found) const {
        if (suppressions_.empty()) return false;
        std::vector<std::string> names, tops;
        for (const FoundAccess& access : found.access) add_names(names, access.stack), add_names(tops, access.stack, true);
        for (const FoundThread& thread : found.thread) add_names(names, thread.created);
        for (std::uint32_t i = 0; i < found.edge_count; ++i) add_names(names, found.edge[i].held_at), add_names(names, found.edge[i].acquired_at);
        switch (found.kind) {
        case FoundKind::race:
            add_names(names, found.block.allocated);
            names.push_back(symbols_.object_at(found.address));
            return suppressions_.match("race", names) || suppressions_.match("race_top", tops) || suppressions_.match("called_from_lib", names);
        case FoundKind::lock_cycle: return suppressions_.match("deadlock", names);
        case FoundKind::leak: return suppressions_.match("thread", names);
        case FoundKind::misuse: return suppressions_.match(std::strstr(found.text.data(), "signal handler") ? "signal" : "mutex", names);
        default: return false;
        }
    }

    static std::string verb(const FoundAccess& access) {
        return std::string(access.atomic ? "atomically " : "") + (access.write ? "writes" : "reads");
    }

    /// Of two calls of C functions that share what they keep between calls.
    void race_of_calls(const Found& found) {
        const FoundAccess &later = found.access[0], &earlier = found.access[1];
        const auto name = [](const FoundAccess& access) { return access.call ? fmt::format("{}()", access.call) : std::string("a function of the C library"); };
        Told& told = begin(Verdict::data_race, fmt::format("T{} calls {} while T{} calls {}, both use what is kept between such calls, and nothing orders "
                                                           "the two", earlier.thread, name(earlier), later.thread, name(later)));
        for (const FoundAccess* access : {&earlier, &later}) told.violation.parts.push_back(part(access->thread, access->stack, "calls " + name(*access)));
        add_thread(told, found.thread[1], earlier.stack);
        add_thread(told, found.thread[0], later.stack);
        told.violation.hint = "POSIX does not call these functions thread-safe, and the C library does not lock here.";
        told.race = {offset_of(earlier.stack), offset_of(later.stack)};
        key_by_places(told);
    }

    /// libstdc++ 12 unlocks the inside of std::atomic<std::shared_ptr> relaxed after a load, so that nothing orders what it read before what the
    /// next one writes there. The program can do nothing about it.
    bool is_librarys_own(const Found& found) const {
        return std::ranges::all_of(found.access, [&](const FoundAccess& access) {
            for (const std::uint64_t pc : pcs_of(access.stack))
                if (module_.contains(pc))
                    return std::ranges::any_of(symbols_.frames_of_return_address(pc),
                                               [](const SourceSite& frame) { return frame.function.find("std::_Sp_atomic") != std::string::npos; });
            return false;
        });
    }

    void race(const Found& found) {
        if (is_hidden(found.address)) return race_of_calls(found);
        if (is_librarys_own(found)) return;
        const FoundAccess &later = found.access[0], &earlier = found.access[1];
        const std::string object = object_name(found);
        const auto does = [&](const FoundAccess& access) {
            return found.block.freed_by && &access == &found.access[found.block.freed_by - 1] ? "frees" : verb(access);
        };
        const bool after = found.block.freed_before;
        const std::string who = earlier.thread == later.thread ? "it" : fmt::format("T{}", earlier.thread);
        Told& told = after ? begin(Verdict::memory, fmt::format("T{} {} {} after {} has freed it", later.thread, does(later), object, who))
                           : begin(Verdict::data_race, fmt::format("T{} {} {} while T{} {} it, and nothing orders the two", earlier.thread,
                                                                   does(earlier), object, later.thread, does(later)));
        for (const FoundAccess* access : {&earlier, &later}) {
            std::string what = fmt::format("{} {}", does(*access), object);
            if (does(*access) != "frees") what += fmt::format(", {} byte{}", access->size, access->size == 1 ? "" : "s");
            std::vector<std::string> locks;
            for (std::uint32_t i = 0; i < access->lock_count; ++i) locks.push_back(mutex_name(access->locks[i]));
            if (!locks.empty()) what += ", holding " + list(locks);
            told.violation.parts.push_back(part_inside(access->thread, access->stack, what));
        }
        add_thread(told, found.thread[1], earlier.stack);
        add_thread(told, found.thread[0], later.stack);
        if (found.block.size) {
            const SourceSite site = site_of(pcs_of(found.block.allocated));
            if (site.known())
                told.violation.parts.push_back(part(found.block.thread, found.block.allocated,
                                                    fmt::format("allocated the block of {} bytes", found.block.size)));
        }
        told.violation.hint = after ? "" : hint(earlier, later);
        for (const FoundThread& thread : found.thread)
            if (const std::string library = library_of(thread); !library.empty()) {
                told.violation.hint += fmt::format(" T{} is a thread that {} made, which is not instrumented: how it orders its threads is not seen, and this "
                                                   "may be no race.", thread.serial, library);
                break;
            }
        told.race = {offset_of(earlier.stack), offset_of(later.stack)};
        const std::vector<trace::Part> parts = told.violation.parts;
        told.violation.parts.resize(2); // the allocation is no part of what makes it the same
        key_by_places(told);
        told.violation.parts = parts;
    }

    /// Whose function the thread runs, when it is not the program's own; empty else.
    std::string library_of(const FoundThread& thread) const {
        Dl_info info{};
        if (thread.serial == 0 || !thread.function || module_.contains(thread.function)) return "";
        if (!dladdr(reinterpret_cast<void*>(thread.function), &info) || !info.dli_fname) return "";
        const std::string path = info.dli_fname, name = path.substr(path.find_last_of('/') + 1);
        return name.starts_with("lib") ? name : "";
    }

    std::string hint(const FoundAccess& a, const FoundAccess& b) const {
        if (!a.lock_count && !b.lock_count) return "Neither thread holds a lock.";
        if (a.lock_count && b.lock_count) return "The two threads hold no lock in common.";
        const FoundAccess& with = a.lock_count ? a : b;
        return fmt::format("Only T{} holds a lock.", with.thread);
    }

    void lock_cycle(const Found& found) {
        std::vector<std::string> names;
        for (std::uint32_t i = 0; i < found.edge_count; ++i) names.push_back(mutex_name(found.edge[i].held));
        Told& told = begin(Verdict::deadlock, fmt::format("{} threads take {} in different orders: in another run each may wait for the next one",
                                                          found.edge_count, list(names)));
        for (std::uint32_t i = 0; i < found.edge_count; ++i) {
            const FoundEdge& edge = found.edge[i];
            told.violation.parts.push_back(part(edge.thread, edge.held_at, fmt::format("takes {} …", mutex_name(edge.held))));
            told.violation.parts.push_back(part(edge.thread, edge.acquired_at, fmt::format("… and while it holds it, {}", mutex_name(edge.acquired))));
            told.threads.push_back({static_cast<int>(edge.thread), thread_name(edge.thread, 0, edge.held_at), {}});
        }
        told.violation.hint = "It did not happen in this run. All threads that take both locks should take them in the same order.";
        key_by_places(told);
        told.key += "|order";
    }

    /// What a wait inside the standard library is for, by the library's functions on the way there.
    std::string awaited(const StuckThread& thread) const {
        constexpr std::pair<std::string_view, std::string_view> words[]{
            {"future", "a future to become ready"}, {"latch", "a latch"},           {"barrier", "a barrier"},
            {"semaphore", "a semaphore"},           {"atomic", "an atomic to change"}, {"condition_variable", "a signal to a condition variable"}};
        // A future waits by an atomic: what the user calls comes before what it is made of.
        for (const auto& [part, what] : words)
            for (const std::uint64_t pc : pcs_of(thread.at)) {
                if (!module_.contains(pc)) continue;
                for (const SourceSite& frame : symbols_.frames_of_return_address(pc))
                    if (program::is_library_file(frame.file) && frame.function.find(part) != std::string::npos) return std::string(what);
            }
        return fmt::format("another thread, in the code of a library (at {:#x})", thread.object);
    }

    std::string waits_for(const StuckThread& thread) const {
        const auto held_by = [&]() -> std::string {
            if (thread.holder < 0) return "";
            return thread.holder == thread.thread ? ", which it holds itself" : fmt::format(", held by T{}", thread.holder);
        };
        switch (thread.waiting) {
        case Waiting::no: return thread.object ? fmt::format("looks at {} over and over", quoted(symbols_.object_at(thread.object), "the same memory")) : "runs";
        case Waiting::mutex: return fmt::format("waits for {}{}", mutex_name(thread.object), held_by());
        case Waiting::read_lock: return fmt::format("waits to read under {}{}", mutex_name(thread.object), held_by());
        case Waiting::write_lock: return fmt::format("waits to write under {}{}", mutex_name(thread.object), held_by());
        case Waiting::condition: return fmt::format("waits for a signal to {}", quoted(symbols_.object_at(thread.object), "a condition variable"));
        case Waiting::join: return fmt::format("waits for T{} to end", thread.object);
        case Waiting::semaphore: return fmt::format("waits for the semaphore {}", quoted(symbols_.object_at(thread.object), fmt::format("at {:#x}", thread.object)));
        case Waiting::barrier: return fmt::format("waits at the barrier {}", quoted(symbols_.object_at(thread.object), fmt::format("at {:#x}", thread.object)));
        case Waiting::once: return "waits for an initialisation";
        case Waiting::library: return "waits for " + awaited(thread);
        case Waiting::signal:
        case Waiting::outside: return "waits in a system call";
        case Waiting::ended: break;
        }
        return "has ended";
    }

    trace::WaitsFor wait_of(const StuckThread& thread) const {
        using trace::Op;
        const auto op = [](Waiting waiting) {
            switch (waiting) {
            case Waiting::mutex:
            case Waiting::write_lock: return Op::lock;
            case Waiting::read_lock: return Op::lock_shared;
            case Waiting::condition: return Op::wake;
            case Waiting::join: return Op::join;
            case Waiting::semaphore: return Op::take;
            case Waiting::barrier: return Op::pass;
            case Waiting::once: return Op::once_seen;
            default: return Op::unknown;
            }
        };
        return {op(thread.waiting), thread.waiting == Waiting::join ? std::string() : symbols_.object_at(thread.object), int(thread.holder)};
    }

    void stuck() {
        if (result_.stuck == Stuck::no) return;
        const bool cycle = std::any_of(result_.stuck_threads.begin(), result_.stuck_threads.end(), [](const StuckThread& t) { return t.in_cycle; });
        std::vector<std::string> names;
        for (const StuckThread& t : result_.stuck_threads)
            if (t.in_cycle) names.push_back(fmt::format("T{}", t.thread));
        std::string message;
        Verdict kind = Verdict::deadlock;
        if (cycle && names.size() == 1) message = fmt::format("{} waits for a lock that it holds itself", names[0]);
        else if (cycle) message = fmt::format("{} wait for each other in a circle", list(names));
        else if (result_.stuck == Stuck::deadlock) message = "every thread waits, and none is left to wake another";
        else if (result_.stuck == Stuck::livelock) kind = Verdict::livelock, message = "threads look at the same values over and over, and nothing changes them";
        else kind = Verdict::inconclusive, message = "nothing has moved for so long that the run was ended (see --hang-after)";
        Told& told = begin(kind, message);
        auto threads = result_.stuck_threads;
        // Those in the cycle first, those who only wait for the end of others last.
        std::stable_sort(threads.begin(), threads.end(), [](const StuckThread& a, const StuckThread& b) {
            const auto rank = [](const StuckThread& t) { return t.in_cycle ? 0 : t.waiting == Waiting::join ? 2 : 1; };
            return rank(a) < rank(b);
        });
        for (const StuckThread& t : threads) {
            if (t.waiting == Waiting::outside && kind != Verdict::inconclusive) continue;
            told.violation.parts.push_back(part(t.thread, t.at, waits_for(t)));
            told.violation.parts.back().waits_for = wait_of(t);
            for (const Watched::Lock& lock : t.locks)
                told.violation.parts.push_back(part(t.thread, lock.acquired, fmt::format("had taken {} here", mutex_name(lock.address))));
            trace::Thread& out = told.threads.emplace_back();
            out.id = static_cast<int>(t.thread);
            out.name = thread_name(t.thread, t.function, t.at);
        }
        key_by_places(told);
    }

    void killed() {
        Told& told = begin(Verdict::crash, fmt::format("the program was ended by a signal: {}", strsignal(result_.signal)));
        told.key = told.violation.message;
    }

    const RunResult& result_;
    const program::Module& module_;
    const program::Symbols& symbols_;
    std::vector<Told> told_;
    Suppressions suppressions_;
    bool says_how_it_died_ = false;
};

} // namespace

std::vector<Told> tell(const RunResult& result, const program::Module& module) { return Teller(result, module).all(); }

std::vector<std::string> limits_of(const RunResult& result) {
    std::vector<std::string> limits;
    for (const Found& found : result.found)
        if (found.kind == FoundKind::limit || found.kind == FoundKind::unsupported) limits.emplace_back(found.text.data());
    return limits;
}

} // namespace heddle::native
