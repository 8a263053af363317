/* Counts to params.count (default 10), one durable step at a time. */
#include "torpor.h"

static long number_param(const char *params, const char *key, long otherwise) {
    const char *at = params == NULL ? NULL : strstr(params, key);
    at = at == NULL ? NULL : strchr(at, ':');
    return at == NULL ? otherwise : strtol(at + 1, NULL, 10);
}

int main(void) {
    char *params = torpor_params();
    long count = number_param(params, "\"count\"", 10);
    long pause_millis = number_param(params, "\"pause_ms\"", 0);
    free(params);

    int resumptions = 0;
    uint64_t sum = 0;
    for (long step = 1; step <= count; step++) {
        sum += (uint64_t)step * (uint64_t)step;
        char token[32];
        snprintf(token, sizeof token, "step-%ld", step);
        int32_t life = torpor_checkpoint(token);
        if (life < 0) {
            fprintf(stderr, "checkpoint %s failed: error %d\n", token, (int)life);
            return 1;
        }
        resumptions += life == TORPOR_RESUMED;
        printf("step %ld of %ld, sum %llu\n", step, count, (unsigned long long)sum);
        fflush(stdout);
        torpor_progress(100.0 * (double)step / (double)count, token);
        if (pause_millis > 0) torpor_sleep(pause_millis);
    }

    char output[128];
    snprintf(output, sizeof output, "{\"count\":%ld,\"sum\":%llu,\"resumptions\":%d}", count,
             (unsigned long long)sum, resumptions);
    return torpor_exit(0, output);
}
