// exception: std::shared_mutex::lock of a thread that has it throws resource_deadlock_would_occur, which nobody catches
// check: exception|crash
#include <shared_mutex>

std::shared_mutex m;

int main() {
    m.lock();
    m.lock();
}
