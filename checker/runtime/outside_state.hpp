// What a program keeps where neither its memory nor its stacks show it. Whoever tells its states apart by these does not know it.
#pragma once

namespace heddle::runtime {

/// What the program has been seen to keep so, as part of a sentence; null: nothing.
inline const char* outside_state = nullptr;

} // namespace heddle::runtime
