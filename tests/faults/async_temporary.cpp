// deadlock: the unnamed future waits at the semicolon for a task that waits for the next statement; run: a hang within --hang-after, and not "clean"
// run --hang-after 2s: deadlock ~ waits for a future to become ready ~ waits for T1 to end
// check: deadlock ~ waits for a future that nobody makes ready
#include <future>

int main() {
    std::promise<int> input;
    int doubled = 0;
    std::async(std::launch::async, [&] { doubled = 2 * input.get_future().get(); });
    input.set_value(21);
    return doubled;
}
