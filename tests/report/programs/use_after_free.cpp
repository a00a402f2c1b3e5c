#include <atomic>
#include <thread>

struct Task {
    int id = 0;
    int result = 0;
};

std::atomic<Task*> current{nullptr};
std::atomic<bool> finished{false};

void work() {
    Task* task = current.load();
    finished = true;
    task->result = 7;
}

int main() {
    current = new Task{1};
    std::thread worker(work);
    while (!finished) {
    }
    delete current.load();
    worker.join();
}
