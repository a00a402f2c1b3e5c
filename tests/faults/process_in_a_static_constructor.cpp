// unsupported: a static constructor starts no process and makes no file either
// check -- '-DBEFORE_MAIN=system("echo_executed")': unsupported ~ a static constructor of the program ~ system is not modelled
// check -- '-DBEFORE_MAIN=fopen("/tmp/heddle-never-made","a")!=nullptr': unsupported ~ a static constructor of the program
#include <cstdio>
#include <cstdlib>

int started = (BEFORE_MAIN);

int main() {}
