// data-race: a thread calls exit, and the destructors run beside main
// check: data-race|memory ~ names
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

std::vector<std::string> names;

int main() {
    std::thread watchdog([] { std::exit(0); });
    names.push_back("main");
    watchdog.join();
}
