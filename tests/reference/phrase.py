"""Phrase frequency: exact, or sloppy as Lucene finds and counts matches."""

import numpy as np

ONE = np.float32(1)


def exact_frequency(positions: list[list[int]], offsets: tuple[int, ...]) -> np.float32:
    """Count the places where every word stands at its offset. positions[i] are word i's, ascending."""
    places = [set(at) for at in positions]
    return np.float32(
        sum(
            all(at - offsets[0] + offset in place for place, offset in zip(places, offsets, strict=True))
            for at in positions[0]
        )
    )


class Pointer:
    """One place of the query, walking over the positions of its words in a document."""

    def __init__(self, ordinal: int, offset: int, words: tuple[str, ...], positions: list[int]):
        self.ordinal, self.offset, self.words, self.positions = ordinal, offset, words, positions
        self.at = 0
        self.group: list[Pointer] | None = None  # the pointers that share a word with it, by offset
        self.number = -1  # its number in that group

    @property
    def p(self) -> int:
        return self.positions[self.at] - self.offset

    @property
    def document_position(self) -> int:
        return self.positions[self.at]

    def advance(self) -> bool:
        if self.at + 1 == len(self.positions):
            return False
        self.at += 1
        return True

    def before(self, other: "Pointer") -> bool:
        """Return whether the queue gives this one first."""
        return (self.p, self.offset, self.ordinal) < (other.p, other.offset, other.ordinal)


class Heap:
    """
    A binary heap that moves as Lucene's does.

    A pointer may move while it lies in the heap, so the order in which they come out depends on the
    steps: sift up on push; on pop the last goes to the root and down, to the lesser child, the left one
    if they are equal.
    """

    def __init__(self):
        self.items: list[Pointer] = []

    def top(self) -> Pointer:
        return self.items[0]

    def push(self, pointer: Pointer) -> None:
        items = self.items
        items.append(pointer)
        i = len(items) - 1
        while i > 0 and pointer.before(items[(i - 1) // 2]):
            items[i] = items[(i - 1) // 2]
            i = (i - 1) // 2
        items[i] = pointer

    def pop(self) -> Pointer:
        items = self.items
        popped, last = items[0], items.pop()
        if items:
            self.sift_down(last)
        return popped

    def sift_down(self, moving: Pointer) -> None:
        items, i = self.items, 0
        while (child := 2 * i + 1) < len(items):
            if child + 1 < len(items) and items[child + 1].before(items[child]):
                child += 1
            if not items[child].before(moving):
                break
            items[i] = items[child]
            i = child
        items[i] = moving


def group_repeats(pointers: list[Pointer]) -> list[list[Pointer]]:
    """Group the pointers that share a word, or are joined by others that do; number each group by offset."""
    places: dict[str, set[int]] = {}
    for pointer in pointers:
        for word in pointer.words:
            places.setdefault(word, set()).add(pointer.ordinal)
    groups: list[set[int]] = []
    for shared in places.values():
        if len(shared) > 1:
            touching = [group for group in groups if group & shared]
            groups = [group for group in groups if not group & shared] + [shared.union(*touching)]
    result = [sorted((pointers[i] for i in group), key=lambda one: one.offset) for group in groups]
    for group in result:
        for number, pointer in enumerate(group):
            pointer.group, pointer.number = group, number
    return result


def collision(pointer: Pointer) -> Pointer | None:
    """Return the first of the group that stands on the same word of the document."""
    for other in pointer.group:
        if other is not pointer and other.document_position == pointer.document_position:
            return other
    return None


def lesser(first: Pointer, second: Pointer) -> Pointer:
    return first if (first.p, first.offset) < (second.p, second.offset) else second


def spread(group: list[Pointer], several_words: bool) -> bool:
    """Move a group's pointers apart at the start of a document; False if there are too few words for them."""
    if not several_words:
        return all(pointer.advance() for pointer in group for _ in range(pointer.number))
    i = 0
    while i < len(group):
        again = False
        while (other := collision(group[i])) is not None:
            moving = lesser(group[i], other)
            if not moving.advance():
                return False
            if moving.number < i:
                again = True
                break
        i += not again
    return True


class SloppyMatcher:
    """The matches of a phrase in one document."""

    def __init__(self, pointers: list[Pointer], slop: int):
        self.slop = slop
        groups = group_repeats(pointers)
        several_words = any(len(pointer.words) > 1 for group in groups for pointer in group)
        self.can_match = all(spread(group, several_words) for group in groups)
        self.end = max(pointer.p for pointer in pointers)
        self.heap = Heap()
        for pointer in pointers:
            self.heap.push(pointer)

    def frequency(self) -> np.float32:
        total = np.float32(0)
        for distance in self.distances():
            total += ONE / (ONE + np.float32(distance))
        return total

    def distances(self):
        """Yield the distance of each match within the slop."""
        if not self.can_match:
            return
        current = self.heap.pop()
        # Read once, here: a collision may move the pointer that it belongs to.
        next_p = self.heap.top().p
        distance = self.end - current.p
        while self.advance(current) and self.resolve_collisions(current):
            if current.p > next_p:
                self.heap.push(current)
                if distance <= self.slop:
                    yield distance
                current = self.heap.pop()
                next_p = self.heap.top().p
                distance = self.end - current.p
            else:
                distance = min(distance, self.end - current.p)
        if distance <= self.slop:
            yield distance

    def advance(self, pointer: Pointer) -> bool:
        if not pointer.advance():
            return False
        self.end = max(self.end, pointer.p)
        return True

    def resolve_collisions(self, current: Pointer) -> bool:
        """Advance the lesser of two pointers on one word until no two are; False if one runs out."""
        if current.group is None:
            return True
        moving, moved = current, set()
        while (other := collision(moving)) is not None:
            moving = lesser(moving, other)
            if not self.advance(moving):
                return False
            if other.number != current.number:
                moved.add(other.number)
        self.requeue(moved)
        return True

    def requeue(self, moved: set[int]) -> None:
        """Take pointers out until each moved number was seen, whatever its group, and put them back."""
        taken = []
        while moved:
            pointer = self.heap.pop()
            taken.append(pointer)
            if pointer.group is not None:
                moved.discard(pointer.number)
        for pointer in reversed(taken):
            self.heap.push(pointer)


def sloppy_frequency(
    terms: tuple[tuple[str, ...], ...], positions: list[list[int]], offsets: tuple[int, ...], slop: int
) -> np.float32:
    """Sum 1 / (1 + distance) over the matches, in the order they are found, in float32."""
    pointers = [Pointer(i, offsets[i], terms[i], positions[i]) for i in range(len(terms))]
    return SloppyMatcher(pointers, slop).frequency()
