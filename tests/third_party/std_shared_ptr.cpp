// The reference counts of std::shared_ptr and std::weak_ptr, from the compiler's unmodified headers.
#include <heddle/heddle.hpp>
#include <memory>
#include <thread>

namespace {

// Counts its own destruction; plain, so that a count that orders nothing is a race.
struct tracked {
    explicit tracked(int& destroyed) : destroyed(destroyed) {}
    ~tracked() { ++destroyed; }
    int& destroyed;
    int value = 7;
};

} // namespace

HEDDLE_PATTERN(shared_ptr_destroys_once, "Two threads let go of their copies; the last one destroys the object, once") {
    int destroyed = 0;
    auto object = std::make_shared<tracked>(destroyed);
    std::thread a([copy = object]() mutable { copy.reset(); });
    std::thread b([copy = object]() mutable { copy.reset(); });
    object.reset();
    a.join();
    b.join();
    heddle::ensure(destroyed == 1, "the object is destroyed exactly once");
}

HEDDLE_PATTERN(shared_ptr_can_be_copied_by_two, "Two threads copy the same shared_ptr; the count is right afterwards") {
    auto object = std::make_shared<int>(7);
    std::shared_ptr<int> copies[2];
    std::thread a([&] { copies[0] = object; });
    std::thread b([&] { copies[1] = object; });
    a.join();
    b.join();
    heddle::ensure(object.use_count() == 3, "there are three owners");
}

HEDDLE_PATTERN(weak_ptr_locks_or_fails, "A lock of a weak_ptr gets a living object or none") {
    int destroyed = 0;
    auto object = std::make_shared<tracked>(destroyed);
    std::weak_ptr<tracked> observer = object;
    std::thread owner([&] { object.reset(); });
    std::thread watcher([&] {
        if (auto alive = observer.lock()) heddle::ensure(alive->value == 7, "what was locked is alive");
    });
    owner.join();
    watcher.join();
    heddle::ensure(destroyed == 1 && observer.expired(), "the object is gone in the end");
}

HEDDLE_PATTERN(shared_ptr_reset_while_copied, "The count is safe, the pointer itself is not: one thread resets what the other copies",
               "data race") {
    auto object = std::make_shared<int>(7);
    std::thread resetter([&] { object.reset(); });
    std::thread copier([&] { std::shared_ptr<int> copy = object; });
    resetter.join();
    copier.join();
}

HEDDLE_PATTERN(shared_ptr_does_not_guard_its_object, "Two owners write to what they share", "data race") {
    auto object = std::make_shared<int>(0);
    std::thread a([copy = object] { ++*copy; });
    std::thread b([copy = object] { ++*copy; });
    a.join();
    b.join();
}
