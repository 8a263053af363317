/*
 * The concordance in memory: which term occurs how often, in how many documents, and in which
 * documents most.
 *
 *   bytes --take_block()--> terms (hash table in linear memory) --sorted_terms()--> sorted array
 *
 * A term is a maximal run of 2 to 64 bytes of [A-Za-z0-9_$] that does not begin with a digit.
 * Nothing here calls the host, so asyncify leaves these functions, which take nearly all of the
 * time, exactly as the compiler made them. Everything is a pure function of the bytes taken.
 */
#ifndef DEMO_CONCORDANCE_H
#define DEMO_CONCORDANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Kept as a function of its own: JVMs do not compile very large methods, and asyncify changes only
 * functions from which a suspending host call can be reached. */
#define STEP __attribute__((noinline))

enum { LONGEST_TERM = 64, LONGEST_NAME = 255, TOP_DOCUMENTS = 3, DOCUMENT_MARK = 1 };

struct occurrences {
    uint32_t document; /* numbered from 1 in the order of the corpus; 0 is none */
    uint32_t count;
};

struct term {
    uint32_t total;
    uint32_t documents;
    struct occurrences here;               /* in the document that mentioned it last */
    struct occurrences top[TOP_DOCUMENTS]; /* most first; of equals the earlier document */
    uint8_t length;
    char text[LONGEST_TERM + 1]; /* NUL-terminated, allocated only as long as needed */
};

struct slot {
    uint32_t hash;
    struct term *term;
};

struct document {
    struct document *next;
    char name[LONGEST_NAME + 1]; /* allocated only as long as needed */
};

struct concordance {
    struct slot *slots;
    uint32_t slot_count; /* a power of two, at most 5/8 of it used */
    uint32_t term_count;
    uint64_t token_count;
    uint32_t document_count;
    struct document *first_document, *last_document;
    char *arena, *arena_end;
    bool out_of_memory;
    uint8_t kind[256]; /* what a byte is: see enum byte_kind */
};

enum byte_kind { SEPARATOR = 0, IN_TERM = 1, STARTS_TERM = 2, MARK = 4 };

static void *arena_take(struct concordance *index, size_t size) {
    enum { ARENA_BYTES = 1 << 20 };
    size = (size + 7) & ~(size_t)7;
    if (index->arena == NULL || (size_t)(index->arena_end - index->arena) < size) {
        index->arena = (char *)malloc(ARENA_BYTES);
        if (index->arena == NULL) {
            index->out_of_memory = true;
            return NULL;
        }
        index->arena_end = index->arena + ARENA_BYTES;
    }
    void *taken = index->arena;
    index->arena += size;
    return taken;
}

STEP static bool concordance_start(struct concordance *index) {
    memset(index, 0, sizeof *index);
    for (int byte = 0; byte < 256; byte++) {
        bool digit = byte >= '0' && byte <= '9';
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
                      byte == '$';
        index->kind[byte] = letter ? IN_TERM | STARTS_TERM : digit ? IN_TERM : SEPARATOR;
    }
    index->kind[DOCUMENT_MARK] = MARK;
    index->slot_count = 1 << 16;
    index->slots = (struct slot *)calloc(index->slot_count, sizeof(struct slot));
    return index->slots != NULL;
}

STEP static bool document_start(struct concordance *index, const char *name, size_t length) {
    if (length > LONGEST_NAME) length = LONGEST_NAME;
    struct document *document =
        (struct document *)arena_take(index, offsetof(struct document, name) + length + 1);
    if (document == NULL) return false;
    document->next = NULL;
    memcpy(document->name, name, length);
    document->name[length] = '\0';
    if (index->last_document == NULL) index->first_document = document;
    else index->last_document->next = document;
    index->last_document = document;
    index->document_count++;
    return true;
}

/* Moves the count of the document that just ended into the top documents. */
static void fold_occurrences(struct term *term) {
    struct occurrences new = term->here;
    for (int i = 0; i < TOP_DOCUMENTS; i++)
        if (new.count > term->top[i].count) {
            struct occurrences lower = term->top[i];
            term->top[i] = new;
            new = lower;
        }
    term->here.count = 0;
}

STEP static void double_slots(struct concordance *index) {
    uint32_t count = index->slot_count * 2, mask = count - 1;
    struct slot *slots = (struct slot *)calloc(count, sizeof(struct slot));
    if (slots == NULL) {
        index->out_of_memory = true;
        return;
    }
    for (uint32_t i = 0; i < index->slot_count; i++) {
        if (index->slots[i].term == NULL) continue;
        uint32_t at = index->slots[i].hash & mask;
        while (slots[at].term != NULL) at = (at + 1) & mask;
        slots[at] = index->slots[i];
    }
    free(index->slots);
    index->slots = slots;
    index->slot_count = count;
}

STEP static void add_term(struct concordance *index, struct slot *slot, uint32_t hash,
                          const uint8_t *text, uint32_t length) {
    size_t size = offsetof(struct term, text) + length + 1;
    struct term *term = (struct term *)arena_take(index, size);
    if (term == NULL) return;
    memset(term, 0, size);
    term->total = 1;
    term->documents = 1;
    term->here = (struct occurrences){index->document_count, 1};
    term->length = (uint8_t)length;
    memcpy(term->text, text, length);
    *slot = (struct slot){hash, term};
    if (++index->term_count > index->slot_count / 8 * 5) double_slots(index);
}

static inline bool same_text(const struct term *term, const uint8_t *text, uint32_t length) {
    if (term->length != length) return false;
    for (uint32_t i = 0; i < length; i++)
        if ((uint8_t)term->text[i] != text[i]) return false;
    return true;
}

static void count_term(struct concordance *index, uint32_t hash, const uint8_t *text,
                       uint32_t length) {
    uint32_t mask = index->slot_count - 1, at = hash & mask;
    for (;; at = (at + 1) & mask) {
        struct slot *slot = &index->slots[at];
        struct term *term = slot->term;
        if (term == NULL) {
            add_term(index, slot, hash, text, length);
            return;
        }
        if (slot->hash != hash || !same_text(term, text, length)) continue;
        term->total++;
        if (term->here.document != index->document_count) {
            fold_occurrences(term);
            term->here.document = index->document_count;
            term->documents++;
        }
        term->here.count++;
        return;
    }
}

/*
 * Takes the bytes [at, end), where *end must be DOCUMENT_MARK: the sentinel that spares a bounds
 * check for each byte. Stops at the sentinel, or at a real mark when `marked`, and returns where.
 */
STEP static const uint8_t *take_text(struct concordance *index, const uint8_t *at,
                                     const uint8_t *end, bool marked) {
    const uint8_t *kind = index->kind;
    uint64_t tokens = 0;
    for (;;) {
        while (kind[*at] == SEPARATOR) at++;
        if (kind[*at] == MARK) {
            if (at == end || marked) break;
            at++;
            continue;
        }
        const uint8_t *start = at;
        uint32_t hash = 2166136261u;
        do hash = (hash ^ *at++) * 16777619u;
        while (kind[*at] & IN_TERM);
        uint32_t length = (uint32_t)(at - start);
        if (length < 2 || length > LONGEST_TERM || !(kind[*start] & STARTS_TERM)) continue;
        tokens++;
        count_term(index, hash ^ hash >> 15, start, length);
    }
    index->token_count += tokens;
    return at;
}

/* How many bytes at the end of [at, end) may belong to a term that goes on after them. */
static size_t unfinished_term(const struct concordance *index, const uint8_t *at,
                              const uint8_t *end) {
    const uint8_t *start = end;
    while (start > at && (index->kind[start[-1]] & IN_TERM)) start--;
    return (size_t)(end - start);
}

static inline int byte_at(const struct term *term, uint32_t depth) {
    return (unsigned char)term->text[depth];
}

static inline void swap_terms(struct term **terms, uint32_t i, uint32_t j) {
    struct term *kept = terms[i];
    terms[i] = terms[j];
    terms[j] = kept;
}

/* Multikey quicksort (Bentley and Sedgewick): no comparison function, one byte looked at a time. */
STEP static void sort_terms(struct term **terms, uint32_t count, uint32_t depth) {
    while (count > 1) {
        int pivot = byte_at(terms[count / 2], depth);
        uint32_t below = 0, at = 0, above = count;
        while (at < above) {
            int byte = byte_at(terms[at], depth);
            if (byte < pivot) swap_terms(terms, below++, at++);
            else if (byte > pivot) swap_terms(terms, at, --above);
            else at++;
        }
        sort_terms(terms, below, depth);
        sort_terms(terms + above, count - above, depth);
        if (pivot == 0) return;
        terms += below;
        count = above - below;
        depth++;
    }
}

/* All terms in byte order, counts complete; NULL when there is no memory. To be freed. */
STEP static struct term **sorted_terms(struct concordance *index) {
    struct term **terms = (struct term **)malloc((index->term_count + 1) * sizeof(struct term *));
    if (terms == NULL) return NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < index->slot_count; i++)
        if (index->slots[i].term != NULL) {
            fold_occurrences(index->slots[i].term);
            terms[count++] = index->slots[i].term;
        }
    sort_terms(terms, count, 0);
    return terms;
}

#endif
