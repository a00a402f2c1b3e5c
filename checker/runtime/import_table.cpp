#include "runtime/import_table.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <pthread.h>

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
void heddle_return_zero();
void heddle_cxa_atexit();
void heddle_cxa_at_quick_exit();
void heddle_atexit();
void heddle_at_quick_exit();
void heddle_on_exit();
void heddle_exit();
void heddle_quick_exit();
void heddle_immediate_exit();
void heddle_abort();
void heddle_assert_fail();
void heddle_glibcxx_assert_fail();
void heddle_pure_virtual();
void heddle_stack_chk_fail();
void heddle_terminate();
void heddle_cxa_throw();
void heddle_cxa_rethrow();
void heddle_hardware_concurrency();
void heddle_memcpy();
void heddle_mempcpy();
void heddle_memmove();
void heddle_memset();
void heddle_bzero();
void heddle_memcmp();
void heddle_memchr();
void heddle_strlen();
void heddle_strnlen();
void heddle_strcmp();
void heddle_strncmp();
void heddle_strcpy();
void heddle_stpcpy();
void heddle_strncpy();
void heddle_strcat();
void heddle_strncat();
void heddle_strchr();
void heddle_strrchr();
void heddle_strstr();
void heddle_strdup();
void heddle_strndup();
void heddle_atoi();
void heddle_atol();
void heddle_atof();
void heddle_strtol();
void heddle_strtoul();
void heddle_strtod();
void heddle_printf();
void heddle_printf_chk();
void heddle_vprintf();
void heddle_vprintf_chk();
void heddle_fprintf();
void heddle_fprintf_chk();
void heddle_vfprintf();
void heddle_vfprintf_chk();
void heddle_dprintf();
void heddle_puts();
void heddle_fputs();
void heddle_fputc();
void heddle_putchar();
void heddle_fwrite();
void heddle_write();
void heddle_open();
void heddle_openat();
void heddle_fopen();
void heddle_fflush();
void heddle_perror();
void heddle_sprintf();
void heddle_sprintf_chk();
void heddle_snprintf();
void heddle_snprintf_chk();
void heddle_vsprintf();
void heddle_vsnprintf();
void heddle_pthread_getattr_np();
void heddle_pthread_setaffinity_np();
void heddle_pthread_getaffinity_np();
void heddle_pthread_setschedparam();
void heddle_pthread_setschedprio();
void heddle_pthread_getschedparam();
void heddle_pthread_getcpuclockid();
void heddle_pthread_kill();
void heddle_nanosleep();
void heddle_clock_nanosleep();
void heddle_usleep();
void heddle_sleep();
void heddle_sleep_for();
void heddle_clock_getres();
void heddle_clock_gettime(); // entry.S
void heddle_timespec_get();
void heddle_gettimeofday();
void heddle_time();
void heddle_clock();
void heddle_chrono_now();
void heddle_syscall();
void heddle_key_create();
void heddle_key_delete();
void heddle_getspecific();
void heddle_setspecific();
void heddle_asctime();
void heddle_ctime();
void heddle_drand48();
void heddle_erand48();
void heddle_getenv();
void heddle_gmtime();
void heddle_jrand48();
void heddle_lcong48();
void heddle_gettid();
void heddle_getrandom();
void heddle_getentropy();
void heddle_arc4random();
void heddle_arc4random_uniform();
void heddle_arc4random_buf();
void heddle_cxa_allocate_exception();
void heddle_cxa_free_exception();
void heddle_localtime();
void heddle_lrand48();
void heddle_mrand48();
void heddle_nrand48();
void heddle_putenv();
void heddle_rand();
void heddle_rand_r();
void heddle_random();
void heddle_seed48();
void heddle_setenv();
void heddle_srand();
void heddle_srand48();
void heddle_strtok();
void heddle_unsetenv();
void heddle_library_rwlock_lock();
void heddle_library_rwlock_trylock();
void heddle_library_rwlock_unlock();
}

namespace {

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
    with("__cxa_atexit", heddle_cxa_atexit),
    with("__cxa_at_quick_exit", heddle_cxa_at_quick_exit),
    with("atexit", heddle_atexit),
    with("at_quick_exit", heddle_at_quick_exit),
    with("on_exit", heddle_on_exit),
    with("exit", heddle_exit),
    with("_exit", heddle_immediate_exit),
    with("_Exit", heddle_immediate_exit),
    with("quick_exit", heddle_quick_exit),
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
    with("memcpy", heddle_memcpy),
    with("__memcpy_chk", heddle_memcpy),
    with("mempcpy", heddle_mempcpy),
    with("__mempcpy_chk", heddle_mempcpy),
    with("__mempcpy", heddle_mempcpy),
    with("memmove", heddle_memmove),
    with("__memmove_chk", heddle_memmove),
    with("memset", heddle_memset),
    with("__memset_chk", heddle_memset),
    with("bzero", heddle_bzero),
    with("explicit_bzero", heddle_bzero),
    with("memcmp", heddle_memcmp),
    with("bcmp", heddle_memcmp),
    with("memchr", heddle_memchr),
    with("strlen", heddle_strlen),
    with("strnlen", heddle_strnlen),
    with("strcmp", heddle_strcmp),
    with("strncmp", heddle_strncmp),
    with("strcpy", heddle_strcpy),
    with("__strcpy_chk", heddle_strcpy),
    with("stpcpy", heddle_stpcpy),
    with("__stpcpy_chk", heddle_stpcpy),
    with("__stpcpy", heddle_stpcpy),
    with("strncpy", heddle_strncpy),
    with("__strncpy_chk", heddle_strncpy),
    with("strcat", heddle_strcat),
    with("__strcat_chk", heddle_strcat),
    with("strncat", heddle_strncat),
    with("__strncat_chk", heddle_strncat),
    with("strchr", heddle_strchr),
    with("index", heddle_strchr),
    with("strrchr", heddle_strrchr),
    with("rindex", heddle_strrchr),
    with("strstr", heddle_strstr),
    with("strdup", heddle_strdup),
    with("__strdup", heddle_strdup),
    with("strndup", heddle_strndup),
    with("__strndup", heddle_strndup),
    with("atoi", heddle_atoi),
    with("atol", heddle_atol),
    with("atoll", heddle_atol),
    with("atof", heddle_atof),
    with("strtol", heddle_strtol),
    with("strtoll", heddle_strtol),
    with("__isoc23_strtol", heddle_strtol),
    with("__isoc23_strtoll", heddle_strtol),
    with("strtoul", heddle_strtoul),
    with("strtoull", heddle_strtoul),
    with("__isoc23_strtoul", heddle_strtoul),
    with("__isoc23_strtoull", heddle_strtoul),
    with("strtod", heddle_strtod),
    with("printf", heddle_printf),
    with("__printf_chk", heddle_printf_chk),
    with("vprintf", heddle_vprintf),
    with("__vprintf_chk", heddle_vprintf_chk),
    with("fprintf", heddle_fprintf),
    with("__fprintf_chk", heddle_fprintf_chk),
    with("vfprintf", heddle_vfprintf),
    with("__vfprintf_chk", heddle_vfprintf_chk),
    with("dprintf", heddle_dprintf),
    with("puts", heddle_puts),
    with("fputs", heddle_fputs),
    with("fputs_unlocked", heddle_fputs),
    with("fputc", heddle_fputc),
    with("putc", heddle_fputc),
    with("_IO_putc", heddle_fputc),
    with("putc_unlocked", heddle_fputc),
    with("fputc_unlocked", heddle_fputc),
    with("putchar", heddle_putchar),
    with("putchar_unlocked", heddle_putchar),
    with("fwrite", heddle_fwrite),
    with("fwrite_unlocked", heddle_fwrite),
    with("open", heddle_open),
    with("open64", heddle_open),
    with("__open_2", heddle_open),
    with("__open64_2", heddle_open),
    with("openat", heddle_openat),
    with("openat64", heddle_openat),
    with("__openat_2", heddle_openat),
    with("__openat64_2", heddle_openat),
    with("fopen", heddle_fopen),
    with("fopen64", heddle_fopen),
    with("fflush", heddle_fflush),
    with("fflush_unlocked", heddle_fflush),
    with("perror", heddle_perror),
    with("sprintf", heddle_sprintf),
    with("__sprintf_chk", heddle_sprintf_chk),
    with("snprintf", heddle_snprintf),
    with("__snprintf_chk", heddle_snprintf_chk),
    with("vsprintf", heddle_vsprintf),
    with("vsnprintf", heddle_vsnprintf),
    with("nanosleep", heddle_nanosleep),
    with("clock_nanosleep", heddle_clock_nanosleep),
    with("usleep", heddle_usleep),
    with("sleep", heddle_sleep),
    with("thrd_sleep", heddle_nanosleep),
    with("clock_gettime", heddle_clock_gettime),
    with("clock_getres", heddle_clock_getres),
    with("timespec_get", heddle_timespec_get),
    with("gettimeofday", heddle_gettimeofday),
    with("time", heddle_time),
    with("clock", heddle_clock),
    with("_ZNSt6chrono3_V212steady_clock3nowEv", heddle_chrono_now),
    with("_ZNSt6chrono3_V212system_clock3nowEv", heddle_chrono_now),
    with("syscall", heddle_syscall),
    with("gettid", heddle_gettid),
    with("thrd_yield", heddle_return_zero),
    with("pthread_yield", heddle_return_zero),
    with("_ZNSt11this_thread11__sleep_forENSt6chrono8durationIlSt5ratioILl1ELl1EEEENS1_IlS2_ILl1ELl1000000000EEEE", heddle_sleep_for),
    // <threads.h>: same arguments, same layouts, 0 for success
    with("mtx_lock", pthread_mutex_lock),
    with("mtx_unlock", pthread_mutex_unlock),
    with("mtx_destroy", pthread_mutex_destroy),
    with("cnd_wait", pthread_cond_wait),
    with("cnd_signal", pthread_cond_signal),
    with("cnd_broadcast", pthread_cond_broadcast),
    with("cnd_destroy", pthread_cond_destroy),
    with("thrd_detach", pthread_detach),
    with("call_once", pthread_once),
    with("thrd_current", pthread_self),
    with("tss_create", heddle_key_create),
    with("tss_delete", heddle_key_delete),
    with("tss_get", heddle_getspecific),
    with("tss_set", heddle_setspecific),
    with("pthread_getattr_np", heddle_pthread_getattr_np),
    with("pthread_setaffinity_np", heddle_pthread_setaffinity_np),
    with("pthread_getaffinity_np", heddle_pthread_getaffinity_np),
    with("pthread_setschedparam", heddle_pthread_setschedparam),
    with("pthread_setschedprio", heddle_pthread_setschedprio),
    with("pthread_getschedparam", heddle_pthread_getschedparam),
    with("pthread_getcpuclockid", heddle_pthread_getcpuclockid),
    with("pthread_kill", heddle_pthread_kill),
    with("pthread_key_create", heddle_key_create),
    with("pthread_key_delete", heddle_key_delete),
    with("pthread_getspecific", heddle_getspecific),
    with("pthread_setspecific", heddle_setspecific),
    with("__cxa_allocate_exception", heddle_cxa_allocate_exception),
    with("__cxa_free_exception", heddle_cxa_free_exception),
    // hidden_state.cpp
    with("strtok", heddle_strtok),
    with("gmtime", heddle_gmtime),
    with("localtime", heddle_localtime),
    with("asctime", heddle_asctime),
    with("ctime", heddle_ctime),
    with("getenv", heddle_getenv),
    with("secure_getenv", heddle_getenv),
    with("setenv", heddle_setenv),
    with("unsetenv", heddle_unsetenv),
    with("putenv", heddle_putenv),
    with("srand", heddle_srand),
    with("srandom", heddle_srand),
    with("rand", heddle_rand),
    with("random", heddle_random),
    with("rand_r", heddle_rand_r),
    with("getrandom", heddle_getrandom),
    with("getentropy", heddle_getentropy),
    with("arc4random", heddle_arc4random),
    with("arc4random_uniform", heddle_arc4random_uniform),
    with("arc4random_buf", heddle_arc4random_buf),
    with("_ZNSt13random_device7_M_initERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE", heddle_return_zero),
    with("_ZNSt13random_device7_M_initERKSs", heddle_return_zero),
    with("_ZNSt13random_device7_M_initEPKcm", heddle_return_zero),
    with("_ZNSt13random_device14_M_init_pretr1ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE", heddle_return_zero),
    with("_ZNSt13random_device7_M_finiEv", heddle_return_zero),
    with("_ZNSt13random_device9_M_getvalEv", heddle_arc4random),
    with("_ZNSt13random_device16_M_getval_pretr1Ev", heddle_arc4random),
    with("srand48", heddle_srand48),
    with("seed48", heddle_seed48),
    with("lcong48", heddle_lcong48),
    with("drand48", heddle_drand48),
    with("lrand48", heddle_lrand48),
    with("mrand48", heddle_mrand48),
    with("erand48", heddle_erand48),
    with("nrand48", heddle_nrand48),
    with("jrand48", heddle_jrand48),
};

/// For the libraries that heddle uses as well. Each function passes calls on that no thread of the program makes.
const Replacement for_shared_libraries[]{
    with("pthread_key_create", heddle_key_create),
    with("__pthread_key_create", heddle_key_create),
    with("pthread_key_delete", heddle_key_delete),
    with("pthread_getspecific", heddle_getspecific),
    with("pthread_setspecific", heddle_setspecific),
    with("__cxa_allocate_exception", heddle_cxa_allocate_exception),
    with("__cxa_free_exception", heddle_cxa_free_exception),
    with("pthread_rwlock_rdlock", heddle_library_rwlock_lock),
    with("pthread_rwlock_wrlock", heddle_library_rwlock_lock),
    with("pthread_rwlock_tryrdlock", heddle_library_rwlock_trylock),
    with("pthread_rwlock_trywrlock", heddle_library_rwlock_trylock),
    with("pthread_rwlock_unlock", heddle_library_rwlock_unlock),
};

/// What libraries keep of their own: their blocks, their thread-local variables, their errno.
constexpr std::string_view for_the_program[]{
    "malloc", "calloc", "free", "cfree", "realloc", "aligned_alloc", "memalign", "posix_memalign", "malloc_usable_size",
    "__tls_get_addr", "__errno_location", "atexit", "at_quick_exit", "on_exit", "__stack_chk_fail", "_ZSt9terminatev",
};

constexpr std::string_view harmless[]{
    "__cxa_begin_catch", "__cxa_end_catch", "__cxa_get_exception_ptr", "__cxa_bad_cast", "__cxa_bad_typeid",
    "__cxa_throw_bad_array_new_length", "__cxa_call_unexpected", "__cxa_call_terminate", "__cxa_init_primary_exception", "__cxa_finalize", "__cxa_uncaught_exceptions",
    "__gxx_personality_v0", "__gcc_personality_v0", "__dynamic_cast", "__once_proxy",
    "_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE",
    "_ZSt18uncaught_exceptionv", "_ZSt19uncaught_exceptionsv", "_ZNSt8ios_base4InitC1Ev", "_ZNSt8ios_base4InitD1Ev",
    "_ZNKSt9exception4whatEv", "_ZNKSt13runtime_error4whatEv", "_ZNKSt11logic_error4whatEv", "_ZSt16generic_categoryv",
    "_ZSt15system_categoryv", "_ZNSt6thread6_StateD2Ev", "_ZNSt6thread6_StateD1Ev",
    "__atomic_is_lock_free", "strerror", "abs", "labs", "llabs",
    "getpid", "getpagesize", "sysconf", "isatty", "setlocale", "setbuf", "setvbuf", "sched_yield",
    "pthread_self", "pthread_equal", "thrd_equal", "pthread_attr_init", "pthread_attr_destroy", "pthread_attr_setdetachstate",
    "pthread_attr_getdetachstate", "pthread_attr_setstacksize", "pthread_attr_getstacksize", "pthread_attr_getstack", "pthread_attr_setscope",
    "pthread_attr_setschedpolicy", "pthread_attr_setinheritsched", "pthread_attr_setguardsize",
    "pthread_mutexattr_init", "pthread_mutexattr_destroy", "pthread_mutexattr_settype", "pthread_mutexattr_gettype",
    "pthread_mutexattr_setpshared", "pthread_mutexattr_setrobust", "pthread_mutexattr_setprotocol", "pthread_mutexattr_getpshared",
    "pthread_mutexattr_getrobust", "pthread_mutexattr_getprotocol",
    "pthread_condattr_init", "pthread_condattr_destroy", "pthread_condattr_setclock", "pthread_condattr_setpshared",
    "pthread_setconcurrency",
    "isalpha", "isdigit", "isalnum", "isspace", "isupper", "islower", "isprint", "ispunct", "isxdigit", "toupper", "tolower",
    "__ctype_b_loc", "__ctype_tolower_loc", "__ctype_toupper_loc",
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "exp2", "log", "log2", "log10", "log1p",
    "pow", "sqrt", "cbrt", "floor", "ceil", "round", "trunc", "fmod", "fabs", "hypot", "lround", "lrint", "rint", "ldexp",
    "sinf", "cosf", "tanf", "expf", "logf", "powf", "sqrtf", "floorf", "ceilf", "roundf", "fmodf", "fabsf",
};

constexpr std::string_view harmless_prefixes[]{
    "_Unwind_", "_ZSt20__throw_", "_ZSt17__throw_", "_ZSt19__throw_", "_ZSt24__throw_", "_ZSt16__throw_", "_ZSt18__throw_",
    "_ZSt21__throw_", "_ZSt22__throw_", "_ZSt23__throw_", "_ZSt25__throw_", "_ZSt26__throw_", "_ZSt28__throw_",
    "pthread_rwlockattr_", "_ZSt29__throw_", "_ZSt15__throw_", "_ZSt27__throw_", "_ZNSt9exceptionD", "_ZNSt9bad_allocD", "_ZSt15future_category",
};

constexpr std::string_view unsupported[]{
    "call_once", "ftime",
    "futex", "select", "epoll_wait", "pause", "sigwait", "raise", "kill", "signal", "sigaction", "setjmp",
    "_setjmp", "longjmp", "__longjmp_chk", "siglongjmp", "__sigsetjmp", "alarm", "setitimer", "getcontext", "swapcontext", "makecontext",
    "dlopen",
    // What waits for another thread, or for somebody outside, would wait for ever: threads take turns.
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "send", "sendto", "sendmsg", "recv", "recvfrom",
    "recvmsg", "ppoll", "pselect", "epoll_create", "epoll_create1", "epoll_pwait", "inotify_init", "inotify_init1", "signalfd", "sigwaitinfo",
    "sigsuspend", "getaddrinfo", "gethostbyname", "ioctl", "io_uring_setup", "aio_read", "aio_write", "aio_suspend", "openpty",
};

constexpr std::string_view unsupported_prefixes[]{
    "pthread_", "sem_", "mtx_", "cnd_", "thrd_", "tss_", "timer_", "clock_", "mq_", "shm_", "msg", "sigtimed",
    "_ZNSt13random_device", "_ZNSt6chrono", "_ZNSt28__atomic_futex_unsigned_base", "_ZNSt18condition_variable", "_ZNSt6thread",
    "_ZSt25notify_all_at_thread_exit", "__atomic_", "__sync_", "omp_", "GOMP_", "__kmpc", "timerfd_",
};

constexpr std::string_view lasting[]{
    // Other processes: what they do, nobody can take back.
    "fork", "vfork", "wait", "wait3", "wait4", "waitpid", "waitid", "execve", "execveat", "execv", "execvp", "execvpe", "execl", "execlp", "execle", "fexecve",
    "posix_spawn", "posix_spawnp", "system", "popen", "pclose", "clone", "__clone", "clone3", "daemon", "forkpty", "_Fork", "ptrace", "wordexp",
    // Files and folders that would be others after the execution. Opening to write: hooks_files.cpp.
    "creat", "creat64", "freopen", "freopen64", "fdopen", "tmpfile", "tmpfile64", "mkstemp", "mkstemp64", "mkostemp", "mkostemp64", "mkstemps",
    "mkstemps64", "mkostemps", "mkdtemp", "unlink", "unlinkat", "remove", "rename", "renameat", "renameat2", "rmdir", "mkdir", "mkdirat", "link",
    "linkat", "symlink", "symlinkat", "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate", "posix_fallocate", "chmod", "fchmod",
    "fchmodat", "chown", "fchown", "lchown", "fchownat", "mknod", "mknodat", "mkfifo", "mkfifoat", "utime", "utimes", "utimensat", "futimens",
    "setxattr", "removexattr", "chdir", "fchdir", "chroot", "mount", "umount", "pwrite", "pwrite64", "writev", "pwritev", "sendfile", "splice",
    "copy_file_range", "flock", "lockf", "open_by_handle_at",
};

constexpr std::string_view lasting_prefixes[]{
    // std::filesystem, but for what only looks; file streams that write (both for std::string and const char*)
    "_ZNSt10filesystem6remove", "_ZNSt10filesystem10remove_all", "_ZNSt10filesystem6rename", "_ZNSt10filesystem16create_directory",
    "_ZNSt10filesystem18create_directories", "_ZNSt10filesystem4copy", "_ZNSt10filesystem9copy_file", "_ZNSt10filesystem12copy_symlink",
    "_ZNSt10filesystem11resize_file", "_ZNSt10filesystem14create_symlink", "_ZNSt10filesystem16create_hard_link",
    "_ZNSt10filesystem24create_directory_symlink", "_ZNSt10filesystem11permissions", "_ZNSt14basic_ofstreamIcSt11char_traitsIcEE",
    "_ZNSt13basic_fstreamIcSt11char_traitsIcEE",
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
    for (const Replacements* more = Replacements::first; more; more = more->next())
        for (const Replacement& replacement : more->rows())
            if (replacement.name == name) return replacement.function;
    return nullptr;
}

void for_each_replacement(const std::function<void(std::string_view, void*)>& visit) {
    for (const Replacement& replacement : replacements) visit(replacement.name, replacement.function);
    for (const Replacements* more = Replacements::first; more; more = more->next())
        for (const Replacement& replacement : more->rows()) visit(replacement.name, replacement.function);
}

bool is_for_libraries(std::string_view name) { return !has(for_the_program, name) && !name.starts_with("__cxa"); }

void* replacement_for_library(std::string_view name, bool brought) {
    for (const Replacement& replacement : for_shared_libraries)
        if (replacement.name == name) return replacement.function;
    constexpr std::string_view blocks[]{"malloc", "calloc", "free", "cfree", "realloc", "aligned_alloc", "memalign",
                                        "posix_memalign", "malloc_usable_size"};
    return brought && (is_for_libraries(name) || has(blocks, name)) ? replacement_of(name) : nullptr;
}

void for_each_unsupported(const std::function<void(std::string_view)>& visit) {
    for (const std::string_view name : unsupported) visit(name);
}

bool is_harmless(std::string_view name) { return has(harmless, name) || has_prefix(harmless_prefixes, name); }
bool is_unsupported(std::string_view name) { return has(unsupported, name) || has_prefix(unsupported_prefixes, name); }
bool is_lasting(std::string_view name) { return has(lasting, name) || has_prefix(lasting_prefixes, name); }
bool is_stream_function(std::string_view name) { return has_prefix(stream_prefixes, name); }

} // namespace heddle::runtime
