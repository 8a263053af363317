/* Knows nothing of Torpor: it only sleeps. */
#include <stdio.h>
#include <unistd.h>

int main(void) {
    puts("before");
    sleep(7200);
    puts("after");
    return 0;
}
