// Starts nothing and does nothing: what is left is the cost of starting.
int main() {}
