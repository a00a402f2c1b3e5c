// exception: what is thrown is no std::exception, and its value is told
// run: exception|killed: Aborted ~ an exception of type int is not caught: 42
int parse() { throw 42; }

int main() { return parse(); }
