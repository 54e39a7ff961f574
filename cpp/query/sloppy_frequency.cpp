/// The sloppy walk. It is Lucene's, step by step: each oddity here moves a score's last bits somewhere.
#include <algorithm>
#include <map>
#include <ranges>

#include "query/phrase_frequency.h"

namespace rescora::query {

SloppyFrequency::SloppyFrequency(std::span<const std::vector<TermId>> terms, std::span<const std::uint32_t> offsets,
                                 std::uint32_t slop)
    : slop_(slop), pointers_(terms.size()), heap_(1, nullptr) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
        pointers_[i].offset = offsets[i];
        pointers_[i].order = static_cast<std::uint32_t>(i);
    }
    find_groups(terms);
}

/// Parts that share a word, directly or through others, form a group, numbered by offset.
void SloppyFrequency::find_groups(std::span<const std::vector<TermId>> terms) {
    std::map<TermId, std::size_t> first_with;  // a word -> the first part that has it
    std::vector<std::size_t> leader(terms.size());
    for (std::size_t i = 0; i < terms.size(); ++i) leader[i] = i;
    const auto find = [&](std::size_t i) {
        while (leader[i] != i) i = leader[i];
        return i;
    };
    for (std::size_t i = 0; i < terms.size(); ++i)
        for (const TermId term : terms[i])
            if (const auto [seen, is_new] = first_with.emplace(term, i); !is_new) leader[find(i)] = find(seen->second);

    std::map<std::size_t, std::vector<Pointer*>> members;
    for (std::size_t i = 0; i < terms.size(); ++i) members[find(i)].push_back(&pointers_[i]);
    for (auto& [unused, group] : members) {
        if (group.size() < 2) continue;
        std::ranges::stable_sort(group, {}, &Pointer::offset);
        for (std::size_t number = 0; number < group.size(); ++number) {
            group[number]->group = static_cast<std::int32_t>(groups_.size());
            group[number]->number = static_cast<std::uint32_t>(number);
            alternatives_repeat_ |= terms[group[number]->order].size() > 1;
        }
        groups_.push_back(std::move(group));
    }
}

float SloppyFrequency::operator()(std::span<const PhrasePart> parts) {
    float frequency = 0;
    positioned_ = start(parts);
    for (std::int64_t distance = 0; next_match(distance);) frequency += 1.0f / (1.0f + static_cast<float>(distance));
    return frequency;
}

/// Every pointer at its first position, repeated words spread over different ones, all in the queue.
bool SloppyFrequency::start(std::span<const PhrasePart> parts) {
    end_ = INT64_MIN;
    heap_.resize(1);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        pointers_[i].at = parts[i].at;
        pointers_[i].next = 0;
        if (!step(pointers_[i])) return false;  // of a damaged block
    }
    if (!spread_groups()) return false;
    for (Pointer& pointer : pointers_) {
        end_ = std::max(end_, pointer.position);
        push(&pointer);
    }
    return true;
}

bool SloppyFrequency::spread_groups() {
    for (const auto& group : groups_)
        if (!(alternatives_repeat_ ? spread_alternatives(group) : spread_simple(group))) return false;
    return true;
}

/// The same word in each part: number j begins at its j-th position.
bool SloppyFrequency::spread_simple(std::span<Pointer* const> group) {
    for (std::size_t j = 1; j < group.size(); ++j)
        for (std::size_t k = 0; k < j; ++k)
            if (!step(*group[j])) return false;
    return true;
}

/// Some alternatives shared: move only what does collide.
bool SloppyFrequency::spread_alternatives(std::span<Pointer* const> group) {
    for (std::size_t i = 0; i < group.size(); ++i) {
        bool again = false;
        while (Pointer* other = colliding(*group[i])) {
            Pointer* lesser = less(*group[i], *other) ? group[i] : other;
            if (!advance(*lesser)) return false;
            if (lesser->number < i) {
                again = true;
                break;
            }
        }
        if (again) --i;  // the same part once more
    }
    return true;
}

bool SloppyFrequency::next_match(std::int64_t& distance) {
    if (!positioned_) return false;
    Pointer* least = pop();
    distance = end_ - least->position;
    std::int64_t next = heap_[1]->position;  // not read again when a collision moves that pointer: Lucene does not
    while (advance(*least)) {
        if (!resolve_collisions(*least)) break;
        if (least->position > next) {
            push(least);
            if (distance <= slop_) return true;
            least = pop();
            next = heap_[1]->position;
            distance = end_ - least->position;
        } else {
            distance = std::min(distance, end_ - least->position);
        }
    }
    positioned_ = false;
    return distance <= slop_;
}

bool SloppyFrequency::step(Pointer& pointer) {
    if (pointer.next == pointer.at.size()) return false;
    pointer.position = std::int64_t{pointer.at[pointer.next++]} - pointer.offset;
    return true;
}

bool SloppyFrequency::advance(Pointer& pointer) {
    if (!step(pointer)) return false;
    end_ = std::max(end_, pointer.position);
    return true;
}

/// Moves the lesser of two pointers of a group that stand on one position until none do.
bool SloppyFrequency::resolve_collisions(Pointer& pointer) {
    if (pointer.group == no_group) return true;
    moved_.assign(pointers_.size(), 0);
    Pointer* current = &pointer;
    while (Pointer* other = colliding(*current)) {
        const std::uint32_t number = other->number;
        current = less(*current, *other) ? current : other;
        if (!advance(*current)) return false;
        if (number != pointer.number) moved_[number] = 1;
    }
    requeue_moved();
    return true;
}

/// Pops until every moved number was seen, of whatever group, and pushes the popped back, last first.
void SloppyFrequency::requeue_moved() {
    popped_.clear();
    auto left = std::ranges::count(moved_, 1);
    while (left > 0 && heap_.size() > 1) {
        Pointer* top = pop();
        popped_.push_back(top);
        if (top->group != no_group && moved_[top->number]) {
            moved_[top->number] = 0;
            --left;
        }
    }
    for (Pointer* pointer : popped_ | std::views::reverse) push(pointer);
}

SloppyFrequency::Pointer* SloppyFrequency::colliding(const Pointer& pointer) const {
    for (Pointer* other : groups_[static_cast<std::size_t>(pointer.group)])
        if (other != &pointer && other->in_document() == pointer.in_document()) return other;
    return nullptr;
}

bool SloppyFrequency::less(const Pointer& a, const Pointer& b) {
    if (a.position != b.position) return a.position < b.position;
    if (a.offset != b.offset) return a.offset < b.offset;
    return a.order < b.order;
}

void SloppyFrequency::push(Pointer* pointer) {
    heap_.push_back(pointer);
    std::size_t i = heap_.size() - 1;
    for (; i > 1 && less(*pointer, *heap_[i / 2]); i /= 2) heap_[i] = heap_[i / 2];
    heap_[i] = pointer;
}

SloppyFrequency::Pointer* SloppyFrequency::pop() {
    Pointer* top = heap_[1];
    heap_[1] = heap_.back();
    heap_.pop_back();
    if (heap_.size() > 1) sift_down();
    return top;
}

void SloppyFrequency::sift_down() {
    const std::size_t size = heap_.size() - 1;
    Pointer* moving = heap_[1];
    std::size_t i = 1;
    for (std::size_t child = 2; child <= size; child = 2 * i) {
        if (child + 1 <= size && less(*heap_[child + 1], *heap_[child])) ++child;
        if (!less(*heap_[child], *moving)) break;
        heap_[i] = heap_[child];
        i = child;
    }
    heap_[i] = moving;
}

}  // namespace rescora::query
