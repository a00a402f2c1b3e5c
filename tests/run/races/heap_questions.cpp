// expect: clean
// The allocator's interface, the symbolizer, callbacks and unaligned accesses: all of it answers.
#include <cstdio>
#include <cstdlib>
#include <cstring>
extern "C" {
size_t __sanitizer_get_estimated_allocated_size(size_t);
int __sanitizer_get_ownership(const volatile void*);
size_t __sanitizer_get_allocated_size(const volatile void*);
size_t __sanitizer_get_current_allocated_bytes();
size_t __sanitizer_get_heap_size();
size_t __sanitizer_get_free_bytes();
size_t __sanitizer_get_unmapped_bytes();
int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, size_t), void (*)(const volatile void*));
void __sanitizer_symbolize_pc(void*, const char*, char*, size_t);
void __sanitizer_print_stack_trace();
void __sanitizer_set_death_callback(void (*)());
void __sanitizer_set_report_path(const char*);
const char* __sanitizer_get_report_path();
int __sanitizer_get_module_and_offset_for_pc(void*, char*, size_t, void**);
unsigned short __sanitizer_unaligned_load16(const void*);
unsigned __sanitizer_unaligned_load32(const void*);
unsigned long __sanitizer_unaligned_load64(const void*);
void __sanitizer_unaligned_store16(void*, unsigned short);
void __sanitizer_unaligned_store32(void*, unsigned);
void __sanitizer_unaligned_store64(void*, unsigned long);
void __tsan_flush_memory();
}
static size_t allocated, freed;
#define CHECK(what) if (!(what)) { std::fprintf(stderr, "line %d: %s\n", __LINE__, #what); return 1; }
[[gnu::noinline]] int here() { return 1; }
int main() {
    const size_t before = __sanitizer_get_current_allocated_bytes();
    char* block = static_cast<char*>(std::malloc(1 << 20));
    CHECK(__sanitizer_get_ownership(block) && !__sanitizer_get_ownership(block + 1) && !__sanitizer_get_ownership(&allocated));
    CHECK(__sanitizer_get_allocated_size(block) == 1 << 20);
    CHECK(__sanitizer_get_estimated_allocated_size(100) >= 100);
    CHECK(__sanitizer_get_current_allocated_bytes() >= before + (1 << 20));
    CHECK(__sanitizer_get_heap_size() > 0);
    (void)__sanitizer_get_free_bytes(), (void)__sanitizer_get_unmapped_bytes();
    std::memset(block, 0, 100);
    __sanitizer_unaligned_store16(block + 1, 0x1234), __sanitizer_unaligned_store32(block + 3, 0x56789abc);
    __sanitizer_unaligned_store64(block + 7, 0x123456789abcdef0);
    CHECK(__sanitizer_unaligned_load16(block + 1) == 0x1234 && __sanitizer_unaligned_load32(block + 3) == 0x56789abc);
    CHECK(__sanitizer_unaligned_load64(block + 7) == 0x123456789abcdef0);
    std::free(block);
    CHECK(!__sanitizer_get_ownership(block));
    CHECK(__sanitizer_install_malloc_and_free_hooks([](const volatile void*, size_t size) { allocated += size; },
                                                    [](const volatile void*) { ++freed; }) == 1);
    int* number = new int(3);
    block = static_cast<char*>(std::malloc(123));
    asm volatile("" : : "r"(block), "r"(number) : "memory"); // or the compiler leaves both out
    std::free(block);
    delete number;
    CHECK(allocated == 127 && freed == 2);
    char text[500];
    __sanitizer_symbolize_pc(reinterpret_cast<char*>(&here) + 4, "%f|%s|%l", text, sizeof text);
    CHECK(std::strstr(text, "here") && std::strstr(text, "heap_questions.cpp|"));
    void* offset = nullptr;
    CHECK(__sanitizer_get_module_and_offset_for_pc(reinterpret_cast<void*>(&here), text, sizeof text, &offset) == 1 && offset);
    __sanitizer_print_stack_trace();
    __sanitizer_set_death_callback([] {});
    __sanitizer_set_report_path("/tmp/report-of-race");
    CHECK(std::strstr(__sanitizer_get_report_path(), "/tmp/report-of-race"));
    __sanitizer_set_report_path("stderr");
    __tsan_flush_memory();
    return here() - 1;
}
