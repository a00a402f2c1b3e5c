// containers that two threads fill: verified under a mutex, a race without; their code lies half in libstdc++.so
// check -- -DMAP -DGLOBAL -DGUARDED -std=c++20: verified
// check -- -DMAP -DGLOBAL -DOPEN -std=c++20: data-race
// check -- -DLIST -DLOCAL -DGUARDED -std=c++20: verified
// check -- -DLIST -DLOCAL -DOPEN -std=c++20: data-race
// check -- -DSTREAM -DLOCAL -DGUARDED -std=c++17: verified
// check -- -DSTREAM -DLOCAL -DOPEN -std=c++17: data-race
// check -- -DSTRING -DLOCAL -DGUARDED -std=c++17: verified
// check -- -DSTRING -DLOCAL -DOPEN -std=c++17: data-race
// check -- -DUMAP -DGLOBAL -DGUARDED -std=c++17: verified
// check -- -DUMAP -DGLOBAL -DOPEN -std=c++17: data-race
// check -- -DQSORT -DLOCAL -DGUARDED -std=c++20: verified
// check -- -DQSORT -DLOCAL -DOPEN -std=c++20: data-race
#include <algorithm>
#include <any>
#include <cstdlib>
#include <deque>
#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#if defined(MAP)
struct Box { std::map<int, int> c; void put(int i) { c[i]++; } };
#elif defined(SET)
struct Box { std::set<int> c; void put(int i) { c.insert(i); } };
#elif defined(MULTIMAP)
struct Box { std::multimap<int, int> c; void put(int i) { c.emplace(i, i); if (c.size() > 1) c.erase(c.begin()); } };
#elif defined(UMAP)
struct Box { std::unordered_map<std::string, int> c; void put(int i) { c[std::to_string(i)]++; } };
#elif defined(USET)
struct Box { std::unordered_set<int> c; void put(int i) { c.insert(i); } };
#elif defined(LIST)
struct Box { std::list<int> c; void put(int i) { c.push_back(i); c.reverse(); } };
#elif defined(FLIST)
struct Box { std::forward_list<int> c; void put(int i) { c.push_front(i); } };
#elif defined(DEQUE)
struct Box { std::deque<int> c; void put(int i) { c.push_back(i); } };
#elif defined(STRING)
struct Box { std::string c; void put(int i) { c += std::string(20, char('a' + i)); } };
#elif defined(STREAM)
struct Box { std::ostringstream c; void put(int i) { c << "n " << i; } };
#elif defined(VBOOL)
struct Box { std::vector<bool> c; void put(int i) { c.push_back(i); } };
#elif defined(SORT)
struct Box { std::vector<int> c{3, 1, 2, 5, 4}; void put(int i) { c[0] = i; std::sort(c.begin(), c.end()); } };
#elif defined(QSORT)
struct Box {
    int c[5] = {3, 1, 2, 5, 4};
    static int less(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }
    void put(int i) { c[0] = i; std::qsort(c, 5, sizeof(int), less); }
};
#elif defined(FUNCTION)
struct Box { std::function<int()> c; void put(int i) { c = [i, this] { return i; }; c(); } };
#elif defined(SHARED)
struct Box { std::shared_ptr<int> c; void put(int i) { c = std::make_shared<int>(i); } };
#elif defined(OPTIONAL)
struct Box { std::optional<std::string> c; void put(int i) { c = std::to_string(i) + " and a long tail of it"; } };
#elif defined(VARIANT)
struct Box { std::variant<int, std::string> c; void put(int i) { if (i == 1) c = i; else c = std::to_string(i); } };
#elif defined(ANY)
struct Box { std::any c; void put(int i) { c = std::string("a long text that needs the heap") + char('0' + i); } };
#endif

struct Guarded {
    std::mutex mutex;
    Box box;
    void put(int i) {
#ifdef GUARDED
        std::lock_guard guard(mutex);
#endif
        box.put(i);
    }
};

#ifdef GLOBAL
Guarded shared;
#endif

int main() {
#ifndef GLOBAL
    Guarded shared;
#endif
    std::thread one([&] { shared.put(1); });
    std::thread two([&] { shared.put(2); });
    one.join();
    two.join();
}
