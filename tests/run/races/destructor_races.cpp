// expect: race
// A static destructor frees what a detached thread still writes.
#include <chrono>
#include <thread>

struct Log {
    int* lines = new int[16]{};
    ~Log() { delete[] lines; }
} log_of_program;

int main() {
    std::thread([] {
        for (int i = 0; i < 300; ++i) {
            log_of_program.lines[i % 16] = i;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }).detach();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}
