// crash: a global std::thread is destroyed while it can be joined
// check: crash ~ std::terminate was called
#include <thread>

std::thread worker;

int main() {
    worker = std::thread([] {});
}
