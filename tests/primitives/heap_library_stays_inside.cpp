// heap: strings, streams, sorting: no false alarm
// check: verified
// run: clean
#include <algorithm>
#include <cstring>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>
int main() {
    std::vector<std::string> v;
    for (int i = 0; i < 20; ++i) {
        std::ostringstream s;
        s << "item " << i << ' ' << i * 0.5;
        v.push_back(s.str());
    }
    std::sort(v.begin(), v.end());
    std::map<std::string, int> m;
    for (auto& x : v) m[x] = x.size();
    std::string all;
    for (auto& [k, n] : m) all += k + ",";
    std::istringstream in(all);
    std::string w;
    int n = 0;
    while (std::getline(in, w, ',')) ++n;
    char* c = strdup(all.c_str());
    n += std::strchr(c, '7') != nullptr;
    std::thread t([&] {
        std::cout << c << std::endl;
        std::printf("%s %zu\n", c, std::strlen(c));
    });
    t.join();
    free(c);
    return n != 21;
}
