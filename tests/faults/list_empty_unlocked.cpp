// data-race: std::list asked for emptiness without the mutex that insertion holds (the links are written inside libstdc++.so)
// check: data-race ~ events ~ events.empty() ~ events.push_back
#include <list>
#include <mutex>
#include <thread>

std::mutex mutex;
std::list<int> events;
int handled = 0;

void post(int event) {
    std::lock_guard guard(mutex);
    events.push_back(event);
}

void poll() {
    if (events.empty()) return;
    std::lock_guard guard(mutex);
    while (!events.empty()) {
        handled += events.front();
        events.pop_front();
    }
}

int main() {
    std::thread poster([] { post(5); });
    poll();
    poster.join();
    poll();
    return handled == 5 ? 0 : 1;
}
