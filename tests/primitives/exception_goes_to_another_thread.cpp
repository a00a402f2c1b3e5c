// std::exception_ptr: rethrown in another thread
// check: verified
#include <exception>
#include <stdexcept>
#include <thread>
#include <vector>
int main() {
    std::exception_ptr e;
    std::thread t([&] {
        try {
            std::vector<int> v;
            v.at(3);
        } catch (...) {
            e = std::current_exception();
        }
    });
    t.join();
    try {
        std::rethrow_exception(e);
    } catch (const std::out_of_range&) {
        return 0;
    }
}
