/*
 * One request of the host, and its one answer. The last answers are remembered, so that a
 * request repeated on a new connection, because its answer was lost, is not done twice.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "frames.h"
#include "records.h"

#include <stdbool.h>
#include <stdint.h>

struct request {
    uint16_t type;
    uint64_t id;
    char *bytes; /* the payload; who keeps it puts NULL here */
    size_t length;
};

void answer_ok(const struct request *request, const struct record_writer *records);
/* `code` is one of the stable words of README.md. */
void answer_error(const struct request *request, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sends the remembered answer to this request again. False: there is none. */
bool answer_again(uint64_t id);

/*
 * Takes the next record of a request. False: there is no more, or `*refused` is set because an
 * answer has been given to a malformed one.
 */
bool request_next(const struct request *request, struct records *records, const char **key,
                  const char **value, bool *refused);

/* Answers that this key is unknown or its value bad. */
void refuse_record(const struct request *request, bool unknown, const char *key);

#endif
