#include "runtime/import_table.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace heddle::runtime {

extern "C" {
void* heddle_malloc();
void heddle_calloc();
void heddle_free();
void heddle_realloc();
void heddle_aligned_alloc();
void heddle_posix_memalign();
void heddle_malloc_usable_size();
void heddle_tls_get_addr();
void heddle_errno_location();
void heddle_cxa_thread_atexit();
void heddle_ignore_atexit();
void heddle_exit();
void heddle_abort();
void heddle_assert_fail();
void heddle_glibcxx_assert_fail();
void heddle_pure_virtual();
void heddle_stack_chk_fail();
void heddle_terminate();
void heddle_cxa_throw();
void heddle_cxa_rethrow();
void heddle_hardware_concurrency();
void heddle_key_create();
void heddle_key_delete();
void heddle_getspecific();
void heddle_setspecific();
}

namespace {

struct Replacement {
    std::string_view name;
    void* function;
};

template <typename Function>
constexpr Replacement with(std::string_view name, Function* function) {
    return {name, reinterpret_cast<void*>(function)};
}

const Replacement replacements[]{
    with("malloc", heddle_malloc),
    with("calloc", heddle_calloc),
    with("free", heddle_free),
    with("cfree", heddle_free),
    with("realloc", heddle_realloc),
    with("aligned_alloc", heddle_aligned_alloc),
    with("memalign", heddle_aligned_alloc),
    with("posix_memalign", heddle_posix_memalign),
    with("malloc_usable_size", heddle_malloc_usable_size),
    with("__tls_get_addr", heddle_tls_get_addr),
    with("__errno_location", heddle_errno_location),
    with("__cxa_thread_atexit", heddle_cxa_thread_atexit),
    with("__cxa_atexit", heddle_ignore_atexit),
    with("atexit", heddle_ignore_atexit),
    with("at_quick_exit", heddle_ignore_atexit),
    with("exit", heddle_exit),
    with("_exit", heddle_exit),
    with("_Exit", heddle_exit),
    with("quick_exit", heddle_exit),
    with("abort", heddle_abort),
    with("__assert_fail", heddle_assert_fail),
    with("__assert", heddle_assert_fail),
    with("_ZSt21__glibcxx_assert_failPKciS0_S0_", heddle_glibcxx_assert_fail),
    with("__cxa_pure_virtual", heddle_pure_virtual),
    with("__stack_chk_fail", heddle_stack_chk_fail),
    with("_ZSt9terminatev", heddle_terminate),
    with("__cxa_throw", heddle_cxa_throw),
    with("__cxa_rethrow", heddle_cxa_rethrow),
    with("_ZNSt6thread20hardware_concurrencyEv", heddle_hardware_concurrency),
    with("pthread_key_create", heddle_key_create),
    with("pthread_key_delete", heddle_key_delete),
    with("pthread_getspecific", heddle_getspecific),
    with("pthread_setspecific", heddle_setspecific),
};

constexpr std::string_view harmless[]{
    "__cxa_begin_catch", "__cxa_end_catch", "__cxa_get_exception_ptr", "__cxa_bad_cast", "__cxa_bad_typeid",
    "__cxa_throw_bad_array_new_length", "__cxa_call_unexpected", "__cxa_call_terminate", "__cxa_allocate_exception",
    "__cxa_free_exception", "__cxa_init_primary_exception", "__cxa_finalize", "__cxa_uncaught_exceptions",
    "__gxx_personality_v0", "__gcc_personality_v0", "__dynamic_cast", "__once_proxy",
    "_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE", "_ZSt17current_exceptionv",
    "_ZSt18uncaught_exceptionv", "_ZSt19uncaught_exceptionsv", "_ZNSt8ios_base4InitC1Ev", "_ZNSt8ios_base4InitD1Ev",
    "_ZNKSt9exception4whatEv", "_ZNKSt13runtime_error4whatEv", "_ZNKSt11logic_error4whatEv", "_ZSt16generic_categoryv",
    "_ZSt15system_categoryv", "_ZNSt6thread6_StateD2Ev", "_ZNSt6thread6_StateD1Ev", "_ZSt11_Hash_bytesPKvmm",
    "_ZNSt28__atomic_futex_unsigned_base19_M_futex_notify_allEPj", "strerror", "getenv", "secure_getenv", "abs", "labs", "llabs",
    "getpid", "getpagesize", "sysconf", "isatty", "setlocale", "setbuf", "setvbuf", "nanosleep", "usleep", "sleep", "sched_yield",
    "pthread_self", "pthread_equal", "pthread_attr_init", "pthread_attr_destroy", "pthread_attr_setdetachstate",
    "pthread_attr_getdetachstate", "pthread_attr_setstacksize", "pthread_attr_getstacksize", "pthread_attr_setscope",
    "pthread_attr_setschedpolicy", "pthread_attr_setinheritsched", "pthread_attr_setguardsize",
    "pthread_mutexattr_init", "pthread_mutexattr_destroy", "pthread_mutexattr_settype", "pthread_mutexattr_gettype",
    "pthread_mutexattr_setpshared", "pthread_mutexattr_setrobust", "pthread_mutexattr_setprotocol",
    "pthread_condattr_init", "pthread_condattr_destroy", "pthread_condattr_setclock", "pthread_condattr_setpshared",
    "pthread_setname_np", "pthread_getname_np", "pthread_setconcurrency",
    "isalpha", "isdigit", "isalnum", "isspace", "isupper", "islower", "isprint", "ispunct", "isxdigit", "toupper", "tolower",
    "__ctype_b_loc", "__ctype_tolower_loc", "__ctype_toupper_loc",
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "exp2", "log", "log2", "log10", "log1p",
    "pow", "sqrt", "cbrt", "floor", "ceil", "round", "trunc", "fmod", "fabs", "hypot", "lround", "lrint", "rint", "ldexp",
    "sinf", "cosf", "tanf", "expf", "logf", "powf", "sqrtf", "floorf", "ceilf", "roundf", "fmodf", "fabsf",
};

constexpr std::string_view harmless_prefixes[]{
    "_Unwind_", "_ZSt20__throw_", "_ZSt17__throw_", "_ZSt19__throw_", "_ZSt24__throw_", "_ZSt16__throw_", "_ZSt18__throw_",
    "_ZSt21__throw_", "_ZSt22__throw_", "_ZSt23__throw_", "_ZSt25__throw_", "_ZSt26__throw_", "_ZSt28__throw_",
    "_ZSt29__throw_", "_ZSt15__throw_", "_ZSt27__throw_", "_ZNSt15__exception_ptr13exception_ptr",
    "_ZNKSt15__exception_ptr13exception_ptr",
    // constructors and destructors of standard exceptions: on the thread's own, fresh object
    "_ZNSt13runtime_error", "_ZNSt11logic_error", "_ZNSt16invalid_argument", "_ZNSt12out_of_range", "_ZNSt12domain_error",
    "_ZNSt12length_error", "_ZNSt11range_error", "_ZNSt14overflow_error", "_ZNSt15underflow_error", "_ZNSt9exceptionD",
    "_ZNSt12system_error", "_ZNSt9bad_allocD", "_ZNSt12future_error", "_ZSt15future_category", "_ZSt29_Rb_tree", "_ZNSt8__detail15_List",
    "_ZSt18_Rb_tree", "_ZNKSt8__detail20_Prime_rehash",
};

constexpr std::string_view unsupported[]{
    "call_once", "clock", "time", "ftime", "gettimeofday", "timespec_get", "rand", "rand_r", "srand", "random", "srandom",
    "drand48", "lrand48", "mrand48", "erand48", "srand48", "arc4random", "arc4random_uniform", "getrandom", "getentropy", "fork", "vfork",
    "syscall", "futex", "poll", "select", "epoll_wait", "eventfd", "pause", "sigwait", "raise", "kill", "signal", "sigaction", "setjmp",
    "_setjmp", "longjmp", "__longjmp_chk", "siglongjmp", "__sigsetjmp", "alarm", "setitimer", "gettid", "getcontext", "swapcontext", "makecontext",
    "dlopen", "localtime", "gmtime", "wait", "waitpid", "execve", "system", "popen",
};

constexpr std::string_view unsupported_prefixes[]{
    "pthread_", "sem_", "mtx_", "cnd_", "thrd_", "tss_", "timer_", "clock_", "mq_", "shm_", "msg", "sigtimed",
    "_ZNSt13random_device", "_ZNSt6chrono", "_ZNSt28__atomic_futex_unsigned_base", "_ZNSt18condition_variable", "_ZNSt6thread",
    "_ZSt25notify_all_at_thread_exit", "omp_", "GOMP_", "__kmpc", "_ZNSt3pmr",
};

constexpr std::string_view stream_prefixes[]{
    "_ZNSo", "_ZStlsI", "_ZSt4endl", "_ZSt5flush", "_ZSt16__ostream_insert", "_ZNSt9basic_ios", "_ZStlsISt11char_traits",
};

template <std::size_t n>
bool has(const std::string_view (&names)[n], std::string_view name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

template <std::size_t n>
bool has_prefix(const std::string_view (&prefixes)[n], std::string_view name) {
    return std::any_of(std::begin(prefixes), std::end(prefixes),
                       [name](std::string_view prefix) { return name.starts_with(prefix); });
}

} // namespace

void* replacement_of(std::string_view name) {
    for (const Replacement& replacement : replacements)
        if (replacement.name == name) return replacement.function;
    return nullptr;
}

bool is_harmless(std::string_view name) { return has(harmless, name) || has_prefix(harmless_prefixes, name); }
bool is_unsupported(std::string_view name) { return has(unsupported, name) || has_prefix(unsupported_prefixes, name); }
bool is_stream_function(std::string_view name) { return has_prefix(stream_prefixes, name); }

} // namespace heddle::runtime
