#include "search/work_item.hpp"

#include "core/error.hpp"

namespace heddle::search {

namespace {

// Numbers as LEB128, which makes most of them one byte. The largest numbers stand for no event and for the initial value: events are
// counted from there, round the end.
class Writer {
public:
    Writer& operator<<(std::uint64_t number) {
        for (; number >= 0x80; number >>= 7) bytes_ += char(number | 0x80);
        bytes_ += char(number);
        return *this;
    }
    Writer& event(EventId e) { return *this << std::uint32_t(e + from_the_end); }

    std::string take() { return std::move(bytes_); }

    static constexpr std::uint32_t from_the_end = 8; ///< numbers that may stand for none

private:
    std::string bytes_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t next() {
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (rest_.empty()) break;
            const auto byte = std::uint8_t(rest_.front());
            rest_.remove_prefix(1);
            number |= std::uint64_t(byte & 0x7f) << shift;
            if (byte < 0x80) return number;
        }
        throw UserError("a part of an exploration is damaged");
    }
    std::uint32_t small() {
        const std::uint64_t number = next();
        if (number > ~std::uint32_t{0}) throw UserError("a part of an exploration is damaged");
        return std::uint32_t(number);
    }
    EventId event() { return EventId(small() - Writer::from_the_end); }
    bool flag() { return small() != 0; }
    /// How many follow, of at least `least` bytes each.
    std::size_t count(std::size_t least) {
        const std::uint64_t number = next();
        if (number > rest_.size() / least) throw UserError("a part of an exploration is damaged");
        return std::size_t(number);
    }
    void end() const {
        if (!rest_.empty()) throw UserError("a part of an exploration is damaged");
    }

private:
    std::string_view rest_;
};

void write(Writer& out, const Choice& choice) {
    out.event(choice.rf) << choice.place << choice.pick << choice.stamp << (unsigned(choice.again) | unsigned(choice.wait) << 1);
}

Choice read_choice(Reader& in) {
    Choice choice;
    choice.rf = in.event();
    choice.place = in.small();
    choice.pick = in.small();
    choice.stamp = in.small();
    const std::uint32_t flags = in.small();
    choice.again = flags & 1;
    choice.wait = flags & 2;
    return choice;
}

} // namespace

std::string bytes_of(const WorkItem& item) {
    Writer out;
    out << item.children.size();
    for (const auto& [birth, child] : item.children) out << birth.first << birth.second << child;
    out << item.decisions.size();
    for (const Decision& d : item.decisions) {
        out << d.thread << d.is_write;
        write(out, d.choice);
    }
    out << item.open.size();
    for (const Alternative& a : item.open) {
        out << (a.kind == Alternative::Kind::revisit) << a.thread << a.fails;
        out.event(a.read);
        write(out, a.choice);
    }
    out << item.revisits << item.revisiting.reader;
    write(out, item.revisiting.reading);
    return out.take();
}

WorkItem work_item_of(std::string_view bytes) {
    Reader in(bytes);
    WorkItem item;
    for (std::size_t count = in.count(3); count > 0; --count) {
        const ThreadId parent = in.small();
        const std::uint32_t nth = in.small();
        item.children[{parent, nth}] = in.small();
    }
    for (std::size_t count = in.count(7); count > 0; --count) {
        Decision d;
        d.thread = in.small();
        d.is_write = in.flag();
        d.choice = read_choice(in);
        item.decisions.push_back(d);
    }
    for (std::size_t count = in.count(9); count > 0; --count) {
        Alternative a;
        a.kind = in.flag() ? Alternative::Kind::revisit : Alternative::Kind::add;
        a.thread = in.small();
        a.fails = in.small();
        a.read = in.event();
        a.choice = read_choice(in);
        item.open.push_back(a);
    }
    item.revisits = in.flag();
    item.revisiting.reader = in.small();
    item.revisiting.reading = read_choice(in);
    in.end();
    return item;
}

} // namespace heddle::search
