/*
 * Torpor for WebAssembly programs (C and C++): header only, no dependency but libc.
 *
 * Every function is one host call of the import module "torpor". The calls that can suspend the
 * machine are checkpoint, sleep and wait_signal; build with build.sh (or the same asyncify
 * imports) so that the whole stack can be frozen there and continued in another process.
 *
 * The rule of all worker clients is built in: a temporary failure of checkpoint or exit is
 * repeated with the same token, with backoff, until it succeeds or is refused for good.
 * Compile natively (no __wasm__) and the host calls are plain extern functions to be linked.
 */
#ifndef TORPOR_H
#define TORPOR_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TORPOR_SAME_LIFE = 0,  /* checkpoint: the program simply went on */
    TORPOR_RESUMED = 1,    /* checkpoint: this is a later life, restored from it */
    TORPOR_NOT_FOUND = -1, /* nothing there, or the time ran out */
    TORPOR_INVALID_ARGUMENT = -2,
    TORPOR_REFUSED = -3,           /* not possible here; repeating does not help */
    TORPOR_TEMPORARY_FAILURE = -4, /* repeat the same call with the same token */
    TORPOR_NO_SPACE = -5
};

#ifdef __wasm__
#define TORPOR_HOST_CALL(name) __attribute__((import_module("torpor"), import_name(name)))
#else
#define TORPOR_HOST_CALL(name)
#endif

#ifdef __cplusplus
extern "C" {
#endif

TORPOR_HOST_CALL("checkpoint") int32_t torpor_host_checkpoint(const char *token, int32_t length);
TORPOR_HOST_CALL("sleep") int32_t torpor_host_sleep(int64_t millis);
TORPOR_HOST_CALL("wait_signal")
int32_t torpor_host_wait_signal(const char *name, int32_t name_length, int64_t timeout_millis,
                                char *buffer, int32_t capacity);
TORPOR_HOST_CALL("take_signal")
int32_t torpor_host_take_signal(const char *name, int32_t name_length, char *buffer,
                                int32_t capacity);
TORPOR_HOST_CALL("params") int32_t torpor_host_params(char *buffer, int32_t capacity);
TORPOR_HOST_CALL("metadata") int32_t torpor_host_metadata(char *buffer, int32_t capacity);
TORPOR_HOST_CALL("progress")
int32_t torpor_host_progress(double percent, const char *message, int32_t length);
TORPOR_HOST_CALL("lock") int64_t torpor_host_lock(int64_t ttl_millis);
TORPOR_HOST_CALL("unlock") int32_t torpor_host_unlock(int64_t lock);
TORPOR_HOST_CALL("exit")
int32_t torpor_host_exit(int32_t code, const char *output, int32_t length);

#ifdef __cplusplus
}
#endif

/* The wait before the next try: 50 ms doubling up to 5 s. */
static inline void torpor_back_off(int64_t *delay_millis) {
    (void)torpor_host_sleep(*delay_millis);
    *delay_millis = *delay_millis < 2500 ? *delay_millis * 2 : 5000;
}

/*
 * Makes everything done so far durable, once per token (unique in the job).
 * Returns TORPOR_SAME_LIFE, TORPOR_RESUMED, or a negative error that repeating cannot cure.
 */
static inline int32_t torpor_checkpoint(const char *token) {
    int64_t delay_millis = 50;
    for (;;) {
        int32_t result = torpor_host_checkpoint(token, (int32_t)strlen(token));
        if (result != TORPOR_TEMPORARY_FAILURE) return result;
        torpor_back_off(&delay_millis);
    }
}

/* Durable sleep: no memory and no thread is held meanwhile. Negative on error. */
static inline int32_t torpor_sleep(int64_t millis) {
    return torpor_host_sleep(millis);
}

/*
 * Durable wait for a signal; -1 ms waits for ever. Returns the length of the payload (JSON), which
 * is cut at `capacity` and not NUL-terminated, or TORPOR_NOT_FOUND when the time ran out.
 */
static inline int32_t torpor_wait_signal(const char *name, int64_t timeout_millis, char *buffer,
                                         int32_t capacity) {
    return torpor_host_wait_signal(name, (int32_t)strlen(name), timeout_millis, buffer, capacity);
}

/* A signal that is already there, without waiting; TORPOR_NOT_FOUND when there is none. */
static inline int32_t torpor_take_signal(const char *name, char *buffer, int32_t capacity) {
    return torpor_host_take_signal(name, (int32_t)strlen(name), buffer, capacity);
}

static inline char *torpor_read_all(int32_t (*read)(char *, int32_t)) {
    int32_t capacity = 1024;
    for (;;) {
        char *text = (char *)malloc((size_t)capacity + 1);
        int32_t length = text == NULL ? -1 : read(text, capacity);
        if (length >= 0 && length <= capacity) {
            text[length] = '\0';
            return text;
        }
        free(text);
        if (length < 0) return NULL;
        capacity = length;
    }
}

/* The params of the job, verbatim JSON, to be freed by the caller; NULL on error. */
static inline char *torpor_params(void) {
    return torpor_read_all(torpor_host_params);
}

/* Job id, definition, attempt, generation, ... as JSON, to be freed by the caller. */
static inline char *torpor_metadata(void) {
    return torpor_read_all(torpor_host_metadata);
}

/* Shown to people; 0 to 100, or NaN for a message alone. Failures do not matter to the work. */
static inline void torpor_progress(double percent, const char *message) {
    (void)torpor_host_progress(percent, message, (int32_t)strlen(message));
}

/* While a lock is held checkpoints wait. Returns its handle, or a negative error. */
static inline int64_t torpor_lock(int64_t ttl_millis) {
    return torpor_host_lock(ttl_millis);
}

static inline int32_t torpor_unlock(int64_t lock) {
    return torpor_host_unlock(lock);
}

/*
 * Records the result of the job (`output` is JSON); durable when it returns. Return from main with
 * its value afterwards: `return torpor_exit(0, "{}");`
 */
static inline int32_t torpor_exit(int32_t code, const char *output) {
    int64_t delay_millis = 50;
    for (;;) {
        int32_t result = torpor_host_exit(code, output, (int32_t)strlen(output));
        if (result == 0) return code;
        if (result != TORPOR_TEMPORARY_FAILURE) {
            fprintf(stderr, "torpor: the result was not accepted: error %d\n", (int)result);
            return code == 0 ? 70 : code;
        }
        torpor_back_off(&delay_millis);
    }
}

#endif
