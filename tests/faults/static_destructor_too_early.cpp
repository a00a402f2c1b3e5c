// data-race: what the thread uses is made after the object that joins it, so that it is destroyed before
// check: data-race|memory ~ log
#include <thread>
#include <vector>

extern std::vector<int> log_of_all;

struct Service {
    std::thread thread{[] { log_of_all.push_back(1); }};
    ~Service() { thread.join(); }
};

Service service;
std::vector<int> log_of_all(1);

int main() {}
