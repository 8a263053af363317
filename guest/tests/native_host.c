/*
 * The host calls as plain functions, to run a guest natively: params from the environment variable
 * PARAMS, signals from SIGNAL, the result on file descriptor 3. TEMPORARY_FAILURES=n lets the first
 * n tries of each checkpoint fail, and checks that they are repeated with the same token.
 */
#include <unistd.h>

#include "torpor.h"

static int32_t copy(const char *text, char *buffer, int32_t capacity) {
    int32_t length = (int32_t)strlen(text);
    memcpy(buffer, text, (size_t)(length < capacity ? length : capacity));
    return length;
}

static const char *setting(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value == NULL ? otherwise : value;
}

int32_t torpor_host_checkpoint(const char *token, int32_t length) {
    static char last[256];
    static int tries = 0;
    char now[256] = {0};
    memcpy(now, token, (size_t)length);
    int failures = atoi(setting("TEMPORARY_FAILURES", "0"));
    if (tries > 0 && strcmp(last, now) != 0) {
        fprintf(stderr, "token %s was not repeated, got %s\n", last, now);
        exit(99);
    }
    memcpy(last, now, sizeof last);
    tries = tries < failures ? tries + 1 : 0;
    return tries > 0 ? TORPOR_TEMPORARY_FAILURE : TORPOR_SAME_LIFE;
}

int32_t torpor_host_sleep(int64_t millis) {
    return usleep((useconds_t)(millis % 10));
}

int32_t torpor_host_wait_signal(const char *name, int32_t name_length, int64_t timeout_millis,
                                char *buffer, int32_t capacity) {
    (void)name, (void)name_length, (void)timeout_millis;
    return copy(setting("SIGNAL", ""), buffer, capacity);
}

int32_t torpor_host_take_signal(const char *name, int32_t name_length, char *buffer,
                                int32_t capacity) {
    return torpor_host_wait_signal(name, name_length, 0, buffer, capacity);
}

int32_t torpor_host_params(char *buffer, int32_t capacity) {
    return copy(setting("PARAMS", "{}"), buffer, capacity);
}

int32_t torpor_host_metadata(char *buffer, int32_t capacity) {
    return copy("{\"generation\":1}", buffer, capacity);
}

int32_t torpor_host_progress(double percent, const char *message, int32_t length) {
    (void)percent, (void)message, (void)length;
    return 0;
}

int64_t torpor_host_lock(int64_t ttl_millis) {
    return ttl_millis > 0 ? 1 : -2;
}

int32_t torpor_host_unlock(int64_t lock) {
    return lock == 1 ? 0 : -1;
}

int32_t torpor_host_exit(int32_t code, const char *output, int32_t length) {
    (void)code;
    return write(3, output, (size_t)length) == length ? 0 : TORPOR_REFUSED;
}
