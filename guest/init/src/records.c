#include "records.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum record_status records_next(struct records *records, const char **key, const char **value) {
    if (records->position == records->length) return RECORD_NONE;
    char *start = records->bytes + records->position;
    char *end = memchr(start, 0, records->length - records->position);
    if (!end) return RECORD_MALFORMED;
    char *equals = memchr(start, '=', (size_t)(end - start));
    if (!equals || equals == start) return RECORD_MALFORMED;
    *equals = 0;
    *key = start;
    *value = equals + 1;
    records->position = (size_t)(end + 1 - records->bytes);
    return RECORD_FOUND;
}

void record_add(struct record_writer *writer, const char *key, const char *format, ...) {
    size_t room = writer->capacity - writer->length;
    char *start = writer->bytes + writer->length;
    int prefix = snprintf(start, room, "%s=", key);
    if (prefix < 0 || (size_t)prefix >= room) {
        writer->overflow = true;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(start + prefix, room - (size_t)prefix, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room - (size_t)prefix) {
        writer->overflow = true;
        return;
    }
    writer->length += (size_t)prefix + (size_t)length + 1;
}

bool strings_add(struct strings *strings, const char *item) {
    char **items = realloc(strings->items, (strings->count + 2) * sizeof *items);
    if (!items) return false;
    /* The environment and arguments are only ever read, though execve takes them as char *. */
    items[strings->count++] = (char *)(uintptr_t)item;
    items[strings->count] = NULL;
    strings->items = items;
    return true;
}

void strings_free(struct strings *strings) {
    free(strings->items);
    *strings = (struct strings){0};
}

bool parse_unsigned(const char *text, uint64_t maximum, uint64_t *value) {
    if (!*text) return false;
    uint64_t result = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return false;
        unsigned digit = (unsigned)(*text - '0');
        if (result > (maximum - digit) / 10 || digit > maximum) return false;
        result = result * 10 + digit;
    }
    *value = result;
    return true;
}

bool parse_flag(const char *text, bool *value) {
    if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0) return false;
    *value = *text == '1';
    return true;
}

static int hexadecimal_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool parse_hexadecimal(const char *text, uint8_t *bytes, size_t capacity, size_t *length) {
    size_t count = 0;
    for (; *text; text += 2) {
        int high = hexadecimal_digit(text[0]);
        int low = high < 0 ? -1 : hexadecimal_digit(text[1]);
        if (low < 0 || count == capacity) return false;
        bytes[count++] = (uint8_t)(high << 4 | low);
    }
    *length = count;
    return true;
}
