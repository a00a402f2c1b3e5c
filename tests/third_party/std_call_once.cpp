// std::call_once and the initialisation of function-local statics, as the compiler and its library do them.
#include <heddle/heddle.hpp>
#include <mutex>
#include <thread>

namespace {

struct settings {
    settings() : size(7) { ++made; }
    int size;
    static inline int made = 0;
};

settings& local_settings() {
    static settings instance;
    return instance;
}

struct lookup {
    lookup() : size(local_settings().size + 1) {}
    int size;
};

lookup& local_lookup() {
    static lookup instance;
    return instance;
}

} // namespace

HEDDLE_PATTERN(call_once_calls_once, "Three threads ask for the call; it is made once and its effect seen by all") {
    std::once_flag flag;
    int calls = 0;
    auto ask = [&] {
        std::call_once(flag, [&] { ++calls; });
        heddle::ensure(calls == 1, "the call is over when call_once returns");
    };
    std::thread a(ask);
    std::thread b(ask);
    std::thread c(ask);
    a.join();
    b.join();
    c.join();
}

HEDDLE_PATTERN(call_once_calls_only_one_of_two, "Two threads bring their own function; one of the two is called") {
    std::once_flag flag;
    int chosen = 0;
    std::thread a([&] { std::call_once(flag, [&] { chosen = 1; }); });
    std::thread b([&] { std::call_once(flag, [&] { chosen = 2; }); });
    a.join();
    b.join();
    heddle::ensure(chosen == 1 || chosen == 2, "one function was called");
}

HEDDLE_PATTERN(call_once_with_two_flags, "Each thread has a flag of its own: the call is made twice, at once", "data race") {
    std::once_flag first, second;
    int calls = 0;
    std::thread a([&] { std::call_once(first, [&] { ++calls; }); });
    std::thread b([&] { std::call_once(second, [&] { ++calls; }); });
    a.join();
    b.join();
}

HEDDLE_PATTERN(local_static_is_made_once, "Two threads enter the function; the static is made once, and whole for both") {
    settings* seen[2] = {};
    auto use = [&](int me) {
        seen[me] = &local_settings();
        heddle::ensure(seen[me]->size == 7, "the static is fully made");
    };
    std::thread a(use, 0);
    std::thread b(use, 1);
    a.join();
    b.join();
    heddle::ensure(seen[0] == seen[1] && settings::made == 1, "there is one");
}

HEDDLE_PATTERN(local_static_uses_another, "A static whose constructor needs another static") {
    std::thread a([&] { heddle::ensure(local_lookup().size == 8, "the outer static is fully made"); });
    std::thread b([&] { heddle::ensure(local_settings().size == 7, "the inner static is fully made"); });
    a.join();
    b.join();
}

HEDDLE_PATTERN(local_static_changed_afterwards, "Only the initialisation is guarded: later changes are not", "data race") {
    auto change = [] { ++local_settings().size; };
    std::thread a(change);
    std::thread b(change);
    a.join();
    b.join();
}
