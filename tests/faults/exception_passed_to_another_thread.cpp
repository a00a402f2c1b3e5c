// data-race: an exception_ptr is assigned while another thread looks at it; under a mutex: verified
// check: data-race ~ exception_passed_to_another_thread.cpp:20 ~ exception_passed_to_another_thread.cpp:28
// check -- -DGUARDED: verified
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

std::exception_ptr problem;
std::mutex m;

void work(const std::string& reason) {
    try {
        throw std::runtime_error(reason);
    } catch (...) {
#ifdef GUARDED
        std::lock_guard lock(m); problem = std::current_exception();
#else
        problem = std::current_exception();
#endif
    }
}
bool failed() {
#ifdef GUARDED
    std::lock_guard lock(m);
#endif
    return problem != nullptr;
}

int main() {
    std::thread thread(work, "a reason that is too long for the object itself");
    const bool early = failed();
    thread.join();
    if (!problem) return 1;
    try {
        std::rethrow_exception(problem);
    } catch (const std::runtime_error& error) {
        return early && error.what()[0] != 'a';
    }
}
