// verified: std::pmr::synchronized_pool_resource locks inside the library
// check: verified
#include <memory_resource>
#include <thread>
#include <vector>

std::pmr::synchronized_pool_resource pool;

void use() {
    std::pmr::vector<int> numbers(&pool);
    numbers.push_back(1);
}

int main() {
    std::thread thread(use);
    use();
    thread.join();
}
