// exception: the library throws through a function that is noexcept; the place is the call of the library, not the end of the function
// run: exception|killed: Aborted ~ std::out_of_range ~ "line": 14
#include <string>
#include <vector>

struct Guard {
    std::string text;
    ~Guard() { text += "end"; }
};

int third(const std::vector<int>& numbers) noexcept {
    Guard guard;
    guard.text = "begin";
    return numbers.at(2);
}

int main() {
    std::vector<int> numbers(2);
    return third(numbers);
}
