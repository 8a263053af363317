/* Every host call once, with its answer printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <torpor.h>
#include <unistd.h>

static int say(const char *name, long long answer) { return printf("%s %lld\n", name, answer); }

static int all(void) {
    char buffer[64];
    say("bad token", torpor_host_checkpoint("a b", 3));
    say("empty token", torpor_host_checkpoint("", 0));
    say("negative sleep", torpor_host_sleep(-5));
    int length = torpor_host_params(buffer, sizeof buffer);
    printf("params %.*s\n", length, buffer);
    say("params cut", torpor_host_params(buffer, 2));
    length = torpor_host_metadata(buffer, sizeof buffer);
    printf("metadata %.*s\n", length, buffer);
    say("progress", torpor_host_progress(42.5, "half", 4));
    long long lock = torpor_host_lock(1000);
    say("lock", lock);
    say("unlock", torpor_host_unlock(lock));
    say("unlock again", torpor_host_unlock(lock));
    say("take none", torpor_host_take_signal("none", 4, buffer, sizeof buffer));
    for (int i = 0; i < 3; i++) {
        length = torpor_host_take_signal("go", 2, buffer, sizeof buffer);
        printf("take %d %.*s\n", length, length > 0 ? length : 0, buffer);
        if (i == 0) say("checkpoint", torpor_host_checkpoint("between", 7));
    }
    length = torpor_host_wait_signal("late", 4, -1, buffer, sizeof buffer);
    printf("wait %d %.*s\n", length, length > 0 ? length : 0, buffer);
    say("wait timeout", torpor_host_wait_signal("never", 5, 60000, buffer, sizeof buffer));
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    sleep(3600);
    clock_gettime(CLOCK_MONOTONIC, &after);
    say("slept an hour", after.tv_sec - before.tv_sec >= 3600);
    usleep(1000);
    say("exit", torpor_host_exit(0, "{\"done\":true}", 13));
    return 0;
}

static int recurse(int depth) {
    volatile char frame[256];
    frame[depth % 256] = 1;
    return recurse(depth + 1) + frame[depth % 256];
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "all";
    if (!strcmp(what, "trap")) __builtin_trap();
    if (!strcmp(what, "recurse")) return recurse(0);
    if (!strcmp(what, "wild")) return *(volatile int *)0x7ffffff0;
    if (!strcmp(what, "spin"))
        for (volatile unsigned i = 0;; i++) torpor_host_progress(i, "", 0);
    if (!strcmp(what, "nap")) sleep(3600);
    return all();
}
