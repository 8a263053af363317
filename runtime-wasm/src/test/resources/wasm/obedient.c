/* Does as its first argument says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <torpor.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const char *what = argc > 2 ? argv[1] : "";
    if (!strcmp(what, "exit")) return atoi(argv[2]);
    if (!strcmp(what, "print")) return puts(argv[2]) < 0;
    if (!strcmp(what, "variable")) return puts(getenv(argv[2]) ? getenv(argv[2]) : "unset") < 0;
    if (!strcmp(what, "checkpoint")) {
        int life = torpor_host_checkpoint(argv[2], (int)strlen(argv[2]));
        return life == TORPOR_RESUMED || life == TORPOR_SAME_LIFE ? 7 : 1;
    }
    while (strcmp(what, "told") || access("/scratch/told", F_OK) != 0) usleep(2000);
    return atoi(argv[2]);
}
