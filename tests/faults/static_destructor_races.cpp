// data-race: a detached thread writes a global string that the end of main destroys
// check: data-race|memory ~ title
#include <string>
#include <thread>

std::string title = "a title that is too long to be kept inside of the string";

int main() {
    std::thread([] { title[0] = 'A'; }).detach();
}
