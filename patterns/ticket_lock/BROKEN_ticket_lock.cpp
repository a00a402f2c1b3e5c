#include <atomic>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(ticket_lock_called_relaxed, "The next ticket is called with a relaxed store: its holder may not see the last one's writes",
               "data race") {
    std::atomic<unsigned> next{0}, serving{0};
    int value = 0;
    auto add = [&] {
        unsigned mine = next.fetch_add(1, std::memory_order_relaxed);
        while (serving.load(std::memory_order_acquire) != mine) {
        }
        ++value;
        serving.store(mine + 1, std::memory_order_relaxed);
    };
    std::thread a(add);
    std::thread b(add);
    a.join();
    b.join();
}

HEDDLE_PATTERN(ticket_lock_abandoned_ticket, "A thread draws a ticket and does not wait for it: nobody after it is ever called",
               "livelock") {
    std::atomic<unsigned> next{0}, serving{0};
    std::thread impatient([&] {
        unsigned mine = next.fetch_add(1);
        if (serving.load() != mine) return;
        // It is our turn, but we leave without calling the next.
    });
    std::thread patient([&] {
        unsigned mine = next.fetch_add(1);
        while (serving.load() != mine) {
        }
        serving.store(mine + 1);
    });
    impatient.join();
    patient.join();
}

HEDDLE_PATTERN(ticket_lock_tickets_drawn_twice, "Load and store instead of fetch_add: two threads draw the same ticket", "assertion") {
    std::atomic<unsigned> next{0};
    unsigned drawn[2] = {};
    auto draw = [&](int me) {
        drawn[me] = next.load();
        next.store(drawn[me] + 1);
    };
    std::thread a(draw, 0);
    std::thread b(draw, 1);
    a.join();
    b.join();
    heddle::ensure(drawn[0] != drawn[1], "every ticket is drawn once");
}

HEDDLE_PATTERN(ticket_lock_two_inside, "Load and store instead of fetch_add: two threads with one ticket, and nothing in the code that notices",
               "invariant") {
    std::atomic<unsigned> next{0}, serving{0};
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&] {
        unsigned mine = next.load();
        next.store(mine + 1);
        while (serving.load() < mine) {
        }
        { heddle::region inside("inside"); }
        serving.fetch_add(1);
    };
    std::thread a(enter);
    std::thread b(enter);
    a.join();
    b.join();
}

HEDDLE_PATTERN(ticket_lock_calls_too_many, "A thread that gives up calls the next ticket all the same", "invariant") {
    std::atomic<unsigned> next{0}, serving{0};
    heddle::invariant drawn_first("what is served has been drawn", heddle::value(serving) <= heddle::value(next));
    std::thread patient([&] {
        unsigned mine = next.fetch_add(1);
        while (serving.load() < mine) {
        }
        serving.fetch_add(1);
    });
    std::thread impatient([&] {
        if (next.load() != serving.load()) return; // busy
        serving.fetch_add(1);                      // it never drew
    });
    patient.join();
    impatient.join();
}
