// A shared object loaded into this process as the program under test: its segments, thread-local storage,
// imported functions and patterns; and the snapshot that every run starts from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "program/symbols.hpp"

struct dl_phdr_info; // <link.h>

namespace heddle::program {

/// A HEDDLE_PATTERN of the program.
struct Pattern {
    std::string name, description, expected; ///< expected: a verdict's name, "verified" by default
    void (*body)() = nullptr;
    std::string file;
    int line = 0;
};

/// A writable stretch of the module's memory and what it held when the constructors had run.
struct Segment {
    std::byte* start = nullptr;
    std::size_t size = 0;
    std::vector<std::byte> initial;
    /// Of a large one only the pages that were ever written are put back; until then they are read-only.
    bool watched = false;
    std::vector<std::byte*> written;
};

class Module;

/// What the runtime decides while a module is loaded.
class Loading {
public:
    virtual ~Loading() = default;
    /// What the module's import of that name is bound to; `definition` is what the loader found (null: nothing; also for
    /// a weak symbol). `function` tells a function from data as far as the symbol table does.
    virtual void* bind(const char* name, void* definition, bool function) = 0;
    /// The module's static constructors run from here …
    virtual void constructors_begin() = 0;
    /// … to here.
    virtual void constructors_end() = 0;
    /// Whether they are to be left for Module::run_constructors.
    virtual bool constructors_later() const { return false; }
    /// The module is bound and those constructors are still to be run: now, unless they are a part of every run.
    virtual void constructors_due(Module&) {}
};

class Module {
public:
    /// Loads the library and runs its static constructors. Throws UserError (not a shared object, unresolved symbol).
    /// One program a process: a second Module in the same process is a bug.
    explicit Module(const std::filesystem::path& library);
    Module(const Module&) = delete;

    bool has_main() const { return main_ != nullptr; }
    int (*main() const)(int, char**, char**) { return main_; }
    const std::vector<Pattern>& patterns() const { return patterns_; }
    const Symbols& symbols() const { return symbols_; }
    std::span<const Segment> segments() const { return segments_; }
    std::span<const std::byte> tls_image() const { return tls_image_; } ///< initialised part
    std::size_t tls_size() const { return tls_size_; }
    std::size_t tls_alignment() const { return tls_alignment_; }
    std::size_t tls_module_id() const { return tls_module_id_; }
    std::uint64_t begin() const { return low_; }
    std::uint64_t end() const { return high_; }
    bool contains(std::uint64_t address) const { return address - low_ < high_ - low_; }
    /// What the loader added to the addresses in the file: "offset in the module" means without it.
    std::uint64_t bias() const { return bias_; }
    const std::filesystem::path& path() const { return path_; }

    /// Runs the static constructors, when the policy for loading has put them off: as the loader would, in this process.
    void run_constructors(int argc, char** argv, char** environment) const;
    /// In Loading::constructors_due: they are a part of every run, whatever they have done so far is taken back.
    void leave_constructors_for_main();
    bool constructors_in_main() const { return constructors_in_main_; }
    /// The functions that are to run when the process ends, after all that was registered for that; in their order.
    std::span<void (*const)()> destructors() const { return destructors_; }
    /// Whether the program can register functions for the end of the process after its static constructors have run.
    bool may_register_exits() const { return may_register_exits_; }
    /// Whether another thread than main may end the process.
    bool may_exit_anywhere() const { return may_exit_anywhere_; }
    /// Whether threads can ask for the name of another one, or if it has ended (pthread_getname_np, pthread_tryjoin_np, …).
    bool may_ask_about_threads() const { return may_ask_about_threads_; }

    /// Puts back the writable segments as they were when the constructors had run.
    void restore_segments() const;

    /// Calls visit(start, size, initial) for the stretches of the writable segments that may hold something else than when the
    /// constructors had run; `initial` for pages of a watched segment, which are listed once they have been written, else null.
    void for_each_written(const std::function<void(std::byte*, std::size_t, const std::byte*)>& visit) const;

    /// Puts everything back, and from now on watches large segments for writes. While it does, every write fault must be
    /// offered to note_write.
    void watch_writes();
    void stop_watching();
    /// @return whether the faulting address is on a page that was only being watched; then it can be written now
    static bool note_write(std::uint64_t address);

    /// Who decides; set by the runtime before main.
    static void set_loading(Loading* loading);
    /// The module that is loaded (or being loaded), or null.
    static const Module* loaded();
    /// Called by the first static constructor of the module, from the given place: binds the imports.
    static void initialising(const void* return_address);
    /// Loading will fail with this sentence.
    static void reject_while_loading(const std::string& sentence);
    /// A pattern's static constructor has run.
    static void add_pattern(Pattern pattern);

private:
    std::uint64_t load(); ///< @return the bias, now known
    void read_headers(const ::dl_phdr_info& info);
    void bind_imports();
    void put_off_constructors(const ::dl_phdr_info& info);
    void find_destructors();
    void find_entries();
    void take_snapshot();

    std::filesystem::path path_;
    void* handle_ = nullptr;
    std::uint64_t bias_ = 0, low_ = 0, high_ = 0;
    int (*main_)(int, char**, char**) = nullptr;
    std::vector<Pattern> patterns_;
    std::vector<void (*)(int, char**, char**)> constructors_; ///< that were put off
    std::span<void (*)()> destructor_table_;
    std::vector<void (*)()> destructors_;
    bool constructors_in_main_ = false, may_register_exits_ = false, may_exit_anywhere_ = false, may_ask_about_threads_ = false;
    std::vector<Segment> segments_;
    std::span<const std::byte> tls_image_;
    std::size_t tls_size_ = 0, tls_alignment_ = 1, tls_module_id_ = 0;
    bool bound_ = false;
    std::string rejected_;
    Symbols symbols_;
};

} // namespace heddle::program
