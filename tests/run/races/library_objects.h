#pragma once
#include "meet.h"
void *__tsan_external_register_tag(const char *type);
void __tsan_external_assign_tag(void *object, void *tag);
void __tsan_external_read(void *object, void *caller, void *tag);
void __tsan_external_write(void *object, void *caller, void *tag);
static void *tag;
__attribute__((noinline, unused)) static void add_to(void *object) { __tsan_external_write(object, __builtin_return_address(0), tag); }
__attribute__((noinline, unused)) static void look_at(void *object) { __tsan_external_read(object, __builtin_return_address(0), tag); }
