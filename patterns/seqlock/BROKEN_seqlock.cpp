// Sequence locks whose version tells the wrong thing.
#include <atomic>
#include <thread>

#include <heddle/heddle.hpp>

namespace {

struct data {
    std::atomic<unsigned> version{0};
    std::atomic<int> left{0}, right{0};

    heddle::term whole() {
        return implies(heddle::value(version) % 2 == 0, heddle::value(left) == heddle::value(right));
    }
};

} // namespace

HEDDLE_PATTERN(seqlock_version_only_afterwards, "The version is raised by two when the data is there, and never odd: nothing in the code notices",
               "invariant") {
    data shared;
    heddle::invariant whole("an even version means whole data", shared.whole());
    std::thread writer([&] {
        shared.left = 1;
        shared.right = 1;
        shared.version = 2;
    });
    std::thread reader([&] { (void)shared.version.load(); });
    writer.join();
    reader.join();
}

HEDDLE_PATTERN(seqlock_two_writers, "Two writers each make the version odd, which makes it even", "invariant") {
    data shared;
    heddle::invariant whole("an even version means whole data", shared.whole());
    auto write = [&](int value) {
        ++shared.version;
        shared.left = value;
        shared.right = value;
        ++shared.version;
    };
    std::thread first(write, 1);
    std::thread second(write, 2);
    first.join();
    second.join();
}
