/* A plain sleep(), a Torpor sleep, then a wait for the signal "go": all durable. */
#include <unistd.h>

#include "torpor.h"

static void say(const char *line) {
    puts(line);
    fflush(stdout);
}

int main(void) {
    say("plain sleep");
    sleep(1);
    say("torpor sleep");
    torpor_sleep(1000);
    say("waiting for the signal go");

    char payload[512];
    int32_t length;
    for (;;) {
        length = torpor_wait_signal("go", -1, payload, (int32_t)sizeof payload - 1);
        /* A wait without a time limit finds nothing only where somebody woke the job by hand. */
        if (length != TORPOR_NOT_FOUND) break;
        say("woken by hand, but there is no signal: waiting for the signal go again");
    }
    if (length < 0) {
        fprintf(stderr, "waiting failed: error %d\n", (int)length);
        return 1;
    }
    if (length > (int32_t)sizeof payload - 1) {
        fprintf(stderr, "the payload of the signal is too large: %d bytes\n", (int)length);
        return 1;
    }
    payload[length] = '\0';
    say("awake");

    char output[600];
    snprintf(output, sizeof output, "{\"signal\":%s}", length == 0 ? "null" : payload);
    return torpor_exit(0, output);
}
