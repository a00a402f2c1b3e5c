// expect: clean
// The same calls, and what they used is touched when their thread was joined.
#define JOINED
#include "libc_calls.h"
