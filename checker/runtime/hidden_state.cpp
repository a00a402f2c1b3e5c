#include "runtime/hidden_state.hpp"

#include <cerrno>
#include <cstring>
#include <iterator>

#include <sys/mman.h>

#include "core/error.hpp"
#include "runtime/heap.hpp"
#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"

namespace heddle::runtime {
namespace {

constexpr std::uint64_t place = slice::start_of(slice::constructors) + slice::guard;
static_assert(place + sizeof(HiddenState) <= slice::start_of(slice::constructors) + slice::heap);
bool mapped = false, used = false;

/// Functions that share what they keep.
struct Family {
    const char* name; ///< in reports
    std::string_view functions[8];
};
constexpr Family families[]{
    {"what getpwnam and getpwuid return", {"getpwnam", "getpwuid", "getpwent", "setpwent", "endpwent", "fgetpwent"}},
    {"what getgrnam and getgrgid return", {"getgrnam", "getgrgid", "getgrent", "setgrent", "endgrent", "fgetgrent"}},
    {"what gethostbyname returns", {"gethostbyname", "gethostbyname2", "gethostbyaddr", "gethostent", "sethostent", "endhostent"}},
    {"what getservbyname returns", {"getservbyname", "getservbyport", "getservent", "setservent", "endservent"}},
    {"what getprotobyname returns", {"getprotobyname", "getprotobynumber", "getprotoent", "setprotoent", "endprotoent"}},
    {"what getnetbyname returns", {"getnetbyname", "getnetbyaddr", "getnetent", "setnetent", "endnetent"}},
    {"what getlogin returns", {"getlogin", "cuserid"}},
    {"what ttyname returns", {"ttyname"}},
    {"what ptsname returns", {"ptsname"}},
    {"what crypt returns", {"crypt", "setkey", "encrypt"}},
    {"what ecvt and fcvt return", {"ecvt", "fcvt", "qecvt", "qfcvt"}},
    {"what localeconv returns", {"localeconv"}},
    {"the position of getopt", {"getopt", "getopt_long", "getopt_long_only"}},
    {"the table of hsearch", {"hsearch", "hcreate", "hdestroy"}},
    {"the position of mblen and mbtowc", {"mblen", "mbtowc", "wctomb", "mbrlen"}},
    {"what l64a returns", {"l64a"}},
    {"what getdate returns", {"getdate"}},
    {"the time zone that tzset sets", {"tzset"}},
};
static_assert(std::size(families) <= HiddenState::most_families);

template <typename T>
void use(T& object, bool writes, std::uint64_t pc) {
    used = true;
    plain_read(&object, sizeof object, pc);
    if (writes) plain_write(&object, sizeof object, pc);
}

} // namespace

HiddenState& hidden_state() {
    if (!mapped) {
        void* wanted = reinterpret_cast<void*>(place);
        void* got = mmap(wanted, (sizeof(HiddenState) + 4095) & ~std::size_t{4095}, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        if (got != wanted) throw InternalError("the address space for the C library's variables is not free");
        mapped = true;
    }
    return *reinterpret_cast<HiddenState*>(place);
}

void reset_hidden_state() {
    if (!used) return;
    std::memset(static_cast<void*>(&hidden_state()), 0, sizeof(HiddenState));
    used = false;
}

std::size_t hidden_family(std::string_view function) {
    for (std::size_t i = 0; i < std::size(families); ++i)
        for (const std::string_view name : families[i].functions)
            if (!name.empty() && name == function) return i + 1;
    return 0;
}

std::string_view hidden_name(std::uint64_t address) {
    if (address - place >= sizeof(HiddenState)) return {};
    const std::uint64_t offset = address - place;
    if (offset < sizeof HiddenState::families) {
        const std::size_t family = offset / sizeof(std::uint64_t);
        return family < std::size(families) ? families[family].name : "";
    }
    if (offset < offsetof(HiddenState, broken_down_time)) return "the position of strtok";
    if (offset < offsetof(HiddenState, time_text)) return "what localtime and gmtime return";
    if (offset < offsetof(HiddenState, drand48)) return "what asctime and ctime return";
    if (offset < offsetof(HiddenState, environment)) return "the state of drand48";
    if (offset < offsetof(HiddenState, random)) return "the environment";
    return "the state of rand";
}

extern "C" void heddle_use_family(std::size_t family, std::uint64_t pc) { use(hidden_state().families[family - 1], true, pc); }

} // namespace heddle::runtime

using namespace heddle::runtime;

namespace {

void read_text(const char* text, std::uint64_t pc) {
    if (listening) plain_read(text, std::strlen(text) + 1, pc);
}

/// The calling thread's sequence; of a static constructor, main's.
HiddenState::Random& random_of(std::uint64_t pc) {
    HiddenState::Random& random = hidden_state().random[on_fiber() ? current().number : 0];
    // Its own only; a write, so that no round of a loop that draws is taken for one that changes nothing.
    use(random.ready, true, pc);
    if (!random.ready) {
        const auto seed = on_fiber() ? current().number + 1 : 1;
        std::memset(&random.data, 0, sizeof random.data);
        initstate_r(seed, random.state, sizeof random.state, &random.data);
        random.ready = true;
    }
    return random;
}

HiddenState::Variable* find_variable(const char* name, std::size_t length) {
    HiddenState& state = hidden_state();
    for (std::uint64_t i = state.variable_count; i-- > 0;)
        if (state.variables[i].length == length && std::memcmp(state.variables[i].name, name, length) == 0)
            return &state.variables[i];
    return nullptr;
}

/// `value` null: it is unset.
int change_environment(const char* name, std::size_t length, char* value, std::uint64_t pc) {
    HiddenState& state = hidden_state();
    use(state.environment, true, pc);
    ++state.environment;
    HiddenState::Variable* variable = find_variable(name, length);
    if (!variable) {
        if (state.variable_count == HiddenState::most_variables)
            fail(heddle::Verdict::unsupported, pc, "more than %zu changes of the environment", HiddenState::most_variables);
        variable = &state.variables[state.variable_count++];
    }
    *variable = {name, length, value};
    return 0;
}

char* copy_of(const char* text, std::size_t size, std::uint64_t pc) {
    auto* copy = static_cast<char*>(allocate_for_program(size + 1, 16, AllocatedBy::malloc, pc));
    if (!copy) return nullptr;
    plain_write(copy, size + 1, pc);
    std::memcpy(copy, text, size);
    copy[size] = 0;
    return copy;
}

char* text_of(const std::tm* time, std::uint64_t pc) {
    HiddenState& state = hidden_state();
    use(state.time_text, true, pc);
    return asctime_r(time, state.time_text);
}

} // namespace

extern "C" {

char* heddle_strtok(char* text, const char* delimiters) {
    const std::uint64_t pc = HEDDLE_PC;
    HiddenState& state = hidden_state();
    use(state.strtok_position, true, pc);
    char* from = text ? text : state.strtok_position;
    if (!from) return nullptr;
    read_text(from, pc);
    read_text(delimiters, pc);
    from += std::strspn(from, delimiters);
    if (!*from) {
        state.strtok_position = from;
        return nullptr;
    }
    char* end = from + std::strcspn(from, delimiters);
    if (*end) {
        plain_write(end, 1, pc);
        *end++ = 0;
    }
    state.strtok_position = end;
    return from;
}

std::tm* heddle_gmtime(const std::time_t* time) {
    const std::uint64_t pc = HEDDLE_PC;
    plain_read(time, sizeof *time, pc);
    use(hidden_state().broken_down_time, true, pc);
    return gmtime_r(time, &hidden_state().broken_down_time);
}
std::tm* heddle_localtime(const std::time_t* time) {
    const std::uint64_t pc = HEDDLE_PC;
    plain_read(time, sizeof *time, pc);
    use(hidden_state().broken_down_time, true, pc);
    return localtime_r(time, &hidden_state().broken_down_time);
}
char* heddle_asctime(const std::tm* time) {
    const std::uint64_t pc = HEDDLE_PC;
    plain_read(time, sizeof *time, pc);
    return text_of(time, pc);
}
char* heddle_ctime(const std::time_t* time) {
    const std::uint64_t pc = HEDDLE_PC;
    plain_read(time, sizeof *time, pc);
    use(hidden_state().broken_down_time, true, pc);
    std::tm* parts = localtime_r(time, &hidden_state().broken_down_time);
    return parts ? text_of(parts, pc) : nullptr;
}

char* heddle_getenv(const char* name) {
    const std::uint64_t pc = HEDDLE_PC;
    read_text(name, pc);
    use(hidden_state().environment, false, pc);
    if (const HiddenState::Variable* variable = find_variable(name, std::strlen(name))) return variable->value;
    return std::getenv(name);
}
int heddle_setenv(const char* name, const char* value, int overwrite) {
    const std::uint64_t pc = HEDDLE_PC;
    if (!name || !*name || std::strchr(name, '=')) return errno = EINVAL, -1;
    read_text(name, pc);
    read_text(value, pc);
    if (!overwrite && heddle_getenv(name)) return 0;
    const char* kept = copy_of(name, std::strlen(name), pc);
    return change_environment(kept, std::strlen(name), copy_of(value, std::strlen(value), pc), pc);
}
int heddle_unsetenv(const char* name) {
    const std::uint64_t pc = HEDDLE_PC;
    if (!name || !*name || std::strchr(name, '=')) return errno = EINVAL, -1;
    read_text(name, pc);
    return change_environment(copy_of(name, std::strlen(name), pc), std::strlen(name), nullptr, pc);
}
int heddle_putenv(char* text) {
    const std::uint64_t pc = HEDDLE_PC;
    char* equals = std::strchr(text, '=');
    if (!equals) return heddle_unsetenv(text);
    read_text(text, pc);
    return change_environment(text, std::size_t(equals - text), equals + 1, pc); // the program's own memory stays in use
}

void heddle_srand(unsigned seed) { srandom_r(seed, &random_of(HEDDLE_PC).data); }
int heddle_rand() {
    int32_t drawn = 0;
    random_r(&random_of(HEDDLE_PC).data, &drawn);
    return drawn;
}
long heddle_random() {
    int32_t drawn = 0;
    random_r(&random_of(HEDDLE_PC).data, &drawn);
    return drawn;
}
// What comes from the system's source of randomness is drawn as rand is.
std::uint32_t heddle_arc4random() {
    const auto half = [pc = HEDDLE_PC] {
        int32_t drawn = 0;
        random_r(&random_of(pc).data, &drawn);
        return static_cast<std::uint32_t>(drawn) >> 8;
    };
    const std::uint32_t low = half();
    return low | half() << 16;
}
std::uint32_t heddle_arc4random_uniform(std::uint32_t bound) { return bound < 2 ? 0 : heddle_arc4random() % bound; }
void heddle_arc4random_buf(void* place, std::size_t size) {
    plain_write(place, size, HEDDLE_PC);
    for (std::size_t i = 0; i < size; ++i) static_cast<unsigned char*>(place)[i] = static_cast<unsigned char>(heddle_arc4random() >> 4);
}
long heddle_getrandom(void* place, std::size_t size, unsigned) {
    heddle_arc4random_buf(place, size);
    return static_cast<long>(size);
}
int heddle_getentropy(void* place, std::size_t size) {
    heddle_arc4random_buf(place, size);
    return 0;
}
int heddle_rand_r(unsigned* seed) {
    plain_read(seed, sizeof *seed, HEDDLE_PC);
    plain_write(seed, sizeof *seed, HEDDLE_PC);
    return rand_r(seed);
}

void heddle_srand48(long seed) {
    use(hidden_state().drand48, true, HEDDLE_PC);
    srand48_r(seed, &hidden_state().drand48);
}
unsigned short* heddle_seed48(unsigned short seed[3]) {
    plain_read(seed, 3 * sizeof *seed, HEDDLE_PC);
    use(hidden_state().drand48, true, HEDDLE_PC);
    seed48_r(seed, &hidden_state().drand48);
    return hidden_state().drand48.__old_x;
}
void heddle_lcong48(unsigned short parameters[7]) {
    plain_read(parameters, 7 * sizeof *parameters, HEDDLE_PC);
    use(hidden_state().drand48, true, HEDDLE_PC);
    lcong48_r(parameters, &hidden_state().drand48);
}
double heddle_drand48() {
    double drawn = 0;
    use(hidden_state().drand48, true, HEDDLE_PC);
    drand48_r(&hidden_state().drand48, &drawn);
    return drawn;
}
long heddle_lrand48() {
    long drawn = 0;
    use(hidden_state().drand48, true, HEDDLE_PC);
    lrand48_r(&hidden_state().drand48, &drawn);
    return drawn;
}
long heddle_mrand48() {
    long drawn = 0;
    use(hidden_state().drand48, true, HEDDLE_PC);
    mrand48_r(&hidden_state().drand48, &drawn);
    return drawn;
}
// These keep their state with the caller, and their parameters (lcong48) with the others.
double heddle_erand48(unsigned short state[3]) {
    double drawn = 0;
    plain_read(state, 3 * sizeof *state, HEDDLE_PC);
    plain_write(state, 3 * sizeof *state, HEDDLE_PC);
    use(hidden_state().drand48, true, HEDDLE_PC);
    erand48_r(state, &hidden_state().drand48, &drawn);
    return drawn;
}
long heddle_nrand48(unsigned short state[3]) {
    long drawn = 0;
    plain_read(state, 3 * sizeof *state, HEDDLE_PC);
    plain_write(state, 3 * sizeof *state, HEDDLE_PC);
    use(hidden_state().drand48, true, HEDDLE_PC);
    nrand48_r(state, &hidden_state().drand48, &drawn);
    return drawn;
}
long heddle_jrand48(unsigned short state[3]) {
    long drawn = 0;
    plain_read(state, 3 * sizeof *state, HEDDLE_PC);
    plain_write(state, 3 * sizeof *state, HEDDLE_PC);
    use(hidden_state().drand48, true, HEDDLE_PC);
    jrand48_r(state, &hidden_state().drand48, &drawn);
    return drawn;
}

} // extern "C"
