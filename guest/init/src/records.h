/*
 * Records: NUL-terminated "key=value" strings, one after the other. The configuration disk and
 * every control message are made of them. A key may come several times, and order counts.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct records {
    char *bytes;
    size_t length, position;
};

enum record_status { RECORD_NONE, RECORD_FOUND, RECORD_MALFORMED };

/*
 * Takes the next record. Both results point into the bytes, where '=' has become NUL.
 * Malformed: no '=', an empty key, or a last record without its NUL.
 */
enum record_status records_next(struct records *records, const char **key, const char **value);

/* Writes records into a fixed buffer. One that does not fit is left out and sets `overflow`. */
struct record_writer {
    char *bytes;
    size_t length, capacity;
    bool overflow;
};

void record_add(struct record_writer *writer, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A list of strings that ends with NULL, as execve wants it. The strings are not copied. */
struct strings {
    char **items;
    size_t count;
};

bool strings_add(struct strings *strings, const char *item);
void strings_free(struct strings *strings);

/* Parse a whole string or refuse it. */
bool parse_unsigned(const char *text, uint64_t maximum, uint64_t *value);
bool parse_flag(const char *text, bool *value);
bool parse_hexadecimal(const char *text, uint8_t *bytes, size_t capacity, size_t *length);

#endif
