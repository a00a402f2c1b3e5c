// What the program prints, kept instead of printed.
#pragma once

#include <cstddef>
#include <string_view>

namespace heddle::runtime {

/// Adds to what is kept, up to 1 MiB.
void capture_output(const char* text, std::size_t size);
std::string_view captured_output();
void clear_output();

/// From now on std::cout, cerr and clog write to what is kept while a thread of the program runs.
void capture_streams();

} // namespace heddle::runtime
