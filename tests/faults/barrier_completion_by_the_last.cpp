// assertion: the completion of a barrier runs in the thread that comes last, either of them; its trace has to replay
// check: assertion
#include <barrier>
#include <cassert>
#include <thread>
#include <functional>
thread_local int me; int who = 0;
int main() {
    std::barrier gate(2, []() noexcept { who = me; });
    std::thread a([&] { me = 1; gate.arrive_and_wait(); }), b([&] { me = 2; gate.arrive_and_wait(); });
    a.join(); b.join();
    assert(who == 1);
}
