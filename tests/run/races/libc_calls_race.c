// expect: race 66
// Memory that calls into the C library read or write is touched at the same time: each of them is seen.
#include "libc_calls.h"
